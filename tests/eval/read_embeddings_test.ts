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
      "ROOT/a.npy: Cannot read embeddings as they must have a shape of rows and columns: it is (3)",
    ],
    [
      async () => readEmbeddings(await write("b.npy", Float32Array.of(1, 2, NaN, 4), [2, 2])),
      "ROOT/b.npy: Cannot read embeddings as they must be finite, as float32: it is NaN in row 1",
    ],
    [
      async () => readLabels(await write("c.npy", Float32Array.of(1, 0.5), [2])),
      "ROOT/c.npy: Cannot read labels as its numbers must be whole, and of a size that F32 holds exactly: it is 0.5 in row 1",
    ],
    [
      async () => readLabels(await write("d.npy", new Float32Array(4), [2, 2])),
      "ROOT/d.npy: Cannot read labels as they must have a shape of one dimension: it is (2,2)",
    ],
    [
      () => readEmbeddings(join(folder, "e.txt")),
      'ROOT/e.txt: Cannot read embeddings as they must be in a file .npy, .npz, .safetensors: it is ".txt"',
    ],
    [
      () => readLabels(join(folder, "f.npy")),
      "ROOT/f.npy: Cannot read labels as the file must exist: it does not",
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

testInFolder(
  "64-bit and text labels keep what float64 and composed letters would lose",
  async (folder) => {
    const path = join(folder, "x.safetensors");
    const header = JSON.stringify({
      embeddings: { dtype: "F16", shape: [2, 2], data_offsets: [0, 8] },
      labels: { dtype: "U64", shape: [2], data_offsets: [8, 24] },
    });
    const bytes = new Uint8Array(8 + header.length + 24);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(0, BigInt(header.length), true);
    bytes.set(new TextEncoder().encode(header), 8);
    const data = 8 + header.length;
    [0x3c00, 0x4000, 0xc000, 0x0001].forEach((half, i) => view.setUint16(data + 2 * i, half, true));
    view.setBigUint64(data + 8, 2n ** 64n - 1n, true);
    view.setBigUint64(data + 16, 2n ** 64n - 2n, true);
    await Deno.writeFile(path, bytes);
    assertEquals(await readLabels(path), ["18446744073709551615", "18446744073709551614"]);
    assertEquals([...(await readEmbeddings(path)).data], [1, 2, -2, 2 ** -24]); // float16
    await Deno.writeTextFile(join(folder, "l.txt"), "te\u0301rn\nt\u00e9rn\nte\u0301rn");
    assertEquals(new Set(await readLabels(join(folder, "l.txt"))), new Set(["t\u00e9rn"]));
  },
);

testInFolder(
  "rows that float32 cannot hold are refused, those that it can are read",
  async (folder) => {
    const write = async (...rows: [number, number][]) => {
      const header = `{'descr': '<f8', 'fortran_order': False, 'shape': (${rows.length}, 2), }`;
      const head = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0];
      const data = new Uint8Array(Float64Array.from(rows.flat()).buffer);
      const text = new TextEncoder().encode(header);
      await Deno.writeFile(join(folder, "x.npy"), Uint8Array.from([...head, ...text, ...data]));
      return await readEmbeddings(join(folder, "x.npy"));
    };
    assertEquals((await write([1e-30, 2e-30], [1e30, 0], [0, 0])).rowCount, 3);
    const messageOf = async (...rows: [number, number][]) =>
      (await assertRejects(() => write(...rows), InputError)).message.replace(folder, "ROOT");
    assertEquals(
      await messageOf([1, 1], [1e-40, 2e-40]),
      "ROOT/x.npy: Cannot read embeddings as rows must reach 1.1754943508222875e-38, which float32 holds: it is 2e-40 in row 1",
    );
    assertEquals(
      await messageOf([1, 1], [1e40, 1]),
      "ROOT/x.npy: Cannot read embeddings as they must be finite, as float32: it is Infinity in row 1",
    );
  },
);

Deno.test("a path that a spreadsheet would take for a formula stays a path", () => {
  const paths = ["=1+1.jpg", "+a.jpg", "-a.jpg", "@a.jpg", "a=b.jpg"];
  const text = formatEmbeddings(paths, { data: new Float32Array(5), rowCount: 5, columnCount: 1 });
  assertEquals(
    text.trimEnd().split(/\r?\n/).slice(1).map((line) => line.split(",")[0]),
    ["./=1+1.jpg", "./+a.jpg", "./-a.jpg", "./@a.jpg", "a=b.jpg"],
  );
});
