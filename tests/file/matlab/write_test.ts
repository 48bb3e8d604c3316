import { assertEquals, assertThrows } from "@std/assert";
import { inflateSync } from "node:zlib";
import { formatMatlab, matlabScalar, type MatlabValue } from "../../../lib/file/matlab/write.ts";

/**
 * What scipy 1.17.1 writes, in hexadecimal, between the header and the end of the file:
 *
 *     import numpy as np, scipy.io as s
 *     cell = np.empty((1, 2), dtype=object); cell[0, 0] = "Audi TT"; cell[0, 1] = "VW"
 *     s.savemat("a.mat", {"n": cell}, do_compression=False)
 *     s.savemat("b.mat", {"m": np.array([[1, -2, 3], [4, 5, -6]], dtype=np.int16)}, do_compression=False)
 *     s.savemat("c.mat", {"x": np.array([[0.5, -1e300]])}, do_compression=False)
 */
const SCIPY: Readonly<Record<string, readonly [value: MatlabValue, bytes: string]>> = {
  n: [
    {
      kind: "cell",
      shape: [1, 2],
      cells: [{ kind: "char", text: "Audi TT" }, { kind: "char", text: "VW" }],
    },
    "0e000000a00000000600000008000000010000000000000005000000080000000100000002000000010001006e000000" +
    "0e0000003800000006000000080000000400000000000000050000000800000001000000070000000100000000000000" +
    "100000000700000041756469205454000e00000030000000060000000800000004000000000000000500000008000000" +
    "010000000200000001000000000000001000020056570000",
  ],
  m: [
    { kind: "numeric", type: "int16", shape: [2, 3], data: [1, 4, -2, 5, 3, -6] },
    "0e0000004000000006000000080000000a0000000000000005000000080000000200000003000000010001006d000000" +
    "030000000c00000001000400feff05000300faff00000000",
  ],
  x: [
    { kind: "numeric", type: "double", shape: [1, 2], data: [0.5, -1e300] },
    "0e00000040000000060000000800000006000000000000000500000008000000010000000200000001000100780000000" +
    "900000010000000000000000000e03f9c7500883ce437fe",
  ],
};

/** The one element of a file, decompressed. */
function elementOf(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  assertEquals(view.getUint32(128, true), 15, "the element is compressed");
  assertEquals(view.getUint32(132, true), bytes.length - 136, "its size is that of the rest");
  return inflateSync(bytes.subarray(136));
}

for (const [name, [value, expected]] of Object.entries(SCIPY)) {
  Deno.test(`formatMatlab() writes the bytes of scipy for "${name}", compressed`, () => {
    assertEquals(elementOf(formatMatlab({ [name]: value })).toHex(), expected);
  });
}

Deno.test("formatMatlab() starts with a header of version 5 in little-endian order, without a date", () => {
  const bytes = formatMatlab({});
  assertEquals(bytes.length, 128);
  assertEquals(
    new TextDecoder().decode(bytes.subarray(0, 116)),
    "MATLAB 5.0 MAT-file, Platform: proxyan".padEnd(116),
  );
  assertEquals([...bytes.subarray(116)], [0, 0, 0, 0, 0, 0, 0, 0, 0x00, 0x01, 0x49, 0x4d]);
});

/** Data type and bytes of the numbers of a 1 x n array: after tag, flags, shape and a name of 1 character. */
function storageOf(...data: number[]): [type: number, size: number] {
  const value: MatlabValue = { kind: "numeric", type: "double", shape: [1, data.length], data };
  const element = elementOf(formatMatlab({ x: value }));
  const view = new DataView(element.buffer, element.byteOffset + 8 + 16 + 16 + 8);
  const tag = view.getUint32(0, true);
  return tag > 0xffff ? [tag & 0xffff, tag >>> 16] : [tag, view.getUint32(4, true)];
}

Deno.test("formatMatlab() stores whole doubles in the narrowest integers, as MATLAB does", () => {
  assertEquals(storageOf(0, 255), [2, 2]); // uint8
  assertEquals(storageOf(0, 256), [4, 4]); // uint16
  assertEquals(storageOf(-1, 255), [3, 4]); // int16
  assertEquals(storageOf(-1, 40000), [5, 8]); // int32
  assertEquals(storageOf(2 ** 31), [9, 8]); // double
  assertEquals(storageOf(0.5), [9, 8]);
  assertEquals(storageOf(-0), [9, 8]);
});

Deno.test("formatMatlab() writes the same bytes for the same values", () => {
  const write = () => formatMatlab({ x: matlabScalar(3), y: { kind: "char", text: "Škoda" } });
  assertEquals(write(), write());
});

Deno.test("formatMatlab() refuses values that disagree with their shape", () => {
  const numbers: MatlabValue = { kind: "numeric", type: "uint8", shape: [2, 2], data: [1, 2, 3] };
  assertThrows(
    () => formatMatlab({ x: numbers }),
    RangeError,
    "Cannot write numeric array as its shape 2 x 2 must hold all values: there are 3",
  );
});

Deno.test("formatMatlab() refuses an element without a field, and a field's name that is too long", () => {
  const struct = (fieldNames: string[]): MatlabValue => ({
    kind: "struct",
    shape: [1, 1],
    fieldNames,
    elements: [{ a: matlabScalar(1) }],
  });
  assertThrows(
    () => formatMatlab({ x: struct(["a", "b"]) }),
    RangeError,
    'Cannot write struct as each element must have field "b": it has a',
  );
  const long = "a".repeat(32);
  assertThrows(
    () => formatMatlab({ x: struct([long]) }),
    RangeError,
    `Cannot write struct as a field's name must be shorter than 32: it is "${long}"`,
  );
});
