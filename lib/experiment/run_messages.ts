/** What the pool and its workers say to each other. Plain data, so that it can be posted. */

import type { BackendName, BackendOptions } from "../backend/backend.ts";
import type { Workspace } from "../dataset/workspace.ts";
import type { ResultRow } from "../results/rows/row.ts";
import type { TrainConfig } from "../train/config.ts";

/** A run to carry out. */
export interface RunRequest extends Workspace {
  readonly config: TrainConfig;
  readonly backendName: BackendName;
  readonly backendOptions: BackendOptions;
  /** File of pretrained backbone weights, or `null`. */
  readonly pretrainedPath: string | null;
  /** Images whose activations are in memory at a time; all of a batch where left out. */
  readonly microBatchSize?: number;
}

/** What happens to a run. */
export type RunMessage =
  | {
    readonly kind: "progress";
    /** Steps completed, of all epochs. */
    readonly doneStepCount: number;
    readonly stepCount: number;
    readonly note: string;
  }
  | { readonly kind: "finished"; readonly rows: readonly ResultRow[] }
  /** `isInputError`: the message is one line for the user; else it is a stack. */
  | { readonly kind: "failed"; readonly message: string; readonly isInputError: boolean };
