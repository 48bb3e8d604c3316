/** What the pool and its workers say to each other. Plain data, so that it can be posted. */

import type { BackendName, BackendOptions } from "../backend/backend.ts";
import type { Workspace } from "../dataset/workspace.ts";
import type { ResultRow } from "../results/rows/row.ts";
import type { LogFormat } from "./log_run.ts";
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
  /** Bytes of decoded images that it keeps; those of `DECODED_CACHE_BYTES` where left out. */
  readonly cacheBytes?: number;
  /** Program that the run is logged for, if any. */
  readonly logFormat?: LogFormat;
  /** Whether the rows stay in the run's folder until they are gathered. */
  readonly keepsRows?: boolean;
}

/** The messages after which a worker is free. */
export type LastMessage = Extract<RunMessage, { kind: "finished" | "stopped" | "failed" }>;

/** What the pool asks of a worker: to carry out a run, or to stop the one it is at after its present step. */
export type WorkerOrder =
  | { readonly kind: "run"; readonly request: RunRequest }
  | { readonly kind: "stop" };

/** What happens to a run. */
export type RunMessage =
  /** Another process works on it. */
  | { readonly kind: "waiting"; readonly holder: string }
  | {
    readonly kind: "progress";
    /** Steps completed, of all epochs. */
    readonly doneStepCount: number;
    readonly stepCount: number;
    readonly note: string;
  }
  | { readonly kind: "finished"; readonly rows: readonly ResultRow[] }
  /** As it was asked to; a checkpoint is there to go on from, if it completed an epoch. */
  | { readonly kind: "stopped" }
  /** `isInputError`: the message is one line for the user; else it is a stack. */
  | { readonly kind: "failed"; readonly message: string; readonly isInputError: boolean };
