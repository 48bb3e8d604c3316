import { assert, assertEquals } from "@std/assert";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { openDataset } from "../../lib/dataset/open_dataset.ts";
import { executeRun } from "../../lib/experiment/execute_run.ts";
import { executeTrial } from "../../lib/experiment/sweep/execute_trial.ts";
import { listNames } from "../support/temporary_folder.ts";
import { testRuns, tinyRun, withoutTimes } from "./tiny_run.ts";

/** What a function gives, and how many images were read meanwhile. */
async function countReads<T>(run: () => Promise<T>): Promise<{ result: T; readCount: number }> {
  const { readFile } = Deno;
  let readCount = 0;
  Deno.readFile = (path, options) => {
    if (String(path).endsWith(".jpg")) readCount++;
    return readFile(path, options);
  };
  try {
    return { result: await run(), readCount };
  } finally {
    Deno.readFile = readFile;
  }
}

/** Reads with the usual room for decoded images, with room for a few of them, and without. */
async function tryRooms<T>(run: (cacheBytes: number | undefined) => Promise<T>) {
  const tries: { result: T; readCount: number }[] = [];
  for (const cacheBytes of [undefined, 200_000, 0]) {
    tries.push(await countReads(() => run(cacheBytes)));
  }
  const [usual, small, none] = tries.map(({ readCount }) => readCount) as [number, number, number];
  assert(usual < small && small < none, `${usual}, ${small} and ${none} images were read`);
  return tries.map(({ result }) => result);
}

testRuns(
  "the room of decoded images changes no number and no id of a run",
  ["cub200"],
  async (root) => {
    const { backend } = await openBackend("wasm");
    const config = tinyRun();
    const folderOf = (cacheBytes: number | undefined) => `${root}/results-${cacheBytes ?? "usual"}`;
    const [usual, ...others] = await tryRooms((cacheBytes) => {
      const roots = { dataRoot: `${root}/data`, resultsRoot: folderOf(cacheBytes) };
      return executeRun({ config, backend, pretrained: null, cacheBytes, ...roots });
    });
    for (const rows of others) assertEquals(rows.map(withoutTimes), usual!.map(withoutTimes));
    const readRun = async (cacheBytes: number | undefined) => {
      const folder = `${folderOf(cacheBytes)}/runs/${usual![0]!.run_id}`;
      const names = (await listNames(folder)).filter((name) =>
        !["epochs.csv", "SHA256SUMS", "run.lock"].includes(name) // which have times
      );
      return await Promise.all(names.map(async (name) => ({
        name,
        bytes: await Deno.readFile(`${folder}/${name}`),
      })));
    };
    assertEquals(await readRun(0), await readRun(undefined));
  },
);

testRuns("the room of decoded images changes no score of a trial", ["cub200"], async (root) => {
  const { backend } = await openBackend("wasm");
  const dataset = await openDataset({ name: "cub200", profile: "mini", dataRoot: `${root}/data` });
  const trial = { number: 0, drawn: {}, config: tinyRun({ protocol: "corrected" }) };
  const common = { backend, dataset, isEager: false, pretrained: null, trial, foldCount: 2 };
  const rows = await tryRooms((cacheBytes) =>
    executeTrial({ ...common, cacheBytes, folder: `${root}/sweep-${cacheBytes ?? "usual"}` })
  );
  const [usual, ...others] = rows.map((row) => ({ ...row, wall_seconds: 0 }));
  for (const row of others) assertEquals(row, usual);
});
