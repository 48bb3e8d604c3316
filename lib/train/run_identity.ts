/** What a run stands on beside its configuration: checkpoints record it, and only the same continues to the same bits. */

import type { Backend, BackendName, DeviceKind, Precision } from "../backend/backend.ts";
import { InputError } from "../errors.ts";

/** One record, compared field by field. Plain JSON. A new field raises the format of checkpoints. */
export interface RunIdentity {
  /** What computes. */
  readonly backend: BackendName;
  /** Where it computes. */
  readonly deviceKind: DeviceKind;
  /** How it multiplies. */
  readonly precision: Precision;
  /** Whether only kernels run that give the same bits each time. */
  readonly isDeterministic: boolean;
  /** Version of what computes. */
  readonly backendVersion: string;
  /** Threads of one operation: sums round otherwise with more of them, but on `wasm`, where any number will do. */
  readonly threads: number;
  /** Whether steps run op by op. */
  readonly isEager: boolean;
  /** Images whose activations are in memory at a time; `null` where that is the whole batch. */
  readonly microBatchSize: number | null;
  /** SHA-256 of the images. */
  readonly dataHash: string;
  /** SHA-256 of the sources that decide numbers, and of the versions of their packages. */
  readonly codeHash: string;
}

/** What a run stands on beside its configuration and its backend. */
export type RunGround = Pick<RunIdentity, "isEager" | "microBatchSize" | "dataHash" | "codeHash">;

/** How a field is told to the user. */
interface IdentityField<Value> {
  /** What it is, in `as ... must be ...`. */
  readonly title: string;
  /** What runs with a value again; `null` where no flag does. */
  readonly remedy: (stored: Value) => string | null;
}

/** Every field, in the order in which differences are told. */
const IDENTITY_FIELDS: { readonly [K in keyof RunIdentity]: IdentityField<RunIdentity[K]> } = {
  backend: { title: "the backend", remedy: (stored) => `pass --backend ${stored}` },
  deviceKind: { title: "the kind of device", remedy: () => null },
  precision: { title: "the precision", remedy: (stored) => `pass --precision ${stored}` },
  isDeterministic: {
    title: "determinism",
    remedy: (stored) => stored ? "leave out --nondeterministic" : "pass --nondeterministic",
  },
  backendVersion: { title: "the backend's version", remedy: () => null },
  threads: { title: "the number of threads", remedy: (stored) => `pass --threads ${stored}` },
  isEager: {
    title: "eager execution",
    remedy: (stored) => stored ? "pass --eager" : "leave out --eager",
  },
  microBatchSize: {
    title: "the micro-batch",
    remedy: (stored) =>
      stored === null ? "leave out --micro-batch" : `pass --micro-batch ${stored}`,
  },
  dataHash: {
    title: "the data's SHA-256",
    remedy: () => "put the images back that the run began with",
  },
  codeHash: {
    title: "the code's SHA-256",
    remedy: () => "check out the code that the run began with",
  },
};

/** The identity of a run on an open backend. */
export function identifyRun(backend: Backend, ground: RunGround): RunIdentity {
  const { name, version, deviceKind, precision, isDeterministic, threads } = backend;
  return {
    backend: name,
    deviceKind,
    precision,
    isDeterministic,
    backendVersion: version,
    threads,
    ...ground,
  };
}

/**
 * Checks that a run may go on from what a checkpoint recorded.
 *
 * @param at Folder of the run, and where in the run it stands; only used in errors.
 * @throws {InputError} If any field differs; the message names each of them, and what to do.
 */
export function checkIdentity(
  stored: RunIdentity,
  current: RunIdentity,
  { runFolder, epoch }: { readonly runFolder: string; readonly epoch: number },
): void {
  const names = Object.keys(IDENTITY_FIELDS) as (keyof RunIdentity)[];
  const differing = names.filter((name) =>
    stored[name] !== current[name] && !(name === "threads" && stored.backend === "wasm")
  );
  if (differing.length === 0) return;
  const rules = differing.map((name) =>
    `${IDENTITY_FIELDS[name].title} must be ${show(stored[name])}: it is ${show(current[name])}`
  );
  const remedies = differing.flatMap((name) => findRemedy(name, stored) ?? []);
  const again = "remove the folder to start again";
  throw new InputError(
    `${runFolder}: Cannot resume after epoch ${epoch} as ${rules.join(", and ")}; ` +
      (remedies.length > 0 ? `${remedies.join(" and ")}, or ${again}` : again),
  );
}

function findRemedy<K extends keyof RunIdentity>(name: K, stored: RunIdentity): string | null {
  return IDENTITY_FIELDS[name].remedy(stored[name]);
}

function show(value: string | number | boolean | null): string {
  if (value === null) return "none";
  return typeof value === "boolean" ? value ? "on" : "off" : String(value);
}
