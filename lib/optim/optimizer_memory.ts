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

interface Entry {
  readonly tensors: readonly tf.Tensor[];
  readonly step: number;
}

/** State tensors and step counts by parameter, made when they are first asked for. */
export class OptimizerMemory {
  readonly #stateNames: readonly string[];
  readonly #entries = new Map<string, Entry>();

  /** @param stateNames Names of the tensors kept for each parameter. */
  constructor(stateNames: readonly string[]) {
    this.#stateNames = stateNames;
  }

  /**
   * Gives the state of a parameter for its next update: new zeros, if it is the first.
   *
   * @returns Tensors and the number of the update: 1, 2, ... Zeros are the caller's to dispose, stored tensors are not.
   * @throws {RangeError} If the state is of another shape.
   */
  open(name: string, shape: number[]): Entry {
    const entry = this.#entries.get(name);
    if (!entry) return { tensors: this.#stateNames.map(() => tf.zeros(shape)), step: 1 };
    const stored = entry.tensors[0]!.shape;
    if (!tf.util.arraysEqual(stored, shape)) {
      throw new RangeError(
        `Cannot update ${name} as its optimizer state must be of shape [${shape}]: it is [${stored}]`,
      );
    }
    return { tensors: entry.tensors, step: entry.step + 1 };
  }

  /** Takes the tensors over as the state after update `step`, and frees the ones before. */
  store(name: string, tensors: readonly tf.Tensor[], step: number): void {
    const earlier = this.#entries.get(name);
    this.#entries.set(name, { tensors: tensors.map((tensor) => tf.keep(tensor)), step });
    tf.dispose([...earlier?.tensors ?? []]);
  }

  /** Copies everything. */
  async export(): Promise<OptimizerState> {
    const tensors: StateTensor[] = [];
    const steps: Record<string, number> = {};
    for (const [name, entry] of this.#entries) {
      steps[name] = entry.step;
      for (const [i, tensor] of entry.tensors.entries()) {
        const data = Float32Array.from(await tensor.data<"float32">());
        tensors.push({ name: `${name}/${this.#stateNames[i]}`, shape: tensor.shape, data });
      }
    }
    return { tensors, steps };
  }

  /**
   * Replaces everything by an exported state; nothing changes if it is not whole.
   *
   * @throws {InputError} If a tensor has no step count, a step count no tensors, or values do not fill a shape.
   */
  load({ tensors, steps }: OptimizerState): void {
    const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
    const expected = Object.keys(steps).flatMap((name) =>
      this.#stateNames.map((stateName) => `${name}/${stateName}`)
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
    this.dispose();
    for (const [name, step] of Object.entries(steps)) {
      const loaded = this.#stateNames.map((stateName) => {
        const { data, shape } = byName.get(`${name}/${stateName}`)!;
        return tf.keep(tf.tensor(Float32Array.from(data), [...shape], "float32"));
      });
      this.#entries.set(name, { tensors: loaded, step });
    }
  }

  /** Frees everything. */
  dispose(): void {
    for (const { tensors } of this.#entries.values()) tf.dispose([...tensors]);
    this.#entries.clear();
  }
}

function refuse(rule: string, value: string): never {
  throw new InputError(`Cannot restore optimizer as ${rule}: it is ${value}`);
}
