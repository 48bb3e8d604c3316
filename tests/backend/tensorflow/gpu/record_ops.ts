/** Renews recorded_ops.txt: `deno run -P=test tests/backend/tensorflow/gpu/record_ops.ts`. Needs a libtensorflow, no GPU. */

import { findLibrary } from "../../../../lib/backend/tensorflow/library/find_library.ts";
import { formatKind, kindOf } from "./check_gpu_op.ts";
import { openRecordingBinding } from "./recording_binding.ts";
import { RECORDED_OPS_URL } from "./recorded_ops.ts";
import { traceAll } from "./trace_steps.ts";

const { files } = await findLibrary();
if (files === null) {
  throw new Error("Cannot record ops as there must be a libtensorflow: there is none");
}
const steps = await traceAll(await openRecordingBinding(files));
const kinds = new Set(steps.flatMap(({ ops }) => ops.map((op) => formatKind(kindOf(op)))));
await Deno.writeTextFile(RECORDED_OPS_URL, [...kinds].toSorted().join("\n") + "\n");
Deno.exit(0); // a native library may keep threads
