import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { InputError, UsageError } from "../../lib/errors.ts";
import { formatNpy } from "../../lib/file/npy.ts";
import { scoreEmbeddings } from "../../lib/experiment/score_embeddings.ts";
import { readCsv } from "../../lib/results/rows/csv_store.ts";
import { EXTERNAL_SCHEMA } from "../../lib/results/rows/external_row.ts";
import { testInFolder } from "../support/temporary_folder.ts";

/** Writes unit vectors of the plane at these angles, and their labels; returns the paths. */
async function writeSet(folder: string, name: string, degrees: number[], labels: string[]) {
  const data = Float32Array.from(degrees.flatMap((angle) => {
    const radians = angle * Math.PI / 180;
    return [Math.cos(radians), Math.sin(radians)];
  }));
  const files = { embeddings: join(folder, `${name}.npy`), labels: join(folder, `${name}.txt`) };
  await Deno.writeFile(files.embeddings, formatNpy(data, [degrees.length, 2]));
  await Deno.writeTextFile(files.labels, labels.join("\n"));
  return files;
}

testInFolder(
  "images that query each other are scored and stored under their hashes",
  async (folder) => {
    const { backend } = await openBackend("cpu");
    // Nearest: 0 and 10 each other, 80 and 95 each other; 50 finds 80 first and 10 second.
    const images = await writeSet(folder, "x", [0, 10, 50, 80, 95], ["a", "a", "a", "b", "b"]);
    const options = {
      images,
      ks: [1, 2],
      protocol: "corrected",
      resultsRoot: folder,
      backend,
    } as const;
    const { row } = await scoreEmbeddings(options);
    assertEquals([row!.recall_at_1, row!.recall_at_2, row!.recall_at_4], [80, 100, null]);
    assertEquals([row!.query_count, row!.left_out_count, row!.embedding_size], [5, 0, 2]);
    const stored = await readCsv(join(folder, "external.csv"), EXTERNAL_SCHEMA);
    assertEquals(stored, [row]);
    await scoreEmbeddings(options);
    assertEquals((await readCsv(join(folder, "external.csv"), EXTERNAL_SCHEMA)).length, 1);
  },
);

testInFolder(
  "queries are looked up in a gallery, and labels are matched by their text",
  async (folder) => {
    const { backend } = await openBackend("cpu");
    const images = await writeSet(folder, "gallery", [0, 90, 180], ["b", "a", "c"]);
    const queries = await writeSet(folder, "queries", [5, 85, 175, 100], ["b", "a", "c", "c"]);
    const options = {
      images,
      queries,
      ks: [1, 2],
      protocol: "published",
      resultsRoot: folder,
      backend,
    } as const;
    const { row } = await scoreEmbeddings(options);
    assertEquals([row!.recall_at_1, row!.recall_at_2], [75, 100]);
    assertEquals([row!.embeddings, row!.queries], ["gallery.npy", "queries.npy"]);
  },
);

testInFolder("files that do not belong together are refused", async (folder) => {
  const { backend } = await openBackend("cpu");
  const images = await writeSet(folder, "x", [0, 10], ["a", "a", "a"]);
  const options = { ks: [1], protocol: "published", resultsRoot: folder, backend } as const;
  const error = await assertRejects(() => scoreEmbeddings({ ...options, images }), InputError);
  assertEquals(
    error.message.replaceAll(folder, "ROOT"),
    "ROOT/x.txt: Cannot score embeddings as there must be a label for each of the 2 rows of ROOT/x.npy: there are 3",
  );
  const plane = await writeSet(folder, "plane", [0, 10], ["a", "b"]);
  const line = { embeddings: join(folder, "line.npy"), labels: plane.labels };
  await Deno.writeFile(line.embeddings, formatNpy(new Float32Array(6).fill(1), [2, 3]));
  const other = await assertRejects(
    () => scoreEmbeddings({ ...options, images: plane, queries: line }),
    InputError,
  );
  assertEquals(
    other.message.replaceAll(folder, "ROOT"),
    "ROOT/line.npy: Cannot score embeddings as queries must have the 2 columns of ROOT/plane.npy: they have 3",
  );
});

testInFolder("queries with nothing to find are counted by both protocols", async (folder) => {
  const { backend } = await openBackend("cpu");
  const images = await writeSet(folder, "x", [0, 10, 80, 85], ["a", "a", "b", "c"]);
  for (const protocol of ["published", "corrected"] as const) {
    const options = { images, ks: [1], protocol, resultsRoot: folder, backend };
    const { row, nothingToFind } = await scoreEmbeddings(options);
    assertEquals(nothingToFind, { count: 2, queryCount: 4 });
    assertEquals(
      [row!.query_count, row!.recall_at_1],
      protocol === "published" ? [4, 50] : [2, 100],
    );
  }
});

