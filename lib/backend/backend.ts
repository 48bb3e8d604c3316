/** What a backend is: the place where tensors live and kernels run. */

/** Names of the backends. */
export const BACKEND_NAMES = ["tensorflow", "webgpu", "wasm", "cpu"] as const;
/** One of the backends. */
export type BackendName = typeof BACKEND_NAMES[number];

/** An open backend; every result row stores the first four. */
export interface Backend {
  /** Name, as `--backend` takes it. */
  readonly name: BackendName;
  /** Version of what computes: tfjs, or the TensorFlow library. */
  readonly version: string;
  /** What it computes on, such as `x86_64 linux, SIMD` or the name of a GPU. */
  readonly device: string;
  /** Threads of one operation. */
  readonly threads: number;
  /** Whether it computes on a GPU, a software driver's included. */
  readonly isGpu: boolean;
}

/** How to open a backend. */
export interface BackendOptions {
  /** Threads of one operation; only `tensorflow` has more than one. @default all cores */
  readonly threads?: number;
  /** Path of libtensorflow, or of its folder. @default searched for */
  readonly tensorflowLibrary?: string;
  /** Whether reruns must give the same bits where a backend has to be told so. @default false */
  readonly isDeterministic?: boolean;
  /** Whether backend `tensorflow` runs steps op by op, to find an op that fails; sums may round otherwise. @default false */
  readonly isEager?: boolean;
}
