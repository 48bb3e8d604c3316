import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { unzipSync, type Zippable, zipSync } from "fflate";
import { InputError } from "../../../lib/errors.ts";
import { ByteSource } from "../../../lib/file/byte_source.ts";
import { listZip } from "../../../lib/file/zip.ts";
import { copyEntry } from "../../../lib/file/zip_entry.ts";
import { formatSafetensors } from "../../../lib/file/safetensors.ts";
import { readStateKeys, readWeights } from "../../../lib/model/weights/read_weights.ts";
import { needs } from "../../support/permissions.ts";
import { testInFolder } from "../../support/temporary_folder.ts";

const FIXTURES = "tests/fixtures/weights";

/** Row-major entries of an array of `shape` whose entry at `index` is `valueAt(index)`. */
function fill(shape: readonly number[], valueAt: (...index: number[]) => number): number[] {
  if (shape.length === 0) return [valueAt()];
  const [extent, ...rest] = shape;
  return Array.from({ length: extent! }, (_, i) => fill(rest, (...index) => valueAt(i, ...index)))
    .flat();
}

/** What `make_weights.py` put into the files, from its formulas. */
const EXPECTED: Readonly<Record<string, readonly [shape: number[], values: number[]]>> = {
  float: [[2, 3], fill([2, 3], (i, j) => (i * 3 + j) / 2)],
  half: [[5], fill([5], (i) => i / 2)],
  bfloat16: [[5], fill([5], (i) => i / 2)],
  double: [[3], fill([3], (i) => i / 2)],
  long: [[3], [-1, 0, 2 ** 40]],
  int: [[2], [-3, 70000]],
  short: [[2], [-3, 300]],
  char: [[2], [-128, 127]],
  byte: [[2], [0, 255]],
  bool: [[2], [1, 0]],
  scalar: [[], [7]],
  empty: [[0, 4], []],
  transposed: [[4, 2, 3], fill([4, 2, 3], (k, i, j) => (i * 12 + j * 4 + k) / 2)],
  sliced: [[3, 3], fill([3, 3], (i, j) => ((i + 1) * 6 + j * 2) / 2)],
  half_sliced: [[3, 3], fill([3, 3], (i, j) => ((i + 1) * 6 + j * 2) / 2)],
  expanded: [[3, 2], fill([3, 2], (_, j) => j + 1.5)],
  shared_head: [[4], fill([4], (i) => i / 2)],
  shared_tail: [[2, 4], fill([2, 4], (i, j) => (4 + i * 4 + j) / 2)],
  parameter: [[2], [0, 0.5]],
};

for (const [suffix, format] of [["zip", "pytorch_zip"], ["legacy", "pytorch_legacy"]] as const) {
  testFile(`every number format and layout is read from ${format}`, async () => {
    const content = await readWeights(`${FIXTURES}/state_${suffix}.pth`);
    assertEquals(content.format, format);
    const read = content.tensors.map(({ name, shape, data }) => [name, [shape, [...data]]]);
    assertEquals(Object.fromEntries(read), EXPECTED);
    assertEquals(content.tensors.map(({ name }) => name), Object.keys(EXPECTED));
  });

  testFile(`a pickle that would run a program is refused by name in ${format}`, async () => {
    const path = `${FIXTURES}/exploit_${suffix}.pth`;
    assertEquals(
      await messageOf(path),
      `${path}: Cannot read weights as pickles may only hold tensors and containers: it names "posix.system"`,
    );
    for (const folder of [".", FIXTURES]) {
      const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
      assertEquals(names.includes("exploited"), false);
    }
  });

  testInFolder(`a file of ${format} that ends too early is refused in one line`, async (folder) => {
    const bytes = await Deno.readFile(`${FIXTURES}/state_${suffix}.pth`);
    const path = join(folder, "cut.pth");
    for (let length = 0; length < bytes.length; length += 41) {
      await Deno.writeFile(path, bytes.subarray(0, length));
      const message = await messageOf(path);
      const isOneLine = /^\S+cut\.pth: Cannot read (weights|tensor "\w+") as [^\n]+$/.test(message);
      assertEquals(isOneLine, true, `${length} bytes: ${message}`);
    }
  });
}

