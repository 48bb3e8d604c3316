import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../lib/errors.ts";
import { formatSafetensors, parseSafetensors } from "../../lib/file/safetensors.ts";
import type { NamedTensor } from "../../lib/file/named_tensor.ts";

const TENSORS: NamedTensor[] = [
  { name: "b", shape: [2, 2], data: Float32Array.of(1, -2, 3.5, 0) },
  { name: "a", shape: [], data: Float32Array.of(7) },
  { name: "empty", shape: [0, 3], data: new Float32Array() },
];

/** A file of any header and any data. */
function makeFile(header: unknown, data: readonly number[] = []): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(
    typeof header === "string" ? header : JSON.stringify(header),
  );
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(text.length), true);
  return Uint8Array.from([...length, ...text, ...data]);
}

Deno.test("parseSafetensors() reads what formatSafetensors() wrote", () => {
  const bytes = formatSafetensors(TENSORS, { run: "r1" });
  assertEquals(parseSafetensors(bytes, "f"), { tensors: TENSORS, metadata: { run: "r1" } });
});

Deno.test("formatSafetensors() writes the published layout", () => {
  const bytes = formatSafetensors([{ name: "w", shape: [1], data: Float32Array.of(1) }]);
  const header = '{"__metadata__":{},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
  const expected = [72, 0, 0, 0, 0, 0, 0, 0, ...new TextEncoder().encode(header.padEnd(72))];
  assertEquals([...bytes], [...expected, 0, 0, 0x80, 0x3f]);
});

Deno.test("parseSafetensors() reads F32 as a view where it is aligned, and as a copy where not", () => {
  const bytes = formatSafetensors(TENSORS);
  assertEquals(parseSafetensors(bytes, "f").tensors[0]!.data.buffer, bytes.buffer);
  const shifted = new Uint8Array(bytes.length + 1);
  shifted.set(bytes, 1);
  assertEquals(parseSafetensors(shifted.subarray(1), "f").tensors, TENSORS);
});

const FORMATS: Record<string, { bytes: number[]; values: number[] }> = {
  F16: {
    bytes: [0x00, 0x3c, 0x00, 0xc0, 0x01, 0x00, 0xff, 0x7b, 0x00, 0x7c],
    values: [1, -2, 2 ** -24, 65504, Infinity],
  },
  BF16: { bytes: [0x80, 0x3f, 0x20, 0xc1], values: [1, -10] },
  F64: { bytes: [0, 0, 0, 0, 0, 0, 0xf8, 0x3f], values: [1.5] },
  I64: { bytes: [0xfe, 255, 255, 255, 255, 255, 255, 255], values: [-2] },
  I32: { bytes: [0, 1, 0, 0], values: [256] },
  I16: { bytes: [0xff, 0xff], values: [-1] },
  I8: { bytes: [0x80], values: [-128] },
  U8: { bytes: [0x80], values: [128] },
  BOOL: { bytes: [1, 0], values: [1, 0] },
};
for (const [dtype, { bytes, values }] of Object.entries(FORMATS)) {
  Deno.test(`parseSafetensors() reads ${dtype}`, () => {
    const entry = { dtype, shape: [values.length], data_offsets: [0, bytes.length] };
    const { tensors } = parseSafetensors(makeFile({ w: entry }, bytes), "f");
    assertEquals([...tensors[0]!.data], values);
  });
}

