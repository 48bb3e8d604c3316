/**
 * The reader against files that scipy 1.17.1 made, in tests/fixtures/matlab/, with this program:
 *
 *     import numpy as np, scipy.io as s
 *     rows = [("00001.jpg", 3), ("00002.jpg", 196), ("00003.jpg", 70000)]
 *     struct = np.zeros((1, 3), dtype=[("class", "O"), ("fname", "O")])
 *     for i, (fname, number) in enumerate(rows):
 *         struct[0, i] = (number, fname)
 *     cell = np.empty((2, 2), dtype=object)
 *     cell[0, 0], cell[0, 1], cell[1, 0], cell[1, 1] = "Audi TT", "Citroën 2CV", np.array([[1, 2, 3]]), np.zeros((0, 0))
 *     values = {
 *         "doubles": np.array([[1.5, -2.25, 1e300], [0.0, np.inf, -0.125]]),
 *         "singles": np.array([[0.5, -3.0]], dtype=np.float32),
 *         **{f"{kind}s": np.array([[np.iinfo(kind).min, np.iinfo(kind).max]], dtype=kind)
 *            for kind in ["int8", "uint8", "int16", "uint16", "int32", "uint32"]},
 *         "int64s": np.array([[-2**53, 2**53]], dtype=np.int64),
 *         "uint64s": np.array([[0, 2**53]], dtype=np.uint64),
 *         "logicals": np.array([[True, False, True]]),
 *         "cube": np.arange(8, dtype=np.uint8).reshape(2, 2, 2),
 *         "text": "one row",
 *         "rows": np.array(["ab", "cd", "ef"]),
 *         "empty_text": "",
 *         "class_names": cell,
 *         "annotations": struct,
 *     }
 *     s.savemat("compressed.mat", values, do_compression=True)
 *     s.savemat("plain.mat", values, do_compression=False)
 *     s.savemat("complex.mat", {"z": np.array([[1 + 2j]])})
 *     s.savemat("version4.mat", {"x": np.array([[1.0]])}, format="4")
 */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { InputError } from "../../../lib/errors.ts";
import { parseMatlab, readMatlab } from "../../../lib/file/matlab/read.ts";
import type { MatlabArray } from "../../../lib/file/matlab/value.ts";
import { formatMatlab, matlabScalar, type MatlabValue } from "../../../lib/file/matlab/write.ts";
import { RandomStream } from "../../../lib/random_stream.ts";
import { needs } from "../../support/permissions.ts";

function fixture(name: string): string {
  return fromFileUrl(new URL(`../../fixtures/matlab/${name}`, import.meta.url));
}

const WHOLE = 2 ** 53;
const numeric = (type: string, shape: number[], data: number[]) => ({
  kind: "numeric",
  type,
  shape,
  data,
});
const char = (text: string) => ({ kind: "char", text });

/** What the program above stores, column by column. */
const EXPECTED: Record<string, unknown> = {
  doubles: numeric("double", [2, 3], [1.5, 0, -2.25, Infinity, 1e300, -0.125]),
  singles: numeric("single", [1, 2], [0.5, -3]),
  int8s: numeric("int8", [1, 2], [-128, 127]),
  uint8s: numeric("uint8", [1, 2], [0, 255]),
  int16s: numeric("int16", [1, 2], [-32768, 32767]),
  uint16s: numeric("uint16", [1, 2], [0, 65535]),
  int32s: numeric("int32", [1, 2], [-2147483648, 2147483647]),
  uint32s: numeric("uint32", [1, 2], [0, 4294967295]),
  int64s: numeric("int64", [1, 2], [-WHOLE, WHOLE]),
  uint64s: numeric("uint64", [1, 2], [0, WHOLE]),
  logicals: numeric("logical", [1, 3], [1, 0, 1]),
  cube: numeric("uint8", [2, 2, 2], [0, 4, 2, 6, 1, 5, 3, 7]),
  text: char("one row"),
  rows: char("ab\ncd\nef"),
  empty_text: char(""),
  class_names: {
    kind: "cell",
    shape: [2, 2],
    cells: [
      char("Audi TT"),
      numeric("int64", [1, 3], [1, 2, 3]),
      char("Citroën 2CV"),
      numeric("double", [0, 0], []),
    ],
  },
  annotations: {
    kind: "struct",
    shape: [1, 3],
    fieldNames: ["class", "fname"],
    elements: [
      { class: numeric("int64", [1, 1], [3]), fname: char("00001.jpg") },
      { class: numeric("int64", [1, 1], [196]), fname: char("00002.jpg") },
      { class: numeric("int64", [1, 1], [70000]), fname: char("00003.jpg") },
    ],
  },
};