testInFolder("labels of which nothing matches are refused by both protocols", async (folder) => {
  const { backend } = await openBackend("cpu");
  const images = await writeSet(folder, "gallery", [0, 90], ["1", "2"]);
  const queries = await writeSet(folder, "queries", [5, 85], ["01", "02"]);
  for (const protocol of ["published", "corrected"] as const) {
    const options = { images, queries, ks: [1], protocol, resultsRoot: folder, backend };
    const error = await assertRejects(() => scoreEmbeddings(options), InputError);
    assertEquals(
      error.message.replace(folder, "ROOT"),
      "ROOT/queries.txt: Cannot score embeddings as a query must have an image of its class to find: " +
        "it is so for 0 of 2; are all labels written alike?",
    );
  }
});

testInFolder(
  "images of one class alone are refused: every neighbor would be right",
  async (folder) => {
    const { backend } = await openBackend("cpu");
    const images = await writeSet(folder, "x", [0, 10, 50], ["a", "a", "a"]);
    const options = {
      images,
      ks: [1],
      protocol: "corrected",
      resultsRoot: folder,
      backend,
    } as const;
    const error = await assertRejects(() => scoreEmbeddings(options), InputError);
    assertEquals(
      error.message.replace(folder, "ROOT"),
      "ROOT/x.txt: Cannot score embeddings as there must be two classes to tell apart: 3 of 3 labels are a",
    );
  },
);

testInFolder("labels that are nowhere are asked for", async (folder) => {
  const { backend } = await openBackend("cpu");
  const { embeddings } = await writeSet(folder, "x", [0, 10], ["a", "a"]);
  const options = { ks: [1], protocol: "published", resultsRoot: folder, backend } as const;
  const error = await assertRejects(
    () => scoreEmbeddings({ ...options, images: { embeddings } }),
    UsageError,
  );
  assertEquals(
    error.message.replace(folder, "ROOT"),
    "ROOT/x.npy: Cannot score embeddings as their labels must be in the file, as entry labels, " +
      "or be given with --labels FILE: they are neither",
  );
});

testInFolder("another column of the same table is another row", async (folder) => {
  const { backend } = await openBackend("cpu");
  const { embeddings } = await writeSet(folder, "x", [0, 10, 80, 85], ["a", "a", "b", "b"]);
  const labels = join(folder, "l.csv");
  await Deno.writeTextFile(labels, "fine,coarse\na,x\na,y\nb,x\nb,y\n");
  const options = { ks: [1], protocol: "published", resultsRoot: folder, backend } as const;
  const recalls = [];
  for (const labelColumn of ["fine", "coarse"]) {
    const images = { embeddings, labels, labelColumn };
    recalls.push((await scoreEmbeddings({ ...options, images })).row!.recall_at_1);
  }
  assertEquals(recalls, [100, 0]);
  assertEquals((await readCsv(join(folder, "external.csv"), EXTERNAL_SCHEMA)).length, 2);
});

testInFolder(
  "parts of the queries give the row of all of them, to the last bit",
  async (folder) => {
    const { backend } = await openBackend("cpu");
    const angles = Array.from({ length: 31 }, (_, i) => (i * 47) % 360 + i / 7);
    const classes = angles.map((_, i) => `class ${i % 4}`);
    const images = await writeSet(folder, "images", angles, classes);
    const queries = await writeSet(folder, "queries", angles.map((angle) => angle + 20), classes);
    for (const protocol of ["published", "corrected"] as const) {
      for (const sets of [{ images }, { images, queries }]) {
        const options = { ...sets, ks: [1, 2], protocol, backend };
        const whole = await scoreEmbeddings({ ...options, resultsRoot: join(folder, "whole") });
        const resultsRoot = join(folder, `parts ${protocol} ${"queries" in sets}`);
        for (const index of [3, 1]) {
          const part = await scoreEmbeddings({
            ...options,
            resultsRoot,
            shard: { index, count: 3 },
          });
          assertEquals(part.row, null);
        }
        const last = await scoreEmbeddings({
          ...options,
          resultsRoot,
          shard: { index: 2, count: 3 },
        });
        assertEquals(last, whole);
        assertEquals(await readCsv(join(resultsRoot, "external.csv"), EXTERNAL_SCHEMA), [
          whole.row,
        ]);
      }
    }
  },
);

testInFolder("a part that is damaged is named, with what to do", async (folder) => {
  const { backend } = await openBackend("cpu");
  const images = await writeSet(folder, "x", [0, 10, 50], ["a", "a", "b"]);
  const options = { images, ks: [1], protocol: "corrected", resultsRoot: folder, backend } as const;
  await scoreEmbeddings({ ...options, shard: { index: 1, count: 2 } });
  const [part] = [...Deno.readDirSync(join(folder, "shards"))];
  await Deno.truncate(join(folder, "shards", part!.name), 20);
  const last = () => scoreEmbeddings({ ...options, shard: { index: 2, count: 2 } });
  const { message } = await assertRejects(last, InputError);
  assertEquals(
    message.replaceAll(folder, "ROOT").replace(/[0-9a-f]{16}/, "HASH"),
    "ROOT/shards/HASH-1-of-2.f64: Cannot read rankings as they must be whole: it is 20 bytes; " +
      "remove the file, and run its part again",
  );
});
