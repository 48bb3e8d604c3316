/** How many runs at a time, and how many threads each: what a machine does best. The results of a run do not depend on the former. */

import type { Backend } from "../backend/backend.ts";
import { findBackbone } from "../model/registry.ts";

/** What decides it. */
export interface CoreDemand {
  /** Where the runs compute. */
  readonly backend: Pick<Backend, "name" | "deviceKind">;
  /** Backbones of the runs that wait, one entry a run. */
  readonly backbones: readonly string[];
  readonly coreCount: number;
  /** Runs at a time, where the user says so. */
  readonly jobCount?: number;
  /** Threads of a run, where the user says so. */
  readonly threads?: number;
}

/** What came of it; threads are left out where the backend decides. */
export interface CoreShare {
  readonly jobCount: number;
  readonly threads?: number;
}

/** Shares the cores of a machine among runs. */
export function shareCores(demand: CoreDemand): CoreShare {
  const { backend, backbones, coreCount, threads } = demand;
  if (backend.name === "wasm") return shareAmongWasm(demand);
  if (demand.jobCount !== undefined) return { jobCount: demand.jobCount, threads };
  if (backend.deviceKind === "gpu") return { jobCount: 1, threads };
  if (backend.name !== "tensorflow") return { jobCount: coreCount, threads };
  const areSmall = backbones.every((name) => findBackbone(name).sizeClass === "small");
  if (!areSmall || backbones.length < 2) return { jobCount: 1, threads };
  const each = threads ?? 1;
  return { jobCount: Math.max(1, Math.floor(coreCount / each)), threads: each };
}

/** A run for each core while there are enough of them, as nothing is lost then; what cores are left over become threads. */
function shareAmongWasm({ backbones, coreCount, threads, jobCount }: CoreDemand): CoreShare {
  const lanes = Math.max(1, Math.floor(coreCount / (threads ?? 1)));
  const count = jobCount ?? Math.min(lanes, backbones.length);
  return { jobCount: count, threads: threads ?? Math.max(1, Math.floor(coreCount / count)) };
}
