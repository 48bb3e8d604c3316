/** Functions of tensors that a backend may compile: it sees all their ops at once, in place of one after the other. */

import * as tf from "@tensorflow/tfjs";
import type { Tensor, Variable } from "../tensor.ts";

/** What is compiled: tensors in, tensors out. What it allocates on the way is disposed. */
export type TensorFunction = (inputs: readonly Tensor[]) => Tensor[];

/** How to compile. */
export interface CompileOptions {
  /** Shown in errors and profiles. */
  readonly name: string;
  /** Every variable that the function reads or assigns. What else it reads is a constant of the compiled function. */
  readonly variables: readonly Variable[];
}

/** A function that a backend may have compiled. */
export interface CompiledFunction {
  /** Calls it. The caller disposes inputs and outputs. */
  run(inputs: readonly Tensor[]): Tensor[];
  /**
   * Calls it where the backend can compute aside: images are loaded meanwhile. Its variables keep their values until it ends, and
   * must not be assigned before.
   */
  runAside(inputs: readonly Tensor[]): Promise<Tensor[]>;
  /**
   * Lets many calls of {@linkcode CompiledFunction.runAside} compute once what depends on its variables alone, where the backend can; it is
   * kept until `use` ends. No variable may be assigned before.
   */
  keepVariables<T>(use: () => Promise<T>): Promise<T>;
  /** Frees what was compiled. */
  dispose(): void;
}

/** How a backend compiles. */
export type Compiler = (fn: TensorFunction, options: CompileOptions) => CompiledFunction;

const compilers = new Map<string, Compiler>();

/** Registers a backend's compiler, in place of the one that is there. */
export function registerCompiler(backendName: string, compiler: Compiler): void {
  compilers.set(backendName, compiler);
}

/**
 * Makes a function that the current backend compiles when it first runs; where the backend has no compiler, the function itself
 * runs.
 *
 * The function must compute the same from inputs of the same shapes and types, whatever their values: it may not read a
 * tensor's values, nor branch on anything that changes between calls.
 *
 * @example A step that backend `tensorflow` runs as one op
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { compileFunction, maskOwnClass, proxyAnLoss } from "@proxyan/proxyan";
 *
 * const proxies = tf.variable(tf.tensor2d([[1, 0], [0, 1]])); // [C, D]
 * const step = compileFunction(([embeddings, mask]) => {
 *   const { value, grads } = tf.variableGrads(
 *     () => proxyAnLoss(embeddings as tf.Tensor2D, proxies as unknown as tf.Tensor2D, mask as tf.Tensor2D),
 *     [proxies],
 *   );
 *   proxies.assign(tf.sub(proxies, tf.mul(0.1, grads[proxies.name]!)));
 *   return [value];
 * }, { name: "step", variables: [proxies] });
 *
 * const embeddings = tf.tensor2d([[1, 0.1], [0, 1]]); // [B, D]
 * const [loss] = step.run([embeddings, maskOwnClass([0, 1], 2)]);
 * console.log(loss!.dataSync()[0]);
 * ```
 *
 * @returns The caller disposes it.
 */
export function compileFunction(fn: TensorFunction, options: CompileOptions): CompiledFunction {
  const byBackend = new Map<string, CompiledFunction>();
  // An output that is an input or a variable must not be the caller's to dispose.
  const own: TensorFunction = (inputs) =>
    fn(inputs).map((output) =>
      output instanceof tf.Variable || inputs.includes(output) ? output.clone() : output
    );
  const find = (): CompiledFunction | null => {
    const backendName = tf.getBackend();
    const compiler = compilers.get(backendName);
    if (!compiler) return null;
    const compiled = byBackend.get(backendName) ?? compiler(own, options);
    byBackend.set(backendName, compiled);
    return compiled;
  };
  const runPlain = (inputs: readonly Tensor[]) => tf.tidy(() => own(inputs));
  return {
    run: (inputs) => find()?.run(inputs) ?? runPlain(inputs),
    async runAside(inputs) {
      const compiled = find();
      return compiled ? await compiled.runAside(inputs) : runPlain(inputs);
    },
    keepVariables: (use) => find()?.keepVariables(use) ?? use(),
    dispose() {
      for (const compiled of byBackend.values()) compiled.dispose();
      byBackend.clear();
    },
  };
}

/** Compiled functions by key, made when they are first asked for. */
export class CompiledFunctions {
  readonly #functions = new Map<string, CompiledFunction>();

  /** The function of a key. */
  get(key: string, create: () => CompiledFunction): CompiledFunction {
    const known = this.#functions.get(key) ?? create();
    this.#functions.set(key, known);
    return known;
  }

  /** Frees all of them. */
  dispose(): void {
    for (const compiled of this.#functions.values()) compiled.dispose();
    this.#functions.clear();
  }
}