for (const name of ["compressed.mat", "plain.mat"]) {
  Deno.test({
    name: `readMatlab() reads every kind of array of scipy's ${name}`,
    ignore: needs("read"),
    fn: async () => {
      const variables = await readMatlab(fixture(name));
      assertEquals(Object.fromEntries(variables) as Record<string, unknown>, EXPECTED);
    },
  });
}

Deno.test("parseMatlab() reads what formatMatlab() writes", () => {
  const value: MatlabArray = {
    kind: "struct",
    shape: [1, 2],
    fieldNames: ["class", "fname", "names"],
    elements: [1, 300].map((number) => ({
      class: { kind: "numeric", type: "double", shape: [1, 1], data: [number] },
      fname: { kind: "char", text: "Škoda/1.jpg" },
      names: { kind: "cell", shape: [1, 1], cells: [{ kind: "char", text: "" }] },
    })),
  };
  const bytes = formatMatlab({ annotations: value as Parameters<typeof formatMatlab>[0][string] });
  assertEquals(Object.fromEntries(parseMatlab(bytes, "a.mat")), { annotations: value });
});

/** A file of one 1 x 2 double array `x`, in the byte order of the first Macintoshes. */
function formatBigEndian(): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(128 + 8 + 16 + 16 + 8 + 24));
  view.setUint16(124, 0x0100);
  view.setUint16(126, 0x4d49); // "MI"
  const words = [14, 64, 6, 8, 6, 0, 5, 8, 1, 2, (1 << 16) | 1, 0x78000000, 9, 16];
  words.forEach((word, i) => view.setUint32(128 + 4 * i, word));
  view.setFloat64(184, 0.5);
  view.setFloat64(192, -7);
  return new Uint8Array(view.buffer);
}

Deno.test("parseMatlab() reads big-endian files", () => {
  assertEquals(Object.fromEntries(parseMatlab(formatBigEndian(), "a.mat")), {
    x: { kind: "numeric", type: "double", shape: [1, 2], data: [0.5, -7] },
  });
});

function messageOf(bytes: Uint8Array<ArrayBuffer>): string {
  return assertThrows(() => parseMatlab(bytes, "a.mat"), InputError).message;
}

Deno.test("parseMatlab() says what a file that is no MATLAB file starts with", () => {
  const page = new TextEncoder().encode("<!DOCTYPE html><html>".padEnd(400, "x"));
  assertEquals(
    messageOf(page),
    "a.mat: Cannot read MATLAB file as it must be of version 5: " +
      'it starts with "<!DOCTYPE html><html"; is it the file that was to be downloaded?',
  );
});

Deno.test("parseMatlab() refuses an empty file", () => {
  assertEquals(
    messageOf(new Uint8Array()),
    "a.mat: Cannot read MATLAB file as it must be of version 5: " +
      "it has 0 bytes, less than a header; is the file truncated?",
  );
});

Deno.test("parseMatlab() refuses version 7.3, which is HDF5", () => {
  const bytes = new Uint8Array(600);
  bytes.set(new TextEncoder().encode("MATLAB 7.3 MAT-file, Platform: GLNXA64"));
  bytes.set([0x00, 0x02, 0x49, 0x4d], 124);
  assertEquals(
    messageOf(bytes),
    "a.mat: Cannot read MATLAB file as it must be of version 5: " +
      "it is version 7.3; save it again with -v7",
  );
});

