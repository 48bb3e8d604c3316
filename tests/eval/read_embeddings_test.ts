import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { InputError } from "../../lib/errors.ts";
import { formatEmbeddings } from "../../lib/eval/format_embeddings.ts";
import { formatNpy } from "../../lib/file/npy.ts";
import { readEmbeddings, readLabels } from "../../lib/eval/read_embeddings.ts";
import { formatSafetensors } from "../../lib/file/safetensors.ts";
import { testInFolder } from "../support/temporary_folder.ts";

const FIXTURES = "tests/fixtures/arrays";
const MATRIX = {
  rowCount: 2,
  columnCount: 3,
  data: Float32Array.of(0, 0.5, 1, 1.5, 2, 2.5),
};

testInFolder("embeddings and labels are read from every kind of file", async (folder) => {
  const safetensors = join(folder, "both.safetensors");
  const tensors = [
    { name: "embeddings", shape: [2, 3], data: MATRIX.data },
    { name: "labels", shape: [2], data: Float32Array.of(1, 0) },
  ];
  await Deno.writeFile(safetensors, formatSafetensors(tensors));
  for (const path of [`${FIXTURES}/stored.npz`, `${FIXTURES}/compressed.npz`, safetensors]) {
    assertEquals(await readEmbeddings(path), MATRIX);
    assertEquals(await readLabels(path), ["1", "0"]);
  }
  assertEquals(await readEmbeddings(`${FIXTURES}/fortran.npy`), MATRIX);
  assertEquals(await readLabels(`${FIXTURES}/row.npy`), ["3", "1", "3"]);
  const lines = join(folder, "labels.txt");
  await Deno.writeTextFile(lines, "auk\nwren\nauk\n");
  assertEquals(await readLabels(lines), ["auk", "wren", "auk"]);
});

testInFolder("files that hold no embeddings or labels are refused in one line", async (folder) => {
  const write = async (name: string, data: Float32Array, shape: number[]) => {
    await Deno.writeFile(join(folder, name), formatNpy(data, shape));
    return join(folder, name);
  };
  const cases: readonly (readonly [() => Promise<unknown>, string])[] = [
    [
      async () => readEmbeddings(await write("a.npy", new Float32Array(3), [3])),
      "ROOT/a.npy: Cannot read embeddings as embeddings must have a shape of rows and columns: it is (3)",
    ],
    [
      async () => readEmbeddings(await write("b.npy", Float32Array.of(1, 2, NaN, 4), [2, 2])),
      "ROOT/b.npy: Cannot read embeddings as embeddings must be finite: it is NaN in row 1",
    ],
    [
      async () => readLabels(await write("c.npy", Float32Array.of(1, 0.5), [2])),
      "ROOT/c.npy: Cannot read embeddings as labels must be whole numbers up to 16777216: it is 0.5 in row 1",
    ],
    [
      async () => readLabels(await write("d.npy", new Float32Array(4), [2, 2])),
      "ROOT/d.npy: Cannot read embeddings as labels must have a shape of one dimension: it is (2,2)",
    ],
    [
      () => readEmbeddings(join(folder, "e.txt")),
      'ROOT/e.txt: Cannot read embeddings as embeddings must be in a file .npy, .npz, .safetensors: it is ".txt"',
    ],
    [
      () => readLabels(join(folder, "f.npy")),
      "ROOT/f.npy: Cannot read embeddings as the file must exist: it does not",
    ],
  ];
  for (const [run, message] of cases) {
    const error = await assertRejects(run, InputError);
    assertEquals(error.message.replaceAll(folder, "ROOT"), message);
  }
});

Deno.test("embeddings as CSV keep every bit and quote paths that need it", () => {
  const data = Float32Array.of(0.1, 1 / 3, -1e-8, 16777216);
  const text = formatEmbeddings(["a,b.jpg", "c.jpg"], { data, rowCount: 2, columnCount: 2 });
  const lines = text.trimEnd().split(/\r?\n/);
  assertEquals(lines[0], "path,e0,e1");
  assertEquals(lines[1], '"a,b.jpg",0.100000001,0.333333343');
  const numbers = lines.slice(1).flatMap((line) => line.split(",").slice(-2).map(Number));
  assertEquals(Float32Array.from(numbers), data);
});
