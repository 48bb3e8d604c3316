import { assert, assertEquals } from "@std/assert";
import { RandomStream } from "../../lib/random_stream.ts";
import {
  BalancedSampler,
  type BalancedSamplerOptions,
} from "../../lib/sampling/balanced_sampler.ts";
import type { SamplerState } from "../../lib/sampling/sampler_state.ts";

/** Labels of classes of these sizes, interleaved, so that a class is no run of indices. */
function createLabels(sizes: readonly number[]): number[] {
  const rounds = Array.from({ length: Math.max(...sizes) }, (_, round) => round);
  return rounds.flatMap((round) => sizes.flatMap((size, c) => round < size ? [c] : []));
}

function createSampler(
  sizes: readonly number[],
  options: Partial<BalancedSamplerOptions> = {},
): BalancedSampler {
  return new BalancedSampler({
    labels: createLabels(sizes),
    classCount: sizes.length,
    classesPerBatch: 2,
    imagesPerClass: 3,
    stream: RandomStream.named(2024, "sampler"),
    ...options,
  });
}

function drawBatches(sampler: BalancedSampler, count: number): number[][] {
  return Array.from({ length: count }, () => sampler.nextBatch());
}

Deno.test("a batch holds its classes once each, and of each its images, class by class", () => {
  const sizes = [6, 9, 4, 12, 7];
  const labels = createLabels(sizes);
  for (const batch of drawBatches(createSampler(sizes, { classesPerBatch: 3 }), 300)) {
    assertEquals(batch.length, 9);
    assertEquals(new Set(batch).size, 9); // every class has its share: no image twice
    const classes = batch.map((i) => labels[i]!);
    assertEquals(new Set(classes).size, 3);
    classes.forEach((c, i) => assertEquals(c, classes[i - i % 3]));
  }
});

Deno.test("a class deals each of its images once before it shuffles again", () => {
  const sampler = createSampler([6], { classesPerBatch: 1, imagesPerClass: 2 });
  const orders = Array.from({ length: 50 }, () => drawBatches(sampler, 3).flat());
  for (const order of orders) assertEquals(order.toSorted(), [0, 1, 2, 3, 4, 5]);
  assert(new Set(orders.map((order) => order.join())).size > 30); // 720 orders are possible
});

Deno.test("the first pass of a class is shuffled too", () => {
  const order = drawBatches(createSampler([40], { classesPerBatch: 1, imagesPerClass: 4 }), 10)
    .flat();
  assertEquals(order.toSorted((a, b) => a - b), Array.from({ length: 40 }, (_, i) => i));
  assert(order.filter((image, i) => image === i).length < 8); // one is expected to stay in place
});

Deno.test("a class shuffles again when fewer images remain than it needs, and leaves those out", () => {
  // Five images by twos: two deals of four images, then the fifth is left out.
  const sampler = createSampler([5], { classesPerBatch: 1, imagesPerClass: 2 });
  const leftOut = new Set<number>();
  for (let pass = 0; pass < 60; pass++) {
    const dealt = drawBatches(sampler, 2).flat();
    assertEquals(new Set(dealt).size, 4);
    const { lists, positions } = sampler.state();
    assertEquals(positions, [4]);
    assertEquals(lists[0]!.slice(0, 4), dealt);
    leftOut.add(lists[0]![4]!);
  }
  assertEquals([...leftOut].sort(), [0, 1, 2, 3, 4]);
});

Deno.test("a class as large as its share deals all of it every time", () => {
  const sampler = createSampler([3], { classesPerBatch: 1 });
  for (const batch of drawBatches(sampler, 20)) assertEquals(batch.toSorted(), [0, 1, 2]);
});

