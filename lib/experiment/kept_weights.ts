/** What a run keeps of the epochs that it will report, with the hash of each file: weights, and what each query found. */

import { basename } from "@std/path";
import type { RetrievalRankings } from "../eval/retrieval_rankings.ts";
import { writeFileAtomic } from "../file/atomic_write.ts";
import { hashBytes } from "../file/hash.ts";
import type { Embedder } from "../model/embedder.ts";
import { formatQueryResults } from "../results/rows/query_results.ts";
import type { TrainConfig } from "../train/config.ts";
import { formatRunId } from "../train/run_id.ts";
import type { EpochRecord } from "../train/run_training.ts";
import { earliestBest, listSelections } from "../train/selection.ts";
import { checkArtifacts } from "../results/rows/checksums.ts";
import type { EpochEvaluation } from "./evaluate_embedder.ts";
import type { RunFolder } from "./run_folder.ts";
import { readStoredWeights, writeStoredWeights } from "./weights_file.ts";

type KeptSelection = "final" | "best_on_test" | "held_out";

/** Keeps weights as epochs go by. */
export class KeptWeights {
  readonly #config: TrainConfig;
  readonly #folder: RunFolder;
  #hashes: Readonly<Record<string, string>> = {};

  constructor(config: TrainConfig, folder: RunFolder) {
    this.#config = config;
    this.#folder = folder;
  }

  /** SHA-256 by file name. */
  get hashes(): Readonly<Record<string, string>> {
    return this.#hashes;
  }

  /**
   * Takes up what a checkpoint recorded.
   *
   * A file of the epoch after it is no damage: the run was killed between the weights and the checkpoint of that epoch, which
   * now comes again, to the same bits.
   *
   * @param epoch Epochs completed.
   * @throws {InputError} If a file is missing or another.
   */
  async resume(hashes: Readonly<Record<string, string>>, epoch: number): Promise<void> {
    const kept: Record<string, string> = {};
    for (const [name, hash] of Object.entries(hashes)) {
      if (!await this.#isOfEpoch(name, epoch + 1)) kept[name] = hash;
    }
    await checkArtifacts(this.#folder.path, kept);
    this.#hashes = hashes;
  }

  async #isOfEpoch(name: string, epoch: number): Promise<boolean> {
    try {
      const selection = name.split(".")[0] as KeptSelection;
      const stored = await readStoredWeights(this.#folder.weights(selection));
      return stored.epoch === epoch && formatRunId(stored.config) === formatRunId(this.#config);
    } catch {
      return false; // what it is, its hash tells
    }
  }

  /**
   * Keeps the current epoch where it is the last one, or the best so far.
   *
   * @param history Every epoch up to the current one.
   * @param rankings Of the test queries, as the current epoch evaluated them.
   */
  async keep(
    embedder: Embedder,
    history: readonly EpochRecord<EpochEvaluation>[],
    rankings: RetrievalRankings,
  ): Promise<void> {
    const evaluated = history.filter(({ epoch, evaluation }) => epoch > 0 && evaluation);
    const current = history.at(-1)!;
    if (current !== evaluated.at(-1)) return;
    const isBest = (score: (evaluation: EpochEvaluation) => number) =>
      earliestBest(evaluated, ({ evaluation }) => score(evaluation!)) === current;
    const selections: readonly (readonly [KeptSelection, boolean])[] = [
      ["best_on_test", isBest(({ testRecallAt1 }) => testRecallAt1)],
      [
        "held_out",
        listSelections(this.#config).includes("held_out") &&
        isBest((e) => e.heldOutRecallAt1 ?? -1),
      ],
      ["final", current.epoch === this.#config.epochCount],
    ];
    for (const [selection, isKept] of selections) {
      if (!isKept) continue;
      const path = this.#folder.weights(selection);
      const stored = { config: this.#config, epoch: current.epoch, selection };
      const hash = await writeStoredWeights(path, embedder, stored);
      const results = formatQueryResults(rankings);
      const resultsPath = this.#folder.queries(selection);
      await writeFileAtomic(resultsPath, results);
      const resultsHash = hashBytes(results);
      this.#hashes = {
        ...this.#hashes,
        [basename(path)]: hash,
        [basename(resultsPath)]: resultsHash,
      };
    }
  }
}
