import { assertEquals, assertThrows } from "@std/assert";
import { parseOpInputs } from "../../../../lib/backend/tensorflow/graph/op_definition.ts";
import { sumOpTimes } from "../../../../lib/backend/tensorflow/graph/op_profile.ts";
import { fieldsOf, textOf } from "../../../../lib/backend/tensorflow/graph/wire_format.ts";

const bytesOf = (text: string) => [...new TextEncoder().encode(text)];
const varint = (value: number): number[] =>
  value < 128 ? [value] : [value % 128 + 128, ...varint(Math.floor(value / 128))];
const number = (field: number, value: number) => [field << 3, ...varint(value)];
const message = (
  field: number,
  content: number[],
) => [field << 3 | 2, ...varint(content.length), ...content];
const text = (field: number, content: string) => message(field, bytesOf(content));

Deno.test("fieldsOf() reads varints beyond 32 bits, texts, and passes over fixed widths", () => {
  const bytes = [
    ...number(1, 2 ** 40 + 3),
    ...text(2, "name"),
    3 << 3 | 1,
    ...Array(8).fill(9),
    4 << 3 | 5,
    1,
    2,
    3,
    4,
  ];
  const fields = [...fieldsOf(Uint8Array.from(bytes), "Example")];
  assertEquals(fields.map(({ number }) => number), [1, 2, 3, 4]);
  assertEquals(fields[0]!.value, 2 ** 40 + 3);
  assertEquals(textOf(fields[1]!), "name");
});

for (
  const [what, bytes, reason] of [
    ["a text that is cut off", [10, 5, 1, 2], "as it must be whole: it ends at byte 4"],
    ["a varint that is cut off", [8, 128], "as it must be whole: it ends at byte 2"],
    ["a group", [11], "as its wire types must be known: it is 3"],
  ] as const
) {
  Deno.test(`fieldsOf() refuses ${what}`, () => {
    const read = () => [...fieldsOf(Uint8Array.from(bytes), "Example")];
    assertThrows(read, RangeError, `Cannot parse Example ${reason}`);
  });
}

Deno.test("parseOpInputs() tells lists from single tensors", () => {
  const single = message(2, [...text(1, "axis"), ...number(3, 3)]);
  const sameType = message(2, [...text(1, "values"), ...text(5, "N")]);
  const anyType = message(2, [...text(1, "args"), ...text(6, "TArgs")]);
  const bytes = Uint8Array.from([
    ...text(1, "Op"),
    ...sameType,
    ...single,
    ...anyType,
    ...text(4, "attr"),
  ]);
  assertEquals(parseOpInputs(bytes), [
    { lengthAttribute: "N" },
    { lengthAttribute: null },
    { lengthAttribute: "TArgs" },
  ]);
});

Deno.test("sumOpTimes() adds up the ops of a RunMetadata, the longest first", () => {
  const node = (label: string, start: number, end: number) =>
    message(2, [
      ...text(1, "n"),
      ...number(2, 2 ** 50),
      ...number(3, start),
      ...number(4, end),
      ...text(8, label),
    ]);
  const device = message(1, [
    ...text(1, "/cpu:0"),
    ...node("a = Conv2D(x, w)", 100, 2100),
    ...node("b = _MklNativeFusedConv2D(x)", 0, 9000),
    ...node("c = Conv2D(y, w)", 0, 500),
    ...message(2, text(1, "scope/NoOp")), // no label, no times
  ]);
  assertEquals(sumOpTimes(Uint8Array.from(message(1, device))), [
    { op: "_MklNativeFusedConv2D", count: 1, milliseconds: 9 },
    { op: "Conv2D", count: 2, milliseconds: 2.5 },
    { op: "scope/NoOp", count: 1, milliseconds: 0 },
  ]);
});
