/** The variables of a network, by PyTorch's names; the one place where layouts are converted. */

import * as tf from "@tensorflow/tfjs";
import { InputError } from "../errors.ts";
import { RandomStream } from "../random_stream.ts";
import { convertFilterToHwio, convertFilterToOihw } from "./filter_layout.ts";
import { drawInitial } from "./initializer.ts";
import { countEntries, type NamedTensor } from "../file/named_tensor.ts";
import { listNames } from "../file/quote_text.ts";
import { isParameter, type TensorSpec } from "./tensor_spec.ts";
import type { Tensor, Variable } from "../tensor.ts";

/** Options of {@linkcode TensorStore.load}. */
export interface LoadOptions {
  /** Whether every tensor must be given and no other. @default {true} */
  readonly strict?: boolean;
  /** Where the tensors came from; only used in errors. */
  readonly source?: string;
  /** The tensors to replace. @default {all of the store} */
  readonly specs?: readonly TensorSpec[];
}

/** Name to variable, for all tensors of a network. Created by {@linkcode createTensorStore}. */
export class TensorStore {
  /** What is stored, in order. */
  readonly specs: readonly TensorSpec[];
  readonly #variables: ReadonlyMap<string, Variable>;

  /**
   * Takes variables over.
   *
   * @param specs What is stored, in order.
   * @param variables One per spec, in the backend's layout; the store owns them from here on.
   */
  constructor(specs: readonly TensorSpec[], variables: ReadonlyMap<string, Variable>) {
    this.specs = specs;
    this.#variables = variables;
  }

  /**
   * The variable of a name, in the backend's layout (filters [H, W, I, O]). The store owns it.
   *
   * @throws {RangeError} If there is no such tensor.
   */
  get(name: string): Variable {
    const variable = this.#variables.get(name);
    if (!variable) throw new RangeError(`Cannot get tensor as it must be stored: it is "${name}"`);
    return variable;
  }

  /** Every variable, in order. */
  variables(): Variable[] {
    return [...this.#variables.values()];
  }

  /** Whether a name is stored. */
  has(name: string): boolean {
    return this.#variables.has(name);
  }

  /** Names of what learns, in order. */
  parameterNames(): string[] {
    return this.specs.filter(isParameter).map(({ name }) => name);
  }

  /** Names of the running statistics, in order. */
  bufferNames(): string[] {
    return this.specs.filter((spec) => !isParameter(spec)).map(({ name }) => name);
  }

  /** Copies every tensor, in order, in PyTorch's layout. */
  async export(): Promise<NamedTensor[]> {
    return await Promise.all(this.specs.map(async (spec) => {
      const values = await this.get(spec.name).data<"float32">();
      const data = spec.role === "conv"
        ? convertFilterToOihw(values, spec.shape as [number, number, number, number])
        : Float32Array.from(values);
      return { name: spec.name, shape: spec.shape, data };
    }));
  }

  /**
   * Replaces values; none if any rule is broken.
   *
   * @param tensors In PyTorch's layout and any order; copied.
   * @throws {InputError} If tensors are misshapen or hold a value that is not finite; and, unless `strict` is false, if
   * tensors are missing or unexpected. The first ten of each are listed.
   */
  load(tensors: readonly NamedTensor[], options: LoadOptions = {}): void {
    const { strict = true, source, specs = this.specs } = options;
    const given = new Map(tensors.map((tensor) => [tensor.name, tensor]));
    const problems = describeMismatch(specs, given, strict);
    if (problems.length > 0) {
      throw new InputError(
        `${
          source ? `${source}: ` : ""
        }Cannot load weights as names, shapes and values must be those of the network: ` +
          problems.join("; "),
      );
    }
    for (const spec of specs) {
      const tensor = given.get(spec.name);
      if (tensor) assignValues(this.get(spec.name), spec, tensor.data);
    }
  }

  /** Frees every variable. */
  dispose(): void {
    for (const variable of this.#variables.values()) variable.dispose();
  }
}

/**
 * Creates and initializes the variables of a network.
 *
 * @param specs What to store; names must differ.
 * @param stream Source of all initial values. Each tensor draws from a stream of its own, derived from this one's next two
 * numbers and the tensor's name, so values do not depend on the order or number of the other tensors.
 * @returns The store; the caller disposes it.
 * @throws {RangeError} If a name occurs twice.
 */
export function createTensorStore(
  specs: readonly TensorSpec[],
  stream: RandomStream,
): TensorStore {
  const [seed, salt] = [stream.nextUint32(), stream.nextUint32()];
  const names = new Set<string>();
  for (const { name } of specs) {
    if (names.has(name)) {
      throw new RangeError(`Cannot create store as names must differ: "${name}" occurs twice`);
    }
    names.add(name);
  }
  const variables = new Map(specs.map((spec) => {
    const values = drawInitial(
      spec.init,
      spec.shape,
      RandomStream.named(seed, `${salt}/${spec.name}`),
    );
    return [spec.name, createVariable(spec, values)];
  }));
  return new TensorStore(specs, variables);
}

function createVariable(spec: TensorSpec, values: Float32Array<ArrayBuffer>): Variable {
  return tf.tidy(() => tf.variable(toBackendTensor(spec, values), isParameter(spec)));
}

function assignValues(variable: Variable, spec: TensorSpec, values: Float32Array): void {
  const own = spec.role === "conv" ? values : values.slice(); // a converted filter is new already
  tf.tidy(() => variable.assign(toBackendTensor(spec, own)));
}

/** A tensor in the backend's layout. It may keep `values`, unless they are a filter. */
function toBackendTensor(spec: TensorSpec, values: Float32Array): Tensor {
  if (spec.role !== "conv") return tf.tensor(values, [...spec.shape], "float32");
  const shape = spec.shape as [number, number, number, number];
  const [outputs, inputs, height, width] = shape;
  return tf.tensor4d(convertFilterToHwio(values, shape), [height, width, inputs, outputs]);
}

/**
 * Compares tensors with what a network stores: one clause for each kind of rule that is broken, none if all are met.
 *
 * @param given By name, in PyTorch's layout.
 * @param strict Whether every tensor must be given and no other.
 */
export function describeMismatch(
  specs: readonly TensorSpec[],
  given: ReadonlyMap<string, NamedTensor>,
  strict: boolean,
): string[] {
  const known = new Map(specs.map((spec) => [spec.name, spec]));
  const missing = specs.filter(({ name }) => !given.has(name)).map(({ name }) => name);
  const unexpected = [...given.keys()].filter((name) => !known.has(name));
  const misshapen: string[] = [];
  const notFinite: string[] = [];
  for (const { name, shape, data } of given.values()) {
    const spec = known.get(name);
    if (!spec) continue;
    if (shape.join() !== spec.shape.join() || data.length !== countEntries(shape)) {
      misshapen.push(`${name} [${shape}] instead of [${spec.shape}]`);
    } else if (!data.every(Number.isFinite)) {
      notFinite.push(name);
    }
  }
  return [
    ...(strict ? describeList("missing", missing) : []),
    ...(strict ? describeList("unexpected", unexpected) : []),
    ...describeList("misshapen", misshapen),
    ...describeList("not finite", notFinite),
  ];
}

function describeList(kind: string, entries: readonly string[]): string[] {
  if (entries.length === 0) return [];
  return [`${entries.length} ${kind}: ${listNames(entries)}`];
}