const ENTRY = { dtype: "F32", shape: [1], data_offsets: [0, 4] };
const BROKEN: readonly [string, Uint8Array<ArrayBuffer>, string][] = [
  ["a stub", Uint8Array.of(1, 2), "it must have at least 8 bytes: it is 2"],
  [
    "a truncated header",
    makeFile({ w: ENTRY }).slice(0, 20),
    "its header of 54 bytes must lie within the file: it is 12 bytes",
  ],
  [
    "truncated data",
    makeFile({ w: ENTRY }, [1, 2]),
    "its tensors must fill 4 bytes after the header: it is 2",
  ],
  [
    "left-over data",
    makeFile({ w: ENTRY }, [1, 2, 3, 4, 5]),
    "its tensors must fill 4 bytes after the header: it is 5",
  ],
  ["a header that is a list", makeFile([]), "its header must be a JSON object: it is []"],
  [
    "an unknown dtype",
    makeFile({ w: { ...ENTRY, dtype: "F8" } }, [1, 2, 3, 4]),
    'dtype of "w" must be one of F32, F16, BF16, F64, I64, I32, I16, I8, U64, U32, U16, U8, BOOL: it is F8',
  ],
  [
    "a shape that disagrees with its bytes",
    makeFile({ w: { ...ENTRY, shape: [2] } }, [1, 2, 3, 4]),
    '"w" of F32 [2] must take 8 bytes: it is 4',
  ],
  [
    "a negative count",
    makeFile({ w: { ...ENTRY, shape: [-1] } }),
    'shape of "w" must be a list of counts: it is [-1]',
  ],
  [
    "a gap",
    makeFile({ w: ENTRY, v: { ...ENTRY, data_offsets: [5, 9] } }, new Array(9).fill(0)),
    '"v" must begin at 4, where the tensor before it ends: it is 5',
  ],
  [
    "an overlap",
    makeFile({ w: ENTRY, v: { ...ENTRY, data_offsets: [2, 6] } }, new Array(6).fill(0)),
    '"v" must begin at 4, where the tensor before it ends: it is 2',
  ],
  [
    "metadata that is no text",
    makeFile({ __metadata__: { epoch: 3 } }),
    '__metadata__ must map names to text: it is {"epoch":3}',
  ],
];
for (const [what, bytes, rule] of BROKEN) {
  Deno.test(`parseSafetensors() refuses ${what}`, () => {
    const error = assertThrows(() => parseSafetensors(bytes, "runs/x.safetensors"), InputError);
    assertEquals(error.message, `runs/x.safetensors: Cannot read safetensors as ${rule}`);
  });
}

Deno.test("parseSafetensors() refuses a header that is not JSON", () => {
  const error = assertThrows(() => parseSafetensors(makeFile("{w"), "x"), InputError);
  assertEquals(
    error.message.split(": it is")[0],
    "x: Cannot read safetensors as its header must be JSON",
  );
});

Deno.test("parseSafetensors() refuses a name that is there twice, of which JSON takes the last", () => {
  const tensor = '{"dtype":"F32","shape":[1],"data_offsets":[0,4]}';
  const error = assertThrows(
    () => parseSafetensors(makeFile(`{"a":${tensor},"a":${tensor}}`, [0, 0, 0, 0]), "x"),
    InputError,
  );
  assertEquals(
    error.message,
    "x: Cannot read safetensors as every name in its header may be there once: it is 2 ranges of 1 tensors",
  );
  const named = `{"data_offsets":${tensor}}`;
  assertEquals(
    parseSafetensors(makeFile(named, [0, 0, 0, 0]), "x").tensors[0]!.name,
    "data_offsets",
  );
});

Deno.test("formatSafetensors() refuses names that repeat and shapes that disagree", () => {
  assertThrows(
    () => formatSafetensors([TENSORS[0]!, TENSORS[0]!]),
    RangeError,
    'Cannot format tensors as names must differ: "b" occurs twice',
  );
  assertThrows(
    () => formatSafetensors([{ ...TENSORS[0]!, shape: [3] }]),
    RangeError,
    'Cannot format tensor "b" as shape [3] must hold 4 values: it holds 3',
  );
});

Deno.test("a header nested deep, or larger than 16 MiB, is refused before anything is built of it", () => {
  const messageOf = (header: string) =>
    assertThrows(() => parseSafetensors(makeFile(header), "x"), InputError).message;
  const rule = "x: Cannot read safetensors as its header must ";
  assertEquals(
    messageOf(`{"a":${"[".repeat(200000)}${"]".repeat(200000)}}`),
    `${rule}be nested at most 3 deep: it is deeper`,
  );
  const brackets = JSON.stringify({ '[[["{{{\\': 3 }); // within a text they are none
  assertEquals(messageOf(brackets).endsWith("must be an object: it is 3"), true);
  const large = new Uint8Array(8 + 2 ** 24 + 1).fill(0x20);
  new DataView(large.buffer).setBigUint64(0, BigInt(2 ** 24 + 1), true);
  assertEquals(
    assertThrows(() => parseSafetensors(large, "x"), InputError).message,
    `${rule}have at most 16777216 bytes: it is 16777217`,
  );
});
