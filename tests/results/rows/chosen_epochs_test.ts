import { assertEquals } from "@std/assert";
import { addChosenEpochs } from "../../../lib/results/rows/chosen_epochs.ts";
import type { EpochRow } from "../../../lib/results/rows/epoch_row.ts";
import { metricsFrom, syntheticRow } from "../synthetic_rows.ts";

const CORRECTED = { protocol: "corrected" } as const;
/** Chose epoch 4 on held-out classes. */
const CHOOSER = syntheticRow({
  ...CORRECTED,
  held_out_share: 0.15,
  selection: "held_out",
  epoch: 4,
});
const WHOLE = syntheticRow({
  ...CORRECTED,
  held_out_share: 0,
  selection: "final",
  epoch: 6,
  config_hash: "c".repeat(64),
});
const EPOCHS: EpochRow[] = [10, 20, 30, 40, 50, 45, 42].map((recall, epoch) => ({
  run_id: WHOLE.run_id,
  epoch,
  learning_rate_factor: epoch === 0 ? null : 1,
  mean_loss: epoch === 0 ? null : 5 - epoch / 2,
  ...metricsFrom(recall),
  held_out_recall_at_1: null,
  wall_seconds: 2 * epoch,
  images_per_second: epoch === 0 ? null : 100,
}));
const FACTS = {
  epochs: new Map([[WHOLE.run_id, EPOCHS]]),
  configKeys: new Map([[CHOOSER.run_id, "a"], [WHOLE.run_id, "a"]]),
};

Deno.test("a run on all classes is told at the epoch that held-out classes chose beside it", () => {
  const added = addChosenEpochs([CHOOSER, WHOLE], FACTS).slice(2);
  assertEquals(added.length, 1);
  const { run_id, selection, epoch, recall_at_1, map_at_r, wall_seconds } = added[0]!;
  assertEquals({ run_id, selection, epoch, recall_at_1, map_at_r }, {
    run_id: WHOLE.run_id,
    selection: "held_out",
    epoch: 4,
    recall_at_1: 50,
    map_at_r: metricsFrom(50).map_at_r,
  });
  assertEquals(wall_seconds, 2 + 4 + 6 + 8);
});

Deno.test("without such a run, or for another configuration, nothing is added", () => {
  const other = { ...FACTS, configKeys: new Map([[CHOOSER.run_id, "a"], [WHOLE.run_id, "b"]]) };
  assertEquals(addChosenEpochs([CHOOSER, WHOLE], other).length, 2);
  assertEquals(addChosenEpochs([WHOLE], FACTS).length, 1);
});

Deno.test("a choice that an earlier version stored for a run that held nothing out is none", () => {
  const stored = { ...WHOLE, selection: "held_out", epoch: 1 };
  assertEquals(addChosenEpochs([WHOLE, stored], FACTS), [WHOLE]);
  const epochs = addChosenEpochs([CHOOSER, WHOLE, stored], FACTS)
    .flatMap((row) => row.selection === "held_out" && row.held_out_share === 0 ? row.epoch : []);
  assertEquals(epochs, [4]);
});
