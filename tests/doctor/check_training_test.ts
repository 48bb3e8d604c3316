import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { checkTraining, judgeStep } from "../../lib/doctor/check_training.ts";
import { compareSteps } from "../../lib/doctor/compare_steps.ts";
import type { StepValues } from "../../lib/doctor/step_values.ts";
import { RESNET_MINI } from "../../lib/model/resnet_mini.ts";
import { testWithLibrary } from "../backend/tensorflow/with_library.ts";

function step(loss: number, ...values: number[]): StepValues {
  return { loss, gradients: new Map([["a", Float32Array.from(values)]]) };
}

Deno.test("compareSteps() tells relative differences, and the same bits", () => {
  assertEquals(compareSteps(step(2, 3, 4), step(2, 3, 4)), { loss: 0, gradients: 0, isSame: true });
  assertEquals(compareSteps(step(3, 3, 3), step(2, 3, 4)), {
    loss: 0.5,
    gradients: 0.2,
    isSame: false,
  });
  assertThrows(
    () => compareSteps(step(1, 1), step(1, 1, 2)),
    RangeError,
    "Cannot compare steps as both must have 2 gradients of a: the other has 1",
  );
});

Deno.test("judgeStep() passes what is close and repeats itself, and nothing else", () => {
  const [close, far, broken] = [step(2.001, 3, 4.1), step(2, 4, -3), step(NaN, NaN, NaN)];
  const expected = step(2, 3, 4);
  const cases: [StepValues, StepValues, boolean, boolean][] = [
    [close, close, true, true],
    [close, expected, true, false], // other bits
    [close, expected, false, true], // nobody promised the same
    [far, far, true, false],
    [broken, broken, false, false],
  ];
  for (const [actual, again, isDeterministic, isOk] of cases) {
    assertEquals(judgeStep(actual, again, expected, isDeterministic).isOk, isOk);
  }
  assertEquals(
    judgeStep(close, close, expected, true).text,
    "loss 2.00100, 5.0e-4 from wasm's; gradients 2.0e-2 from wasm's; a second time the same bits",
  );
});

testWithLibrary(
  "checkTraining() compares TensorFlow on the CPU with wasm, and measures it",
  async () => {
    const lines = await Array.fromAsync(checkTraining({
      open: async () => (await openBackend("tensorflow")).backend,
      backbones: [RESNET_MINI],
      timedBatchSize: 8,
      inputSize: 32,
    }));
    assertEquals(lines.filter(({ isOk }) => !isOk), []);
    const [tiny, frozen, trained, rate, ...rest] = lines.map(({ text }) => text);
    assertEquals(rest, []);
    assertMatch(
      tiny!,
      /^a step with every kind of op: loss \d\.\d{4}e-\d, \d\.\de[-+]\d from plain/,
    );
    assertMatch(frozen!, /^a step of resnet_mini, batch norms frozen: loss .* the same bits$/);
    assertMatch(trained!, /^a step of resnet_mini, batch norms trained: loss .* the same bits$/);
    assertMatch(
      rate!,
      /^resnet_mini, batches of 8: \d+\.\d images\/s in training, \d+\.\d in embedding$/,
    );
  },
);

testWithLibrary("checkTraining() makes a line of a backend that does not open", async () => {
  const fail = () => Promise.reject(new Error("it is lost\nmore"));
  const lines = checkTraining({ open: fail, backbones: [] });
  assertEquals((await lines.next()).value, {
    text: "a step with every kind of op: it is lost",
    isOk: false,
  });
});
