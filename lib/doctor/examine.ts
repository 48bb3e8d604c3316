/** Looks at everything that a run needs. */

import { join } from "@std/path";
import type { BackendOptions } from "../backend/backend.ts";
import { SETTING_KINDS } from "../dataset/setting.ts";
import type { Workspace } from "../dataset/workspace.ts";
import { type Bfloat16Support, checkBfloat16 } from "./bfloat16_support.ts";
import type { BackendReport, ChoiceReport } from "./backend_report.ts";
import { checkBackends, checkChoice } from "./check_backends.ts";
import { checkDatasets, type DatasetReport } from "./check_datasets.ts";
import { checkLibrary, type LibraryStep } from "./check_library.ts";
import { checkSharp, type SharpReport } from "./check_sharp.ts";
import { checkWeights, type WeightsFileReport } from "./check_weights.ts";
import { listNextCommands, type NextCommand } from "./next_commands.ts";

/** Where to look. */
export interface ExamineOptions extends Omit<Workspace, "folders"> {
  readonly backendOptions: BackendOptions;
}

/** The machine. */
export interface MachineReport {
  readonly denoVersion: string;
  /** Such as `x86_64 linux`. */
  readonly platform: string;
  readonly coreCount: number;
  readonly memoryBytes: number;
  readonly freeMemoryBytes: number;
  /** What multiplies bfloat16. */
  readonly bfloat16: Bfloat16Support;
}

/** Everything that was found. */
export interface DoctorReport {
  readonly machine: MachineReport;
  readonly backends: readonly BackendReport[];
  /** What `--backend auto` takes. */
  readonly choice: ChoiceReport;
  /** Steps of the search for libtensorflow. */
  readonly librarySteps: readonly LibraryStep[];
  readonly sharp: SharpReport;
  readonly datasets: readonly DatasetReport[];
  readonly weights: readonly WeightsFileReport[];
  readonly next: readonly NextCommand[];
}

/** Examines the machine; what is missing or broken is part of the report, never an error. */
export async function examine(options: ExamineOptions): Promise<DoctorReport> {
  const { dataRoot, resultsRoot, backendOptions } = options;
  const backends = await checkBackends(backendOptions);
  const datasets = await checkDatasets(dataRoot);
  const weights = await checkWeights(dataRoot);
  return {
    machine: describeMachine(),
    backends,
    choice: await checkChoice(backendOptions),
    librarySteps: await checkLibrary(backendOptions.tensorflowLibrary),
    sharp: await checkSharp(),
    datasets,
    weights,
    next: listNextCommands({
      backends,
      datasets,
      hasResults: await hasResults(resultsRoot),
      hasWeights: weights.length > 0,
      dataRoot,
    }),
  };
}

function describeMachine(): MachineReport {
  const { total, available } = Deno.systemMemoryInfo();
  return {
    denoVersion: Deno.version.deno,
    platform: `${Deno.build.arch} ${Deno.build.os}`,
    coreCount: navigator.hardwareConcurrency,
    memoryBytes: total,
    freeMemoryBytes: available,
    bfloat16: checkBfloat16(),
  };
}

async function hasResults(resultsRoot: string): Promise<boolean> {
  for (const kind of SETTING_KINDS) {
    try {
      if ((await Deno.stat(join(resultsRoot, `${kind}.csv`))).isFile) return true;
    } catch {
      // Not there.
    }
  }
  return false;
}
