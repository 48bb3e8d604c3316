/** What to run next. */

import type { BackendReport } from "./backend_report.ts";
import type { DatasetReport } from "./check_datasets.ts";

/** A command, and why. */
export interface NextCommand {
  readonly command: string;
  readonly reason: string;
}

/** What the machine has. */
export interface Findings {
  readonly backends: readonly BackendReport[];
  readonly datasets: readonly DatasetReport[];
  /** Whether there are rows of results already. */
  readonly hasResults: boolean;
  /** Whether there are files of pretrained weights. */
  readonly hasWeights: boolean;
  /** Data root, as on the command line. */
  readonly dataRoot: string;
}

/** The commands that lead on from here, the first one first. */
export function listNextCommands(findings: Findings): NextCommand[] {
  const { backends, datasets, hasResults, hasWeights, dataRoot } = findings;
  const root = dataRoot === "data" ? "" : ` --data-root ${dataRoot}`;
  const commands: NextCommand[] = [];
  const tensorflow = backends.find(({ name }) => name === "tensorflow");
  if (tensorflow && !tensorflow.isAvailable) {
    commands.push({
      command: "deno task setup",
      reason: "fetches TensorFlow, the fastest backend of most machines",
    });
  }
  const mini = datasets.filter(({ profile }) => profile === "mini");
  const real = datasets.filter(({ profile }) => profile !== "mini");
  if (mini.some(({ state }) => state === "missing")) {
    commands.push({
      command: `deno task fixtures${root}`,
      reason: "draws the miniature datasets that are missing",
    });
  }
  if (mini.some(({ state }) => state === "original" || state === "damaged")) {
    commands.push({
      command: `deno task convert --dataset all${root}`,
      reason: "converts the miniature datasets",
    });
  }
  for (const { name, profile, state } of real) {
    if (state !== "original" && state !== "damaged") continue;
    commands.push({
      command: `deno task convert --dataset ${name} --profile ${profile}${root}`,
      reason: "its original files are here",
    });
  }
  const fetch = {
    command: `deno task fetch --dataset all --weights all --dry-run${root}`,
    reason: "where published datasets and weights come from; without --dry-run it fetches them",
  };
  const isMissing = real.some(({ profile, state }) => profile === "paper" && state === "missing");
  return [
    ...commands,
    ...listRuns(real, hasResults, root),
    ...(isMissing || !hasWeights ? [fetch] : []),
  ];
}

function listRuns(
  real: readonly DatasetReport[],
  hasResults: boolean,
  root: string,
): NextCommand[] {
  const ready = real.find(({ state }) => state === "converted");
  return [
    {
      command: `deno task reproduce-all${root}`,
      reason: hasResults
        ? "goes on with the miniature experiment; what is done is not repeated"
        : "the whole experiment on the miniatures: draws, converts, trains, writes the tables",
    },
    ...(ready
      ? [{
        command: `deno task train --dataset ${ready.name} --profile ${ready.profile}${root}`,
        reason: ready.profile === "paper"
          ? "this published dataset is converted"
          : "these small photographs are converted",
      }]
      : []),
  ];
}
