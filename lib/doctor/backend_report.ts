/** What is known of one backend after trying it. Plain data, so that it can be posted and printed. */

import type { Backend, BackendName, BackendOptions } from "../backend/backend.ts";
import type { SkippedBackend } from "../backend/open_backend.ts";
import type { Speed } from "./measure_speed.ts";

/** A backend to try. */
export interface BackendRequest {
  readonly name: BackendName;
  readonly options: BackendOptions;
}

/** An open backend, or why it is not. */
export type BackendReport =
  | {
    readonly name: BackendName;
    readonly isAvailable: true;
    readonly backend: Backend;
    readonly speed: Speed;
    /** Bytes that it can use, as far as it says: those of its GPU, or of the machine, or less. */
    readonly memoryBytes: number | null;
    /** Bytes of the largest tensor, where there is such a limit. */
    readonly largestTensorBytes: number | null;
    /** Why it computes on the CPU though it could on a GPU; `null` for one that does, or never could. */
    readonly whyOnCpu: string | null;
    /** Seconds until it was open. */
    readonly openSeconds: number;
  }
  | { readonly name: BackendName; readonly isAvailable: false; readonly reason: string };

/** What `auto` takes and passes over, or why it takes none. */
export type ChoiceReport =
  | {
    readonly backend: Backend;
    readonly skipped: readonly Omit<SkippedBackend, "error">[];
  }
  | { readonly reason: string };
