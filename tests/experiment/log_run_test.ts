/** A run that is logged, stopped and resumed, as TensorBoard's own event reader reads it: in `PROXYAN_PYTHON`. */

import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { executeRun, type RunOptions, RunStopped } from "../../lib/experiment/execute_run.ts";
import { runFolder } from "../../lib/experiment/run_folder.ts";
import { LOG_FOLDER } from "../../lib/log/run_log.ts";
import { readEpochs } from "../../lib/results/rows/epoch_row.ts";
import { formatRunId } from "../../lib/train/run_id.ts";
import type { StepMeasures } from "../../lib/train/step_measures.ts";
import { makeSmallMiniatures } from "../support/small_miniatures.ts";
import { listNames, testInFolder } from "../support/temporary_folder.ts";
import { smallConfig } from "../support/train_config.ts";

interface ReadEvents {
  readonly scalars: Readonly<Record<string, readonly [step: number, value: number][]>>;
  readonly images: Readonly<Record<string, readonly [step: number, width: number, h: number][]>>;
  readonly hparams: readonly string[];
}

const CONFIG = smallConfig({ classesPerBatch: 2, imagesPerClass: 2, epochCount: 2 });

/** What TensorBoard's event reader finds; `null` where Python has none, with a line that says so. */
async function readEvents(folder: string): Promise<ReadEvents | null> {
  const script = fromFileUrl(new URL("../log/read_events.py", import.meta.url));
  const program = Deno.env.get("PROXYAN_PYTHON") ?? "python3";
  const run = (...args: string[]) => new Deno.Command(program, { args }).output();
  const hasReader = await run("-c", "import tensorboard").then(
    ({ success }) => success,
    () => false,
  );
  if (!hasReader) {
    console.warn(
      "Event files are not read back as Python needs tensorboard: PROXYAN_PYTHON can name one",
    );
    return null;
  }
  const { success, stdout, stderr } = await run(script, folder);
  assert(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

testInFolder(
  "a logged run is read by TensorBoard, and its numbers are those of no log",
  async (root) => {
    await makeSmallMiniatures(`${root}/data`, ["cub200"]);
    const { backend } = await openBackend("wasm");
    const run = (results: string, options: Partial<RunOptions>) =>
      executeRun({
        config: CONFIG,
        backend,
        pretrained: null,
        dataRoot: `${root}/data`,
        resultsRoot: `${root}/${results}`,
        ...options,
      });
    await run("plain", {});
    const losses: number[] = [];
    const measured: StepMeasures[] = [];
    let stepCount = 0;
    const logged = {
      logFormat: "tensorboard",
      onEvent(event) {
        if (event.kind !== "step") return;
        losses[(event.epoch - 1) * event.batchCount + event.batch] = event.loss;
        measured.push(event.measures!);
        stepCount = event.batchCount * CONFIG.epochCount;
      },
    } satisfies Partial<RunOptions>;
    const stop = () => stepCount > 0 && losses.length > stepCount / CONFIG.epochCount + 1;
    await assertRejects(() => run("logged", { ...logged, shouldStop: stop }), RunStopped);
    await run("logged", logged);

    const folders = ["plain", "logged"].map((name) =>
      runFolder(`${root}/${name}`, formatRunId(CONFIG))
    );
    const [plain, epochs] = await Promise.all(folders.map(({ epochs }) => readEpochs(epochs)));
    const scores = (rows: typeof plain) =>
      rows!.map(({ mean_loss, map_at_r }) => [mean_loss, map_at_r]);
    assertEquals(scores(epochs), scores(plain));
    const folder = `${folders[1]!.path}/${LOG_FOLDER}`;
    const names = await listNames(folder);
    assertEquals(names.filter((name) => name.startsWith("events.out.tfevents.")).length, 2);
    assert(names.includes("projector_config.pbtxt"));
    const vectors = await Deno.readTextFile(`${folder}/test_embeddings.tsv`);
    const labels = await Deno.readTextFile(`${folder}/test_embeddings_metadata.tsv`);
    assertEquals(vectors.trim().split("\n").length + 1, labels.trim().split("\n").length);
    assertEquals(vectors.split("\n")[0]!.split("\t").length, CONFIG.embeddingSize);

    const events = await readEvents(folder);
    if (events === null) return;
    const { scalars } = events;
    assertEquals(scalars["step/loss"]!.map(([step]) => step), losses.map((_, i) => i + 1));
    for (const [i, [, value]] of scalars["step/loss"]!.entries()) {
      assertAlmostEquals(value, losses[i]!, 1e-6);
    }
    assertEquals(scalars["learning_rate/network"]!.map(([, value]) => value)[0], Math.fround(1e-3));
    assertEquals(scalars["learning_rate/proxies"]!.map(([, value]) => value)[0], Math.fround(1e-2));
    const perEpoch = stepCount / CONFIG.epochCount;
    assertEquals(
      scalars["test/map_at_r"],
      epochs!.map(({ epoch, map_at_r }) => [epoch * perEpoch, Math.fround(map_at_r!)]),
    );
    for (const tag of ["network_gradient", "network_weights", "proxy_gradient", "proxy_weights"]) {
      assert(scalars[`norm/${tag}`]!.every(([, value]) => value > 0), tag);
    }
    assertEquals(scalars["active_pairs/negative_share"]!.length, losses.length);
    assertEquals(events.images["first_batch/03"]!.map(([, width, height]) => [width, height])[0], [
      CONFIG.inputSize,
      CONFIG.inputSize,
    ]);
    assertEquals(events.hparams, ["_hparams_/session_end_info", "_hparams_/session_start_info"]);
  },
  ["ffi", "sys", "env", "run"],
);
