/** What a backend is: the place where tensors live and kernels run. */

/** Names of the backends. */
export const BACKEND_NAMES = ["tensorflow", "webgpu", "wasm", "cpu"] as const;
/** One of the backends. */
export type BackendName = typeof BACKEND_NAMES[number];

/** Kinds of devices; a software driver of a GPU counts as a GPU. */
export const DEVICE_KINDS = ["cpu", "gpu"] as const;
/** One of the kinds of devices. */
export type DeviceKind = typeof DEVICE_KINDS[number];

/**
 * How products and convolutions multiply: in float32, with TF32's mantissas of 10 bits, or with bfloat16's of 7, which the backbone's
 * activations are then kept in too. Sums are float32 in all three, and so are weights, statistics, head, loss and metrics.
 */
export const PRECISIONS = ["float32", "tf32", "bfloat16"] as const;
/** One of the precisions. */
export type Precision = typeof PRECISIONS[number];

/** An open backend, as it is and not as it was asked for; every result row stores it. */
export interface Backend {
  /** Name, as `--backend` takes it. */
  readonly name: BackendName;
  /** Version of what computes: tfjs, or the TensorFlow library. */
  readonly version: string;
  /** What it computes on, such as `x86_64 linux, SIMD` or the name of a GPU. */
  readonly device: string;
  /** The kind of that device. */
  readonly deviceKind: DeviceKind;
  /** Threads of one operation. */
  readonly threads: number;
  /** How it multiplies. */
  readonly precision: Precision;
  /** Whether reruns give the same bits. */
  readonly isDeterministic: boolean;
}

/** A backend that has one way to compute: in float32, and to the same bits each time. */
export type PlainBackend = Omit<Backend, "precision" | "isDeterministic">;

/** How to open a backend. */
export interface BackendOptions {
  /** Threads of one operation; only `tensorflow` and `wasm` have more than one. @default all cores */
  readonly threads?: number;
  /** Path of libtensorflow, or of its folder. @default searched for */
  readonly tensorflowLibrary?: string;
  /** How to multiply; only `tensorflow` on a GPU has TF32, and on a CPU bfloat16. @default {"float32"} */
  readonly precision?: Precision;
  /** Whether reruns must give the same bits; only `tensorflow` on a GPU is faster without. @default {true} */
  readonly isDeterministic?: boolean;
  /** Whether backend `tensorflow` runs steps op by op, to find an op that fails; sums may round otherwise. @default {false} */
  readonly isEager?: boolean;
  /** Whether only a real GPU will do: no software driver, no CPU. @default {false} */
  readonly isGpuRequired?: boolean;
}
