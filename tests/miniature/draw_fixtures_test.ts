import { assert, assertEquals, assertRejects } from "@std/assert";
import { drawFixtures } from "../../lib/miniature/draw_fixtures.ts";
import { DATASET_NAMES } from "../../lib/dataset/datasets.ts";
import { InputError } from "../../lib/errors.ts";
import { needs } from "../support/permissions.ts";
import { SMALL_TUNING, smallTuning } from "./small_tuning.ts";

function testDrawing(name: string, fn: (folder: string) => Promise<void>): void {
  Deno.test({
    name,
    ignore: needs("read", "write", "env", "ffi", "sys"),
    fn: async () => {
      const folder = await Deno.makeTempDir();
      try {
        await fn(folder);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

/** Every file below a folder: path and bytes in hexadecimal. */
async function readTree(folder: string, below = ""): Promise<Map<string, string>> {
  const tree = new Map<string, string>();
  for await (const { name, isDirectory } of Deno.readDir(folder + below)) {
    const path = `${below}/${name}`;
    if (isDirectory) {
      for (const [key, value] of await readTree(folder, path)) tree.set(key, value);
    } else tree.set(path, (await Deno.readFile(folder + path)).toHex());
  }
  return new Map([...tree].sort(([a], [b]) => a < b ? -1 : 1));
}

testDrawing(
  "drawFixtures() draws the same bytes of every dataset in any folder",
  async (folder) => {
    const draw = (dataRoot: string) => drawFixtures({ dataRoot, tuning: SMALL_TUNING });
    const summaries = await draw(`${folder}/a`);
    assertEquals(summaries.map(({ dataset }) => dataset), [...DATASET_NAMES]);
    await draw(`${folder}/b`);
    const [a, b] = [await readTree(`${folder}/a`), await readTree(`${folder}/b`)];
    assertEquals([...a.keys()], [...b.keys()]);
    for (const [path, bytes] of a) assert(bytes === b.get(path), `${path} has the same bytes`);
    const images = [...a.keys()].filter((path) => /\.jpg$/i.test(path) && !path.includes("/._"));
    assertEquals(images.length, summaries.reduce((sum, { imageCount }) => sum + imageCount, 0));
  },
);

testDrawing("drawFixtures() does nothing where a finished drawing is", async (folder) => {
  const options = { dataRoot: folder, datasets: ["sop" as const], tuning: SMALL_TUNING };
  const [first] = await drawFixtures(options);
  const before = await readTree(folder);
  let imageCount = 0;
  const [second] = await drawFixtures({ ...options, onProgress: () => imageCount++ });
  assertEquals([first!.isDrawn, second!.isDrawn, imageCount], [true, false, 0]);
  assertEquals(second!.imageCount, first!.imageCount);
  assertEquals(await readTree(folder), before);
});

testDrawing(
  "drawFixtures() draws again what is missing or has another size, and only that",
  async (folder) => {
    const options = { dataRoot: folder, datasets: ["in_shop" as const], tuning: SMALL_TUNING };
    await drawFixtures(options);
    const before = await readTree(folder);
    const [missing, truncated, kept] = [...before.keys()].filter((path) => path.endsWith(".jpg"));
    await Deno.remove(folder + missing!);
    await Deno.truncate(folder + truncated!, 100);
    const { ino } = await Deno.stat(folder + kept!);
    const [summary] = await drawFixtures(options);
    assertEquals(summary!.isDrawn, true);
    assertEquals(await readTree(folder), before);
    assertEquals((await Deno.stat(folder + kept!)).ino, ino);
  },
);

testDrawing(
  "drawFixtures() finishes an interrupted drawing and keeps what was drawn",
  async (folder) => {
    const options = { datasets: ["cub200" as const], tuning: SMALL_TUNING };
    await drawFixtures({ ...options, dataRoot: `${folder}/whole` });
    const dataRoot = `${folder}/interrupted`;
    const interrupt = ({ doneCount }: { doneCount: number }) => {
      if (doneCount === 4) throw new Error("interrupted");
    };
    await assertRejects(
      () => drawFixtures({ ...options, dataRoot, onProgress: interrupt }),
      Error,
      "interrupted",
    );
    const images = [...(await readTree(dataRoot)).keys()].filter((path) =>
      path.endsWith(".jpg") && !path.includes("/._")
    );
    assert(images.length >= 4 && images.length <= 8, "it stops where it is interrupted");
    assert(![...(await readTree(dataRoot)).keys()].some((path) => path.endsWith("drawn.json")));
    const { ino } = await Deno.stat(dataRoot + images[0]!);
    await drawFixtures({ ...options, dataRoot });
    assertEquals((await Deno.stat(dataRoot + images[0]!)).ino, ino);
    assertEquals(await readTree(dataRoot), await readTree(`${folder}/whole`));
  },
);

testDrawing(
  "drawFixtures() replaces a drawing of another tuning without a trace of it",
  async (folder) => {
    const draw = (dataRoot: string, trainClassCount: number) =>
      drawFixtures({
        dataRoot,
        datasets: ["cub200"],
        tuning: { cub200: { ...smallTuning("cub200"), trainClassCount } },
      });
    await draw(`${folder}/replaced`, 4);
    await draw(`${folder}/replaced`, 2);
    await draw(`${folder}/fresh`, 2);
    assertEquals(await readTree(`${folder}/replaced`), await readTree(`${folder}/fresh`));
    const folders = await Array.fromAsync(
      Deno.readDir(`${folder}/replaced/mini/CUB200/original/images`),
    );
    assertEquals(folders.length, 4);
  },
);

testDrawing("drawFixtures() says in one line where it cannot write", async (folder) => {
  await Deno.writeTextFile(`${folder}/data`, "a file where a folder must be");
  const error = await assertRejects(
    () => drawFixtures({ dataRoot: `${folder}/data`, datasets: ["sop"], tuning: SMALL_TUNING }),
    InputError,
  );
  assertEquals(
    error.message.replace(folder, "ROOT"),
    "ROOT/data/mini/SOP: Cannot write file as its path must name a file in a folder: it does not",
  );
});
