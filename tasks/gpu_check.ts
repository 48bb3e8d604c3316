/** `deno task gpu-check`: what the first person with a GPU runs, and sends. */

import { openBackend } from "../lib/backend/open_backend.ts";
import { readCudaDriver } from "../lib/backend/tensorflow/library/cuda_driver.ts";
import { checkTraining } from "../lib/doctor/check_training.ts";
import { InputError } from "../lib/errors.ts";
import { BACKBONES } from "../lib/model/registry.ts";
import { runTask } from "./command_line/run_task.ts";
import { BACKEND_FLAGS, readBackendChoice } from "./command_line/shared_flags.ts";

/** Tests whose numbers a GPU must meet: kernels, golden numbers of losses, networks and metrics. */
const TESTS = ["tests/backend", "tests/loss", "tests/model", "tests/optim", "tests/eval"];

await runTask({
  task: "gpu-check",
  summary:
    "Checks TensorFlow on a GPU: a step of every backbone against wasm, twice; images a second; golden tests.",
  flags: [
    ...BACKEND_FLAGS.filter(({ name }) => !["backend", "eager"].includes(name)),
    { name: "no-tests", help: "Leave out the tests, which take some minutes." },
  ],
  examples: ["deno task gpu-check", "deno task gpu-check --precision tf32 --no-tests"],
}, async (flags) => {
  const options = { ...readBackendChoice(flags).options, isGpuRequired: true };
  const open = async () => (await openBackend("tensorflow", options)).backend;
  const { version, device, precision, isDeterministic } = await open();
  const driver = readCudaDriver();
  const memory = driver.isPresent ? (driver.devices[0]?.memoryBytes ?? 0) / 2 ** 30 : 0;
  console.log(
    `TensorFlow ${version} on ${device}, ${memory.toFixed(1)} GiB, ${precision}, ` +
      (isDeterministic ? "deterministic" : "not deterministic"),
  );
  let failureCount = 0;
  for await (const { text, isOk } of checkTraining({ open, backbones: BACKBONES })) {
    console.log(`${isOk ? "+" : "-"} ${text}`);
    if (!isOk) failureCount++;
  }
  if (!flags.isOn("no-tests") && !await runTests()) failureCount++;
  if (failureCount === 0) Deno.exit(0); // a native library may keep threads
  throw new InputError(
    `Cannot vouch for this GPU as every line must begin with +: ${failureCount} do not; send all lines`,
  );
});

/** Runs the tests in a process of their own, in float32. */
async function runTests(): Promise<boolean> {
  const args = ["test", "--no-check", "-q", "-P=test", ...TESTS];
  const { success } = await new Deno.Command("deno", { args }).spawn().status;
  console.log(`${success ? "+" : "-"} golden and kernel tests, in float32`);
  return success;
}
