import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { InputError } from "../../../lib/errors.ts";
import { formatNpy } from "../../../lib/file/npy.ts";
import { formatQueryResults, readQueryResults } from "../../../lib/results/rows/query_results.ts";
import { testInFolder } from "../../support/temporary_folder.ts";

const RANKINGS = {
  queryRows: Int32Array.of(0, 2, 60_501),
  queryLabels: Float64Array.of(0, 1, 11_315),
  firstHitRanks: Float64Array.of(1, 1000, Infinity),
  averagePrecisionsAtR: Float64Array.of(0.5, 0.25, NaN),
  precisionsAtR: Float64Array.of(1, 0.125, NaN),
  leftOutCount: 1,
};

testInFolder(
  "results of queries come back, with ranks that are infinite and means that are NaN",
  async (folder) => {
    const path = join(folder, "final.queries.npy");
    await Deno.writeFile(path, formatQueryResults(RANKINGS));
    assertEquals(await readQueryResults(path), [
      { query: 0, classIndex: 0, firstHitRank: 1, averagePrecisionAtR: 0.5, precisionAtR: 1 },
      {
        query: 2,
        classIndex: 1,
        firstHitRank: 1000,
        averagePrecisionAtR: 0.25,
        precisionAtR: 0.125,
      },
      {
        query: 60_501,
        classIndex: 11_315,
        firstHitRank: Infinity,
        averagePrecisionAtR: NaN,
        precisionAtR: NaN,
      },
    ]);
    assertEquals((await Deno.stat(path)).size, 128 + 3 * 5 * 4);
  },
);

testInFolder("results of queries that are not there, or are another array", async (folder) => {
  assertEquals(await readQueryResults(join(folder, "none.npy")), null);
  const path = join(folder, "x.npy");
  await Deno.writeFile(path, formatNpy(new Float32Array(4), [2, 2]));
  await assertRejects(
    () => readQueryResults(path),
    InputError,
    `${path}: Cannot read results of queries as their shape must be rows of 5 columns: it is (2,2)`,
  );
});
