/** What an optimizer remembers of each parameter: tensors and the number of updates. */

import * as tf from "@tensorflow/tfjs";
import { InputError } from "../errors.ts";

/** A tensor of an exported state, row-major. The same fields as the model's `NamedTensor`. */
export interface StateTensor {
  /** `<parameter>/<state name>`, such as `proxies/first_moment`. */
  readonly name: string;
  /** Shape of the parameter. */
  readonly shape: readonly number[];
  /** Values, row-major. */
  readonly data: Float32Array;
}

/** An optimizer's state, outside of any backend. */
export interface OptimizerState {
  /** Every state tensor of every parameter that has had a gradient. */
  readonly tensors: readonly StateTensor[];
  /** Updates made, by parameter. */
  readonly steps: Readonly<Record<string, number>>;
}

/** What is remembered of one parameter. */
export interface MemoryEntry {
  /** One for each state name, of the parameter's shape. The memory owns them. */
  readonly variables: readonly tf.Variable[];
  /** Updates made, the one under way included: 1, 2, ... */
  readonly step: number;
}

/** State tensors and step counts by parameter, made when they are first asked for. */
export class OptimizerMemory {
  readonly #stateNames: readonly string[];
  readonly #entries = new Map<string, MemoryEntry>();

  /** @param stateNames Names of the tensors kept for each parameter. */
  constructor(stateNames: readonly string[]) {
    this.#stateNames = stateNames;
  }

  /**
   * Counts an update of a parameter and gives its state: zeros, if it is the first.
   *
   * @throws {RangeError} If the state is of another shape.
   */
  advance(name: string, shape: number[]): MemoryEntry {
    const entry = this.#entries.get(name) ?? this.#create(shape);
    const stored = entry.variables[0]!.shape;
    if (!tf.util.arraysEqual(stored, shape)) {
      throw new RangeError(
        `Cannot update ${name} as its optimizer state must be of shape [${shape}]: it is [${stored}]`,
      );
    }
    const advanced = { ...entry, step: entry.step + 1 };
    this.#entries.set(name, advanced);
    return advanced;
  }

  #create(shape: number[]): MemoryEntry {
    const variables = this.#stateNames.map(() =>
      tf.tidy(() => tf.variable(tf.zeros(shape), false))
    );
    return { variables, step: 0 };
  }

  /** Every variable, in the order in which parameters came. */
  variables(): tf.Variable[] {
    return [...this.#entries.values()].flatMap(({ variables }) => [...variables]);
  }

  /** Copies everything. */
  async export(): Promise<OptimizerState> {
    const tensors: StateTensor[] = [];
    const steps: Record<string, number> = {};
    for (const [name, entry] of this.#entries) {
      steps[name] = entry.step;
      for (const [i, tensor] of entry.variables.entries()) {
        const data = Float32Array.from(await tensor.data<"float32">());
        tensors.push({ name: `${name}/${this.#stateNames[i]}`, shape: tensor.shape, data });
      }
    }
    return { tensors, steps };
  }

  /**
   * Replaces everything by an exported state; nothing changes if it is not whole.
   *
   * @throws {InputError} If a tensor has no step count or is there twice, a step count no tensors, values do not fill a shape, or a
   * parameter's tensors differ in shape.
   */
  load(state: OptimizerState): void {
    checkState(state, this.#stateNames);
    const { tensors, steps } = state;
    const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
    this.dispose();
    for (const [name, step] of Object.entries(steps)) {
      const variables = this.#stateNames.map((stateName) => {
        const { data, shape } = byName.get(`${name}/${stateName}`)!;
        return tf.tidy(() =>
          tf.variable(tf.tensor(Float32Array.from(data), [...shape], "float32"), false)
        );
      });
      this.#entries.set(name, { variables, step });
    }
  }

  /** Frees everything. */
  dispose(): void {
    for (const { variables } of this.#entries.values()) tf.dispose([...variables]);
    this.#entries.clear();
  }
}

/** Checks that a state is whole: each parameter with a step count has its tensors, once, and of one shape. */
function checkState({ tensors, steps }: OptimizerState, stateNames: readonly string[]): void {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const doubled = tensors.find((tensor) => byName.get(tensor.name) !== tensor);
  if (doubled) refuse(`every tensor must be there once`, `${doubled.name}, twice`);
  const expected = Object.keys(steps).flatMap((name) =>
    stateNames.map((stateName) => `${name}/${stateName}`)
  );
  const missing = expected.find((name) => !byName.has(name));
  if (missing !== undefined) refuse(`${missing} must be there`, "missing");
  const known = new Set(expected);
  const extra = tensors.find(({ name }) => !known.has(name));
  if (extra) refuse(`every tensor must have a parameter with a step count`, extra.name);
  for (const [name, step] of Object.entries(steps)) {
    if (!Number.isInteger(step) || step < 1) {
      refuse(`the step count of ${name} must be a whole number of at least 1`, `${step}`);
    }
  }
  for (const { name, shape, data } of tensors) {
    const size = tf.util.sizeFromShape([...shape]);
    if (size !== data.length) refuse(`${name} must have ${size} values`, `${data.length}`);
  }
  for (const name of Object.keys(steps)) {
    const [first, ...others] = stateNames.map((state) => byName.get(`${name}/${state}`)!);
    const other = others.find(({ shape }) => !tf.util.arraysEqual([...shape], [...first!.shape]));
    if (other) {
      refuse(
        `${other.name} must be of shape [${first!.shape}], as ${first!.name} is`,
        `[${other.shape}]`,
      );
    }
  }
}

function refuse(rule: string, value: string): never {
  throw new InputError(`Cannot restore optimizer as ${rule}: it is ${value}`);
}
