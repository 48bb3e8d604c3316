/** Holds ops against the table of GPU kernels. */

import { ATTRIBUTE_TYPES, DATA_TYPES } from "../../../../lib/backend/tensorflow/library/codes.ts";
import { type AttributeValue, GPU_KERNELS, type GpuKernel } from "./gpu_kernels.ts";
import type { RecordedOp } from "./recording_binding.ts";

/** An op without its sizes: what decides whether there is a kernel. One line of the recorded list. */
export interface OpKind {
  readonly name: string;
  /** Types of the inputs, such as `float`. */
  readonly inputs: readonly string[];
  /** Those that the table gives values of, in the order of their names. */
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** Attributes whose values are sizes or names: no kernel depends on them. */
const SIZES = new Set([
  ...["N", "num", "num_split", "axis", "strides", "ksize", "dilations", "explicit_paddings"],
  ...["epsilon", "shape", "container", "shared_name", "use_locking"],
]);

const TYPE_NAMES = new Map<number, string>(
  Object.entries(DATA_TYPES).map(([name, code]) => [code, name.slice(3).toLowerCase()]),
);

/** The kind of an op. */
export function kindOf({ name, attributes, inputs }: RecordedOp): OpKind {
  const named = attributes.filter(({ name }) => !SIZES.has(name)).map(({ name, type, value }) => {
    const isType = type === ATTRIBUTE_TYPES.TF_ATTR_TYPE;
    return [name, isType ? TYPE_NAMES.get(value as number)! : value as AttributeValue] as const;
  }).toSorted(([a], [b]) => a < b ? -1 : 1);
  return {
    name,
    inputs: inputs.map(({ dtype }) => TYPE_NAMES.get(dtype)!),
    attributes: Object.fromEntries(named),
  };
}

/** `Name(type, ...) attribute=value ...`; a list of inputs counts once. */
export function formatKind({ name, inputs, attributes }: OpKind): string {
  const types = inputs.filter((type, i) => type !== inputs[i - 1] || !isListed(name));
  const values = Object.entries(attributes).map(([name, value]) => `${name}=${value}`);
  return [`${name}(${types.join(", ")})`, ...values].join(" ");
}

/** The other way round. */
export function parseKind(line: string): OpKind {
  const [, name, types, rest] = /^(\w+)\(([^)]*)\)(.*)$/.exec(line)!;
  const pairs = rest!.trim().split(" ").filter((pair) => pair !== "").map((pair) => {
    const [attribute, text] = pair.split("=") as [string, string];
    return [attribute, text === "true" ? true : text === "false" ? false : text] as const;
  });
  const inputs = types!.split(", ").filter((type) => type !== "");
  return { name: name!, inputs, attributes: Object.fromEntries(pairs) };
}

/** Why a GPU has no kernel for a kind of op, or null. */
export function refuseKind({ name, inputs, attributes }: OpKind): string | null {
  const row = GPU_KERNELS[name];
  if (!row) return `${name} has no row`;
  const wanted = expandList(row, inputs.length);
  if (wanted.length !== inputs.length) {
    return `${name} must have ${wanted.length} inputs: it has ${inputs.length}`;
  }
  for (const [i, input] of inputs.entries()) {
    if (wanted[i]!.replace("host ", "").split("|").includes(input)) continue;
    return `input ${i} of ${name} must be ${wanted[i]}: it is ${input}`;
  }
  for (const [attribute, value] of Object.entries(attributes)) {
    const values = row.attributes[attribute];
    if (values === "any" || values?.includes(value)) continue;
    return values
      ? `${attribute} of ${name} must be one of ${values.join(", ")}: it is ${value}`
      : `${attribute} of ${name} has no entry`;
  }
  return null;
}

/** The same with the sizes of the op, and where its int32 inputs are: on a GPU none may be in the device's memory. */
export function refuseOp(op: RecordedOp): string | null {
  const kind = kindOf(op);
  const refusal = refuseKind(kind);
  if (refusal !== null) return refusal;
  const row = GPU_KERNELS[op.name]!;
  const wanted = expandList(row, op.inputs.length);
  const misplaced = kind.inputs.findIndex((type, i) =>
    type === "int32" && !wanted[i]!.startsWith("host ")
  );
  if (misplaced >= 0) {
    return `input ${misplaced} of ${op.name} must be in the device's memory: int32 is not`;
  }
  const sizes = row.refusal?.(op.inputs.map(({ shape }) => shape)) ?? null;
  return sizes && `${op.name}: ${sizes}`;
}

function isListed(name: string): boolean {
  return GPU_KERNELS[name]?.inputs.some((input) => input.endsWith("...")) ?? false;
}

/** The row's inputs, its list as long as it has to be. */
function expandList({ inputs }: GpuKernel, count: number): string[] {
  return inputs.flatMap((input) =>
    input.endsWith("...")
      ? Array(count - inputs.length + 1).fill(input.replace("...", ""))
      : [input]
  );
}