testInFolder("a file with any byte changed is read or refused in one line", async (folder) => {
  const path = join(folder, "changed.pth");
  for (const name of ["state_zip", "exploit_zip", "state_legacy", "exploit_legacy"]) {
    const whole = await Deno.readFile(`${FIXTURES}/${name}.pth`);
    for (let at = 0; at < whole.length; at += 11) {
      const bytes = whole.slice();
      bytes[at]! ^= at % 2 === 0 ? 0xff : 0x01;
      await Deno.writeFile(path, bytes);
      const error = await readWeights(path).then(() => null, (error: unknown) => error);
      const isFine = error === null ||
        (error instanceof InputError && !error.message.includes("\n"));
      assertEquals(isFine, true, `byte ${at} of ${name}: ${error}`);
    }
  }
});

testFile("a bare pickle is refused by the name that it calls", async () => {
  const path = `${FIXTURES}/bare_exploit.pkl`;
  assertEquals(
    await messageOf(path),
    `${path}: Cannot read weights as pickles may only hold tensors and containers: it names "builtins.eval"`,
  );
});

testFile("a pickled module is refused by the name of its class", async () => {
  const path = `${FIXTURES}/whole_module.pth`;
  assertEquals(
    await messageOf(path),
    `${path}: Cannot read weights as it must hold tensors by name: ` +
      "it is an object of torch.nn.modules.container.Sequential; save its state_dict() instead",
  );
});

testFile("a state is found below state_dict, or below model and a wrapper's prefix", async () => {
  const expected = [
    ["0.weight", [1, 1.5]],
    ["0.bias", [1]],
    ["1.weight", [1]],
    ["1.bias", [1]],
    ["1.running_mean", [0]],
    ["1.running_var", [1]],
    ["1.num_batches_tracked", [0]],
  ];
  for (const name of ["nested_state_dict", "nested_model"]) {
    const { tensors } = await readWeights(`${FIXTURES}/${name}.pth`);
    assertEquals(tensors.map(({ name, data }) => [name, [...data]]), expected);
  }
});

for (const suffix of ["zip", "legacy"]) {
  testFile(
    `what torch's own safe loader takes beside the weights is of no account in ${suffix}`,
    async () => {
      const content = await readWeights(`${FIXTURES}/harmless_${suffix}.pth`);
      assertEquals([content.stateKey, content.tensors.length], ["state_dict", 7]);
      assertEquals([...content.tensors[0]!.data], [1, 1.5]);
      assertEquals(content.unknownNames, []);
    },
  );

  testFile(
    `objects of unknown classes beside the weights are left out and listed in ${suffix}`,
    async () => {
      const content = await readWeights(`${FIXTURES}/unknown_${suffix}.pth`);
      assertEquals([...content.tensors[0]!.data], [1, 1.5]);
      assertEquals(content.unknownNames, [
        "argparse.Namespace",
        "__main__.Settings",
        "__main__.Box",
        "pathlib.PurePosixPath",
      ]);
    },
  );
}

testFile("unsigned integers, which have no storage of their own, are read", async () => {
  const { tensors } = await readWeights(`${FIXTURES}/unsigned.pth`);
  assertEquals(tensors.map(({ name, data }) => [name, ...data]), [["u16", 1, 65535], [
    "u64",
    1,
    2 ** 40,
  ]]);
});

testFile("of two networks the plain one is taken, and the other can be chosen", async () => {
  const path = `${FIXTURES}/averaged.pth`;
  const plain = await readWeights(path);
  assertEquals([plain.stateKey, plain.otherStateKeys, ...plain.tensors[0]!.data], [
    "state_dict",
    ["model_ema"],
    ...[1, 1.5],
  ]);
  const average = await readWeights(path, "model_ema");
  assertEquals([average.stateKey, average.otherStateKeys, ...average.tensors[0]!.data], [
    "model_ema",
    ["state_dict"],
    ...[2, 3],
  ]);
});

testFile("which network is taken is known without reading its numbers", async () => {
  const path = (name: string) => `${FIXTURES}/${name}.pth`;
  assertEquals(await readStateKeys(path("nested_model")), {
    stateKey: "model",
    otherStateKeys: [],
  });
  assertEquals(await readStateKeys(path("not_finite")), { stateKey: "", otherStateKeys: [] });
});

testInFolder("an unpacked file and its pickle are named, with what to do", async (folder) => {
  const net = join(folder, "net");
  await Deno.mkdir(net);
  using source = ByteSource.open(`${FIXTURES}/nested_model.pth`, "read weights");
  const entry = listZip(source).find(({ name }) => name.endsWith("/data.pkl"))!;
  await Deno.writeFile(join(net, "data.pkl"), await copyEntry(source, entry));
  const remedy =
    "take the file as it was downloaded, or pack its folder FOLDER again, uncompressed: " +
    "zip -0 -r FOLDER.pth FOLDER";
  const rule = "Cannot read weights as it must be a whole file of torch.save: it is ";
  assertEquals(await messageOf(net), `${net}: ${rule}a folder that one was unpacked to; ${remedy}`);
  const pickle = join(net, "data.pkl");
  assertEquals(
    await messageOf(pickle),
    `${pickle}: ${rule}the pickle of an unpacked one; ${remedy}`,
  );
});

