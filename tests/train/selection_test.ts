import { assertEquals, assertThrows } from "@std/assert";
import {
  type EpochScores,
  listSelections,
  selectEpochs,
  SELECTIONS,
} from "../../lib/train/selection.ts";

const scores = (epoch: number, testRecallAt1: number, heldOutRecallAt1: number | null = null) =>
  ({ epoch, testRecallAt1, heldOutRecallAt1 }) satisfies EpochScores;

Deno.test("selectEpochs() reports untrained, final and best on test in protocol published", () => {
  const history = [scores(0, 90), scores(2, 50), scores(4, 70), scores(6, 60)];
  assertEquals(selectEpochs(history, "published"), [
    { selection: "untrained", epoch: 0 },
    { selection: "final", epoch: 6 },
    { selection: "best_on_test", epoch: 4 },
  ]);
});

Deno.test("selectEpochs() never chooses the untrained network as the best", () => {
  const best = selectEpochs([scores(0, 90), scores(1, 10)], "published").at(-1);
  assertEquals(best, { selection: "best_on_test", epoch: 1 });
});

Deno.test("selectEpochs() chooses on held-out classes in protocol corrected, the earliest of equals", () => {
  const history = [scores(0, 1, 1), scores(1, 50, 30), scores(2, 60, 40), scores(3, 55, 40)];
  assertEquals(selectEpochs(history, "corrected"), [
    { selection: "untrained", epoch: 0 },
    { selection: "final", epoch: 3 },
    { selection: "held_out", epoch: 2 },
    { selection: "best_on_test", epoch: 2 },
  ]);
});

Deno.test("selectEpochs() chooses nothing on held-out classes where none are held out", () => {
  const history = [scores(0, 1), scores(1, 50), scores(2, 60)];
  const names = selectEpochs(history, "corrected").map(({ selection }) => selection);
  assertEquals(names, ["untrained", "final", "best_on_test"]);
  assertEquals(listSelections({ protocol: "corrected", heldOutShare: 0 }), names);
  assertEquals(listSelections({ protocol: "corrected", heldOutShare: 0.15 }), [...SELECTIONS]);
});

Deno.test("selectEpochs() needs a trained epoch", () => {
  assertThrows(
    () => selectEpochs([scores(0, 1)], "published"),
    RangeError,
    "Cannot select epochs as at least one must be trained: it is a history of 1",
  );
});