Deno.test("a class smaller than its share is drawn with replacement, all images alike", () => {
  const sampler = createSampler([2], { classesPerBatch: 1 });
  const dealt = drawBatches(sampler, 4000);
  // Three draws of two: all three alike in a quarter of the batches.
  const alikeShare = dealt.filter((batch) => new Set(batch).size === 1).length / 4000;
  assert(Math.abs(alikeShare - 1 / 4) < 0.03, `${alikeShare}`); // 4 standard deviations
  const secondShare = dealt.flat().filter((i) => i === 1).length / 12_000;
  assert(Math.abs(secondShare - 1 / 2) < 0.02, `${secondShare}`);
  const single = createSampler([1, 8], { classesPerBatch: 1 });
  assert(drawBatches(single, 30).some((batch) => batch.join() === "0,0,0"));
});

Deno.test("classes are drawn uniformly, in every position and in every pair", () => {
  const sizes = [3, 30, 3, 5, 9];
  const labels = createLabels(sizes);
  const pairCounts = new Map<string, number>();
  const count = 20_000;
  for (const batch of drawBatches(createSampler(sizes), count)) {
    const pair = `${labels[batch[0]!]},${labels[batch[3]!]}`;
    pairCounts.set(pair, (pairCounts.get(pair) ?? 0) + 1);
  }
  assertEquals(pairCounts.size, 20); // ordered pairs of five classes
  const expected = count / 20;
  const chiSquare = [...pairCounts.values()]
    .reduce((sum, observed) => sum + (observed - expected) ** 2 / expected, 0);
  assert(chiSquare < 43.8, `${chiSquare}`); // 99.9 % of 19 degrees of freedom
});

Deno.test("weighted classes come without replacement, each in proportion to its weight", () => {
  const classWeights = [1, 2, 5, 12];
  const labels = createLabels([4, 4, 4, 4]);
  const count = 30_000;
  const pairCounts = new Map<string, number>();
  for (const batch of drawBatches(createSampler([4, 4, 4, 4], { classWeights }), count)) {
    const pair = `${labels[batch[0]!]},${labels[batch[3]!]}`;
    pairCounts.set(pair, (pairCounts.get(pair) ?? 0) + 1);
  }
  assertEquals(pairCounts.size, 12);
  for (const first of [0, 1, 2, 3]) {
    for (const second of [0, 1, 2, 3].filter((c) => c !== first)) {
      const [a, b] = [classWeights[first]!, classWeights[second]!];
      const chance = a / 20 * b / (20 - a);
      const share = pairCounts.get(`${first},${second}`)! / count;
      const deviation = Math.sqrt(chance * (1 - chance) / count);
      assert(Math.abs(share - chance) < 4.5 * deviation, `${first},${second}: ${share}, ${chance}`);
    }
  }
});

Deno.test("weighted batches that need every class have every class", () => {
  const classWeights = [1e-9, 1, 1e9];
  const labels = createLabels([4, 4, 4]);
  const sampler = createSampler([4, 4, 4], { classWeights, classesPerBatch: 3 });
  for (const batch of drawBatches(sampler, 50)) {
    assertEquals(batch.map((i) => labels[i]!).toSorted(), [0, 0, 0, 1, 1, 1, 2, 2, 2]);
  }
});

Deno.test("the same stream gives the same batches and another one others", () => {
  const draw = (seed: number) =>
    drawBatches(createSampler([5, 8, 2, 9], { stream: RandomStream.named(seed, "sampler") }), 20);
  assertEquals(draw(1), draw(1));
  assert(draw(1).join() !== draw(2).join());
});

for (const classWeights of [undefined, [3, 1, 4, 1]]) {
  const how = classWeights ? "weighted" : "uniform";
  Deno.test(`a ${how} sampler goes on exactly from its state as JSON, at any batch`, () => {
    const sizes = [5, 8, 2, 9];
    const source = {
      labels: createLabels(sizes),
      classCount: 4,
      classesPerBatch: 2,
      imagesPerClass: 3,
      classWeights,
    };
    const sampler = createSampler(sizes, { classWeights });
    for (let batch = 0; batch < 12; batch++) {
      const text = JSON.stringify(sampler.state());
      const restored = BalancedSampler.fromState(source, JSON.parse(text));
      assertEquals(JSON.stringify(restored.state()), text);
      const again = BalancedSampler.fromState(source, JSON.parse(text));
      assertEquals(drawBatches(restored, 15), drawBatches(again, 15));
      const ahead = drawBatches(BalancedSampler.fromState(source, JSON.parse(text)), 1)[0];
      assertEquals(ahead, sampler.nextBatch());
    }
  });
}