testInFolder(
  "a checkpoint that another program compressed is refused with what to do",
  async (folder) => {
    const path = join(folder, "net.pth");
    const entries = unzipSync(await Deno.readFile(`${FIXTURES}/nested_model.pth`));
    await Deno.writeFile(path, zipSync(entries, { level: 9 }));
    assertEquals(
      await messageOf(path),
      `${path}: Cannot read weights as "nested_model/data.pkl" must be stored as torch.save does: ` +
        "it is compressed by another program; take the file as it was downloaded, " +
        "or pack its folder FOLDER again, uncompressed: zip -0 -r FOLDER.pth FOLDER",
    );
  },
);

testInFolder(
  "what nobody reads of a checkpoint may be compressed, as a Mac's additions are",
  async (folder) => {
    const path = join(folder, "net.pth");
    const entries = unzipSync(await Deno.readFile(`${FIXTURES}/nested_model.pth`));
    const added = { "__MACOSX/nested_model/._version": new Uint8Array(512) };
    const stored: Zippable = Object.fromEntries(
      Object.entries(entries).map(([name, bytes]) => [name, [bytes, { level: 0 }]]),
    );
    await Deno.writeFile(path, zipSync({ ...stored, ...added }, { level: 9 }));
    const expected = await readWeights(`${FIXTURES}/nested_model.pth`);
    assertEquals((await readWeights(path)).tensors, expected.tensors);
  },
);

testInFolder("a pickle of another program is none of torch.save, and whole", async (folder) => {
  const path = join(folder, "weights.pkl");
  await Deno.writeFile(path, Uint8Array.of(0x80, 4, 0x7d, 0x2e)); // {}
  assertEquals(
    await messageOf(path),
    `${path}: Cannot read weights as its first pickles must be those of torch.save: it is a dict`,
  );
});

testFile("a value that is not finite is refused with its tensor", async () => {
  const path = `${FIXTURES}/not_finite.pth`;
  assertEquals(
    await messageOf(path),
    `${path}: Cannot read weights as every value must be finite: entry 1 of "wrong" is NaN`,
  );
});

testInFolder("safetensors are recognized by their bytes, whatever their name", async (folder) => {
  const path = join(folder, "weights.pth");
  const tensors = [{ name: "a", shape: [2], data: Float32Array.of(1, 2) }];
  await Deno.writeFile(path, formatSafetensors(tensors));
  const content = await readWeights(path);
  assertEquals([content.format, content.tensors], ["safetensors", tensors]);
});

testInFolder("a file of another kind, an empty one and none are refused", async (folder) => {
  const path = join(folder, "page.pth");
  const messageFor = async (text: string) => {
    await Deno.writeTextFile(path, text);
    return (await messageOf(path)).replace(path, "PATH");
  };
  const rule = "PATH: Cannot read weights as it must be a file of safetensors or torch.save: ";
  assertEquals(
    await messageFor("<!DOCTYPE html>"),
    `${rule}it begins with the bytes 3c 21 44 4f 43 54 59 50 45`,
  );
  assertEquals(await messageFor(""), `${rule}it is empty`);
  assertEquals(
    await messageOf(join(folder, "none.pth")),
    `${folder}/none.pth: Cannot read weights as the file must exist: it does not`,
  );
  assertEquals(
    await messageOf(folder),
    `${folder}: Cannot read weights as it must be a file: it is a folder`,
  );
});

testInFolder("a tensor whose name safetensors keep for text is refused", async (folder) => {
  const path = join(folder, "weights.safetensors");
  const tensor = { name: "module.__metadata__", shape: [1], data: Float32Array.of(1) };
  await Deno.writeFile(path, formatSafetensors([tensor]));
  assertEquals(
    await messageOf(path),
    `${path}: Cannot read weights as names of tensors must be those that safetensors can have: it is "__metadata__"`,
  );
});

function testFile(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: needs("read"), fn });
}

async function messageOf(path: string): Promise<string> {
  return (await assertRejects(() => readWeights(path), InputError)).message;
}
