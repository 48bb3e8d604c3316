import { assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { CompiledFunctions, compileFunction } from "../../lib/backend/compile.ts";
import { assertAllClose } from "../support/close.ts";
import { goldenTensor } from "../support/generator.ts";
import { testOnEachOpenBackend } from "./each_open_backend.ts";

/** 2 x w + 1, and w becomes w + x. */
function makeExample() {
  const weight = tf.tidy(() => tf.variable(tf.tensor1d([1, 2, 3])));
  const compiled = compileFunction(([x]) => {
    const y = tf.add(tf.mul(tf.mul(x!, 2), weight), 1);
    weight.assign(tf.add(weight, x!));
    return [y];
  }, { name: "example", variables: [weight] });
  return { weight, compiled };
}

testOnEachOpenBackend(
  "compileFunction() computes from inputs and moves variables, call after call",
  async () => {
    const { weight, compiled } = makeExample();
    const x = tf.tensor1d([1, 0, -1]);
    const outcomes: number[][] = [];
    for (let i = 0; i < 3; i++) {
      const [y] = compiled.run([x]);
      outcomes.push([...await y!.data()], [...await weight.data()]);
      y!.dispose();
    }
    assertEquals(outcomes, [
      [3, 1, -5],
      [2, 2, 2],
      [5, 1, -3],
      [3, 2, 1],
      [7, 1, -1],
      [4, 2, 0],
    ]);
    compiled.dispose();
    tf.dispose([weight, x]);
  },
);

testOnEachOpenBackend(
  "compileFunction() follows a variable that is assigned between calls",
  async () => {
    const { weight, compiled } = makeExample();
    const x = tf.tensor1d([1, 1, 1]);
    compiled.run([x])[0]!.dispose();
    tf.tidy(() => weight.assign(tf.tensor1d([10, 20, 30])));
    const [y] = compiled.run([x]);
    assertEquals([...await y!.data()], [21, 41, 61]);
    compiled.dispose();
    tf.dispose([weight, x, y!]);
  },
);

testOnEachOpenBackend("compileFunction() takes inputs of several shapes", async () => {
  const compiled = compileFunction(([x]) => [tf.sum(tf.square(x!))], {
    name: "squares",
    variables: [],
  });
  for (const [shape, expected] of [[[3], 12], [[2, 2], 16], [[3], 12], [[1], 4]] as const) {
    const x = tf.fill([...shape], 2);
    const [sum] = compiled.run([x]);
    assertEquals([...await sum!.data()], [expected]);
    tf.dispose([x, sum!]);
  }
  compiled.dispose();
});

testOnEachOpenBackend("compileFunction() gives the gradients that plain ops give", async () => {
  const shape: [number, number, number, number] = [2, 9, 7, 3];
  const filter = tf.variable(tf.tensor4d(goldenTensor([3, 3, 3, 4], 2), [3, 3, 3, 4]));
  const x = tf.tensor4d(goldenTensor(shape, 1), shape);
  const differentiate = (images: tf.Tensor) => {
    const { value, grads } = tf.variableGrads(() => {
      const convolved = tf.conv2d(images as tf.Tensor4D, filter as unknown as tf.Tensor4D, 2, 1);
      return tf.sum(tf.square(tf.maxPool(convolved as tf.Tensor4D, 3, 2, 1, "floor"))) as tf.Scalar;
    }, [filter]);
    return [value as tf.Tensor, grads[filter.name]!];
  };
  const compiled = compileFunction(([images]) => differentiate(images!), {
    name: "gradients",
    variables: [filter],
  });
  const [actual, expected] = [compiled.run([x]), tf.tidy(() => differentiate(x))];
  for (const [i, tensor] of expected.entries()) {
    assertAllClose(
      await actual[i]!.data<"float32">(),
      await tensor.data<"float32">(),
      1e-5,
      `output ${i}`,
    );
  }
  compiled.dispose();
  tf.dispose([...actual, ...expected, filter, x]);
});

testOnEachOpenBackend(
  "runAside() gives what run() gives, while other tensors come and go",
  async () => {
    const { weight, compiled } = makeExample();
    const x = tf.tensor1d([1, 0, -1]);
    const before = tf.memory().numTensors;
    const outcomes: number[][] = [];
    for (let i = 0; i < 2; i++) {
      const copy = x.clone();
      const running = compiled.runAside([copy]);
      copy.dispose(); // TensorFlow holds on to what it computes with
      tf.dispose(tf.tidy(() => tf.square(tf.tensor1d([1, 2, 3]))));
      const [y] = await running;
      outcomes.push([...await y!.data()], [...await weight.data()]);
      y!.dispose();
    }
    assertEquals(outcomes, [[3, 1, -5], [2, 2, 2], [5, 1, -3], [3, 2, 1]]);
    assertEquals(tf.memory().numTensors, before);
    compiled.dispose();
    tf.dispose([weight, x]);
  },
);

testOnEachOpenBackend(
  "a compiled function leaves no tensor behind, whether it is traced or run",
  () => {
    const before = tf.memory().numTensors;
    const { weight, compiled } = makeExample();
    const x = tf.tensor1d([1, 0, -1]);
    for (let i = 0; i < 5; i++) compiled.run([x])[0]!.dispose();
    compiled.dispose();
    tf.dispose([weight, x]);
    assertEquals(tf.memory().numTensors, before);
  },
);

testOnEachOpenBackend(
  "a function that is first called with one tensor twice keeps its inputs and variables apart",
  async () => {
    const shared = tf.tensor1d([1, 2]);
    const [first, second] = tf.tidy(() => [tf.variable(shared), tf.variable(shared)]); // of one memory
    const compiled = compileFunction(([a, b]) => {
      const difference = tf.sub(a!, b!);
      second!.assign(tf.add(second!, first!));
      return [difference, tf.sub(first!, second!)];
    }, { name: "apart", variables: [first!, second!] });
    const other = tf.tensor1d([5, 7]);
    const outcomes: number[][] = [];
    for (const inputs of [[shared, shared], [other, shared]]) {
      const outputs = compiled.run(inputs);
      for (const output of outputs) outcomes.push([...await output.data()]);
      tf.dispose(outputs);
    }
    assertEquals(outcomes, [[0, 0], [-1, -2], [4, 5], [-2, -4]]);
    compiled.dispose();
    tf.dispose([shared, other, first!, second!]);
  },
);

testOnEachOpenBackend("inputs and variables that are returned stay with their owners", async () => {
  const weight = tf.tidy(() => tf.variable(tf.tensor1d([1, 2])));
  const x = tf.tensor1d([3, 4]);
  const compiled = compileFunction(([x]) => [x!, weight], { name: "returns", variables: [weight] });
  for (let i = 0; i < 2; i++) {
    const outputs = compiled.run([x]);
    assertEquals([...await outputs[0]!.data()], [3, 4]);
    assertEquals([...await outputs[1]!.data()], [1, 2]);
    tf.dispose(outputs);
  }
  assertEquals([...await x.data(), ...await weight.data()], [3, 4, 1, 2]);
  compiled.dispose();
  tf.dispose([weight, x]);
});

testOnEachOpenBackend(
  "while variables are kept, calls give the numbers that they give else; afterwards those of new values",
  async () => {
    const weight = tf.tidy(() => tf.variable(tf.tensor1d([1, -2])));
    const compiled = compileFunction(([x]) => {
      const scaled = tf.mul(tf.relu(weight), 3); // of variables alone, as is the second result
      return [tf.add(tf.mul(x!, scaled), weight), scaled, x!];
    }, { name: "kept", variables: [weight] });
    const inputs = [tf.tensor1d([1, 2]), tf.tensor2d([[3, 4], [5, 6], [7, 8]])];
    const call = async (x: tf.Tensor) => {
      const outputs = await compiled.runAside([x]);
      const values: number[][] = [];
      for (const output of outputs) values.push([...await output.data()]);
      tf.dispose(outputs);
      return values;
    };
    const expected = [[[4, -2], [3, 0], [1, 2]], [[10, -2, 16, -2, 22, -2], [3, 0], [
      3,
      4,
      5,
      6,
      7,
      8,
    ]]];
    const tensorCount = tf.memory().numTensors;
    const seen = await compiled.keepVariables(async () => [
      ...await Promise.all(inputs.map(call)),
      await call(inputs[0]!),
      ...await compiled.keepVariables(() => Promise.all(inputs.map(call))),
    ]);
    assertEquals(seen, [...expected, expected[0], ...expected]);
    tf.tidy(() => weight.assign(tf.tensor1d([0, 1])));
    assertEquals(await call(inputs[0]!), [[0, 7], [0, 3], [1, 2]]);
    assertEquals(await compiled.keepVariables(() => call(inputs[0]!)), [[0, 7], [0, 3], [1, 2]]);
    const failing = compiled.keepVariables(() => Promise.reject(new Error("of the user")));
    await assertRejects(() => failing, Error, "of the user");
    assertEquals(await call(inputs[0]!), [[0, 7], [0, 3], [1, 2]]);
    assertEquals(tf.memory().numTensors, tensorCount);
    compiled.dispose();
    tf.dispose([weight, ...inputs]);
  },
);

Deno.test("CompiledFunctions makes the function of a key once, and frees all", () => {
  const functions = new CompiledFunctions();
  const log: string[] = [];
  const create = (name: string) => () => {
    log.push(`create ${name}`);
    const dispose = () => void log.push(`dispose ${name}`);
    return {
      run: () => [],
      runAside: () => Promise.resolve([]),
      keepVariables: <T>(use: () => Promise<T>) => use(),
      dispose,
    };
  };
  const first = functions.get("a", create("a"));
  assertEquals(functions.get("a", create("again")), first);
  functions.get("b", create("b"));
  functions.dispose();
  assertEquals(log, ["create a", "create b", "dispose a", "dispose b"]);
});