Deno.test("a state is a copy: later batches do not change it", () => {
  const sampler = createSampler([5, 8]);
  const state = sampler.state();
  const text = JSON.stringify(state);
  drawBatches(sampler, 10);
  assertEquals(JSON.stringify(state), text);
  const source = { labels: createLabels([5, 8]), classCount: 2, classesPerBatch: 2 };
  drawBatches(BalancedSampler.fromState({ ...source, imagesPerClass: 3 }, state), 10);
  assertEquals(JSON.stringify(state), text);
});

/** The error that `run` throws, as name and text. */
function catchError(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof Error) return `${error.name}: ${error.message}`;
  }
  return "no error";
}

Deno.test("a sampler refuses what it cannot draw from", () => {
  const refusal = (sizes: number[], options: Partial<BalancedSamplerOptions> = {}) =>
    catchError(() => createSampler(sizes, options));
  assertEquals(
    refusal([5, 5], { classesPerBatch: 3 }),
    "InputError: Cannot sample batches of 3 classes as there must be at least as many: there are 2",
  );
  assertEquals(
    refusal([5, 0, 5]),
    "InputError: Cannot sample batches as every class must have an image: class 1 has 0",
  );
  assertEquals(
    refusal([5, 5], { labels: [0, 1, 2] }),
    "RangeError: Cannot sample batches as labels must be whole numbers in [0, 2): label 2 is 2",
  );
  assertEquals(
    refusal([5, 5], { imagesPerClass: 0 }),
    "RangeError: Cannot sample batches as imagesPerClass must be a whole number from 1: it is 0",
  );
  assertEquals(
    refusal([5, 5], { classWeights: [1, 2, 3] }),
    "RangeError: Cannot sample batches as there must be 2 class weights: there are 3",
  );
  assertEquals(
    refusal([5, 5], { classWeights: [1, 0] }),
    "RangeError: Cannot sample batches as class weights must be finite and above 0: weight 1 is 0",
  );
  assertEquals(
    refusal([5, 5], { classWeights: [1e308, 1e308] }),
    "RangeError: Cannot sample batches as class weights must have a finite sum: it is Infinity",
  );
});

Deno.test("a sampler refuses a state of other images", () => {
  const labels = createLabels([5, 8]);
  const source = { labels, classCount: 2, classesPerBatch: 2, imagesPerClass: 3 };
  const state = createSampler([5, 8]).state();
  const refusal = (change: Partial<SamplerState>) =>
    catchError(() => BalancedSampler.fromState(source, { ...state, ...change }));
  assertEquals(refusal({}), "no error");
  assertEquals(
    refusal({ lists: [state.lists[0]!] }),
    "InputError: Cannot restore sampler as its state must have 2 classes: " +
      "it has 1 lists and 2 positions",
  );
  const wrongList = "InputError: Cannot restore sampler as the list of class 0 must hold each of " +
    "its 5 images once: it has";
  const reason = "entries; was the state made from other images?";
  assertEquals(
    refusal({ lists: [state.lists[0]!.slice(1), state.lists[1]!] }),
    `${wrongList} 4 ${reason}`,
  );
  assertEquals(
    refusal({ lists: [new Array(5).fill(0), state.lists[1]!] }),
    `${wrongList} 5 ${reason}`,
  );
  assertEquals(
    refusal({ lists: state.lists.toReversed() }),
    `${wrongList} 8 ${reason}`,
  );
  assertEquals(
    refusal({ positions: [0, 9] }),
    "InputError: Cannot restore sampler as the position of class 1 must be " +
      "a whole number in [0, 8]: it is 9",
  );
});
