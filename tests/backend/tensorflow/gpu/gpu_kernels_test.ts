/** A step that cannot run on a GPU fails here, on any machine: every op is held against the table of GPU kernels. */

import { assert, assertEquals } from "@std/assert";
import { DEVICE_CHOICES } from "../../../../lib/backend/tensorflow/device_choices.ts";
import { DATA_TYPES } from "../../../../lib/backend/tensorflow/library/codes.ts";
import { needs } from "../../../support/permissions.ts";
import { testWithLibrary } from "../with_library.ts";
import { formatKind, kindOf, parseKind, refuseKind, refuseOp } from "./check_gpu_op.ts";
import { GPU_KERNELS } from "./gpu_kernels.ts";
import { openRecordingBinding, type RecordedOp } from "./recording_binding.ts";
import { readRecordedOps, RECORDED_OPS_URL } from "./recorded_ops.ts";
import { traceAll } from "./trace_steps.ts";

const { TF_FLOAT, TF_INT32 } = DATA_TYPES;

testWithLibrary(
  "every step of every backbone, loss and optimizer finds a GPU kernel for each op",
  async (files) => {
    const steps = await traceAll(await openRecordingBinding(files));
    for (const { name, ops } of steps) {
      assert(ops.length > 10, `${name}: ${ops.length} ops`);
      const refusals = new Set(ops.map(refuseOp).filter((refusal) => refusal !== null));
      assertEquals([...refusals], [], name);
    }
    const kinds = new Set(steps.flatMap(({ ops }) => ops.map((op) => formatKind(kindOf(op)))));
    assertEquals(
      [...kinds].toSorted(),
      await readRecordedOps(),
      `${RECORDED_OPS_URL.pathname} is not what was traced: renew it by record_ops.ts`,
    );
  },
);

Deno.test({
  name: "every recorded op has a row that takes it, and every row a recorded op",
  ignore: needs("read"),
  async fn() {
    const kinds = (await readRecordedOps()).map(parseKind);
    assertEquals(kinds.map(refuseKind).filter((refusal) => refusal !== null), []);
    const names = new Set(kinds.map(({ name }) => name));
    assertEquals(Object.keys(GPU_KERNELS).toSorted(), [...names].toSorted());
    for (const kind of kinds) assertEquals(parseKind(formatKind(kind)), kind);
  },
});

Deno.test("an op without a row, another type and an attribute without a kernel are refused", () => {
  const conv = { name: "Conv2D", inputs: ["float", "float"] };
  const attributes = { T: "float", data_format: "NHWC", padding: "EXPLICIT" };
  assertEquals(refuseKind({ ...conv, attributes }), null);
  const cases: [Parameters<typeof refuseKind>[0], string][] = [
    [{ name: "_FusedConv2D", inputs: [], attributes: {} }, "_FusedConv2D has no row"],
    [{ ...conv, inputs: ["float"], attributes }, "Conv2D must have 2 inputs: it has 1"],
    [
      { ...conv, inputs: ["float", "int32"], attributes },
      "input 1 of Conv2D must be float: it is int32",
    ],
    [
      { ...conv, attributes: { ...attributes, T: "bool" } },
      "T of Conv2D must be one of float: it is bool",
    ],
    [{ ...conv, attributes: { ...attributes, fused: true } }, "fused of Conv2D has no entry"],
    [
      { name: "AvgPool", inputs: ["float"], attributes: { padding: "EXPLICIT" } },
      "padding of AvgPool must be one of VALID, SAME: it is EXPLICIT",
    ],
  ];
  for (const [kind, refusal] of cases) assertEquals(refuseKind(kind), refusal);
});

/** An op on tensors of such types and shapes. */
function op(name: string, inputs: [number, number[]][]): RecordedOp {
  return { name, attributes: [], inputs: inputs.map(([dtype, shape]) => ({ dtype, shape })) };
}

Deno.test("batch norms that cuDNN refuses are refused by their sizes", () => {
  const vector: [number, number[]] = [TF_FLOAT, [64]];
  const statistics = [vector, vector, vector, vector];
  const rows = 80 * 112 * 112; // the stem of ResNet-50 as rows
  assertEquals(rows, 1_003_520);
  assertEquals(
    refuseOp(op("FusedBatchNormV3", [[TF_FLOAT, [rows, 1, 1, 64]], ...statistics])),
    "FusedBatchNormV3: the batch must be at most 880801: it is 1003520",
  );
  assertEquals(
    refuseOp(op("FusedBatchNormV3", [[TF_FLOAT, [80, 112, 112, 64]], ...statistics])),
    null,
  );
  const x: [number, number[]] = [TF_FLOAT, [80, 112, 112, 64]];
  const gradient = (reserve: readonly number[]) =>
    refuseOp(op("FusedBatchNormGradV3", [x, x, vector, vector, vector, [TF_FLOAT, [...reserve]]]));
  assertEquals(gradient(DEVICE_CHOICES.gpu.emptyReserveShape), null);
  assertEquals(
    gradient(DEVICE_CHOICES.cpu.emptyReserveShape),
    "FusedBatchNormGradV3: reserve space 3 must be a scalar, or cuDNN takes it for one: it is of shape [0]",
  );
});

Deno.test("int32 is never where a GPU's kernel wants it in the device's memory", () => {
  assert(DEVICE_CHOICES.gpu.hostTypes.includes(TF_INT32));
  assertEquals(refuseOp(op("Reshape", [[TF_FLOAT, [2]], [TF_INT32, [1]]])), null);
  assertEquals(
    refuseOp(op("Neg", [[TF_INT32, [2]]])),
    "input 0 of Neg must be float: it is int32",
  );
});

Deno.test("variables are in the GPU's resource manager: every op on them has a GPU kernel, and their handles are on the host", () => {
  const onResources = [
    "AssignVariableOp",
    "DestroyResourceOp",
    "ReadVariableOp",
    "ResourceApplyAdam",
  ];
  for (const name of onResources) assertEquals(GPU_KERNELS[name]!.inputs[0], "host resource", name);
  assertEquals(GPU_KERNELS.VarHandleOp!.attributes.dtype, ["float"]);
});