Deno.test("parseMatlab() says where a truncated compressed file ends", () => {
  const whole = formatMatlab({ x: matlabScalar(1) });
  assertEquals(
    messageOf(whole.slice(0, -10)),
    `a.mat: Cannot read MATLAB file as ${whole.length - 136} bytes must follow byte 136: ` +
      `${whole.length - 146} do; is the file truncated?`,
  );
});

Deno.test("parseMatlab() says which element is not zlib data", () => {
  const damaged = formatMatlab({ x: matlabScalar(1) });
  damaged[136] = 0xff;
  assertEquals(
    messageOf(damaged),
    "a.mat: Cannot read MATLAB file as the element at byte 128 must be zlib data: " +
      "incorrect header check; is the file damaged?",
  );
});

Deno.test("parseMatlab() refuses an array with fewer values than its shape", () => {
  const bytes = formatBigEndian();
  bytes[167] = 3; // shape 1 x 3, two values
  assertEquals(
    messageOf(bytes),
    "a.mat: Cannot read MATLAB file as an array must hold the 3 values of its shape: it holds 2; " +
      "is the file damaged?",
  );
});

Deno.test({
  name: "readMatlab() refuses complex arrays, version 4 and a missing file",
  ignore: needs("read"),
  fn: async () => {
    const messages = [];
    for (const name of ["complex.mat", "version4.mat", "none.mat"]) {
      const error = await assertRejects(() => readMatlab(fixture(name)), InputError);
      messages.push(error.message.replace(fixture(name), name));
    }
    assertEquals(messages, [
      "complex.mat: Cannot read MATLAB file as arrays must be real numeric, " +
      "char, cell or struct: one has class 6 and is complex",
      "version4.mat: Cannot read MATLAB file as it must be of version 5: " +
      "it has 30 bytes, less than a header; is the file truncated?",
      "none.mat: Cannot read MATLAB file as the file must exist: it does not",
    ]);
  },
});

Deno.test({
  name: "parseMatlab() gives a value or an InputError for any damage to a file",
  ignore: needs("read"),
  fn: async () => {
    const whole = await Deno.readFile(fixture("plain.mat"));
    const stream = RandomStream.named(1, "damage");
    let refusedCount = 0;
    for (let trial = 0; trial < 3000; trial++) {
      const damaged = whole.slice(0, 1 + stream.nextInteger(whole.length));
      for (let k = 0; k < trial % 4; k++) {
        damaged[128 + stream.nextInteger(whole.length - 128)] = stream.nextInteger(256);
      }
      try {
        parseMatlab(damaged, "a.mat");
      } catch (error) {
        assert(error instanceof InputError, `trial ${trial}: ${error}`);
        refusedCount++;
      }
    }
    assert(refusedCount > 1000);
  },
});

Deno.test("elements that unfold to more than 64 MiB together are refused, whatever their number", () => {
  const element = formatMatlab({
    x: { kind: "numeric", type: "uint8", shape: [1, 2 ** 23], data: Array(2 ** 23).fill(0) },
  });
  const body = element.subarray(128);
  const bytes = new Uint8Array(128 + 9 * body.length);
  bytes.set(element.subarray(0, 128));
  for (let i = 0; i < 9; i++) bytes.set(body, 128 + i * body.length);
  const { message } = assertThrows(() => parseMatlab(bytes, "x.mat"), InputError);
  assertEquals(
    message,
    "x.mat: Cannot read MATLAB file as its elements must unfold to at most 67108864 bytes: they unfold to more",
  );
});

Deno.test("cells nested deeper than 32 are refused", () => {
  let value: MatlabValue = matlabScalar(1);
  for (let depth = 0; depth < 40; depth++) value = { kind: "cell", shape: [1, 1], cells: [value] };
  const { message } = assertThrows(
    () => parseMatlab(formatMatlab({ x: value }), "x.mat"),
    InputError,
  );
  assertEquals(
    message.split(": Cannot")[1],
    " read MATLAB file as arrays must be nested at most 32 deep: they are deeper",
  );
});
