/** The losses in float64 and plain loops; no code is shared with `lib`. */

import type { LossConfig } from "../../../lib/loss/losses.ts";

type Matrix = readonly (readonly number[])[];

/** The configured loss of raw rows. */
export function referenceLoss(
  config: LossConfig,
  embeddings: Matrix,
  proxies: Matrix,
  labels: readonly number[],
): number {
  if (config.name === "proxy_nca") return referenceProxyNca(embeddings, proxies, labels);
  if (config.name === "multi_similarity") return referencePairs(config, embeddings, labels);
  const { name, margin, alpha } = config;
  let positives = 0;
  let presentCount = 0;
  for (let c = 0; c < proxies.length; c++) {
    const exponents: number[] = [];
    for (let i = 0; i < embeddings.length; i++) {
      if (labels[i] === c) exponents.push(-alpha * (cosine(embeddings[i]!, proxies[c]!) - margin));
    }
    if (exponents.length === 0) continue;
    presentCount++;
    positives += logSum([0, ...exponents]);
  }
  const [outer, inner] = name === "proxy_an"
    ? [embeddings.length, proxies.length]
    : [proxies.length, embeddings.length];
  let negatives = 0;
  for (let o = 0; o < outer; o++) {
    const exponents = [0];
    for (let n = 0; n < inner; n++) {
      const [i, c] = name === "proxy_an" ? [o, n] : [n, o];
      if (labels[i] !== c) exponents.push(alpha * (cosine(embeddings[i]!, proxies[c]!) + margin));
    }
    negatives += logSum(exponents);
  }
  return positives / presentCount + negatives / outer;
}

function referenceProxyNca(embeddings: Matrix, proxies: Matrix, labels: readonly number[]): number {
  let total = 0;
  for (let i = 0; i < embeddings.length; i++) {
    const x = unit(embeddings[i]!).map((value) => 3 * value);
    const others: number[] = [];
    for (let c = 0; c < proxies.length; c++) {
      const p = unit(proxies[c]!).map((value) => 3 * value);
      let distance = 0;
      for (let d = 0; d < x.length; d++) distance += (x[d]! - p[d]!) ** 2;
      if (labels[i] === c) total += distance;
      else others.push(-distance);
    }
    total += logSum(others);
  }
  return total / embeddings.length;
}

/** Multi-Similarity, image by image. */
function referencePairs(
  { pull, push, threshold, slack }: Extract<LossConfig, { name: "multi_similarity" }>,
  embeddings: Matrix,
  labels: readonly number[],
): number {
  let total = 0;
  embeddings.forEach((anchor, i) => {
    const positives: number[] = [];
    const negatives: number[] = [];
    embeddings.forEach((other, k) => {
      if (k !== i) (labels[k] === labels[i] ? positives : negatives).push(cosine(anchor, other));
    });
    const hardPositives = positives.filter((s) => negatives.some((n) => s - slack < n));
    const hardNegatives = negatives.filter((s) => positives.some((p) => s + slack > p));
    total += logSum([0, ...hardPositives.map((s) => -pull * (s - threshold))]) / pull;
    total += logSum([0, ...hardNegatives.map((s) => push * (s - threshold))]) / push;
  });
  return total / embeddings.length;
}

/** log Σ exp(x) by adding one term at a time: log(e^a + e^b) = max + log1p(e^-|a-b|). */
function logSum(exponents: readonly number[]): number {
  let sum = exponents[0]!;
  for (const x of exponents.slice(1)) {
    sum = Math.max(sum, x) + Math.log1p(Math.exp(-Math.abs(sum - x)));
  }
  return sum;
}

function cosine(a: readonly number[], b: readonly number[]): number {
  const [u, v] = [unit(a), unit(b)];
  let dot = 0;
  for (let d = 0; d < u.length; d++) dot += u[d]! * v[d]!;
  return dot;
}

function unit(row: readonly number[]): number[] {
  let squared = 1e-12;
  for (const value of row) squared += value * value;
  return row.map((value) => value / Math.sqrt(squared));
}
