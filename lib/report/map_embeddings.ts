/** Embeddings in the plane: UMAP and PCA, the same places each time. */

import { PCA } from "ml-pca";
import { UMAP } from "umap-js";
import { RandomStream } from "../random_stream.ts";
import type { NetworkView } from "./model_view.ts";

/** Neighbors that UMAP keeps together, as its authors use it. */
const NEIGHBOR_COUNT = 15;

type Plane = Pick<NetworkView["map"], "umap" | "pca" | "explained">;

/**
 * Places rows in the plane.
 *
 * @param rows N rows of D numbers, at least 3.
 * @param seed Of UMAP's random numbers.
 */
export function mapEmbeddings(rows: readonly (readonly number[])[], seed: number): Plane {
  const stream = RandomStream.named(seed, "umap");
  const umap = new UMAP({
    nComponents: 2,
    nNeighbors: Math.min(NEIGHBOR_COUNT, rows.length - 1),
    minDist: 0.1,
    random: () => stream.nextFloat(),
  });
  const values = rows.map((row) => [...row]);
  const pca = new PCA(values);
  const explained = pca.getExplainedVariance().slice(0, 2);
  const flat = pca.predict(values, { nComponents: 2 }).to2DArray();
  return {
    umap: umap.fit(values).map(toPoint),
    pca: flat.map(toPoint),
    explained: explained.map((share) => Number(share.toFixed(4))),
  };
}

/** Three decimals: a pixel of the picture is more. */
function toPoint([x = 0, y = 0]: readonly number[]): [number, number] {
  return [Number(x.toFixed(3)), Number(y.toFixed(3))];
}
