import { assertEquals } from "@std/assert";
import { MessageWriter } from "../../lib/file/protobuf.ts";

Deno.test("messages are the bytes of the format's own examples", () => {
  // https://protobuf.dev/programming-guides/encoding: field 1 = 150; field 2 = "testing"; field 3 = the first message.
  const first = new MessageWriter().int(1, 150);
  assertEquals([...first.toBytes()], [0x08, 0x96, 0x01]);
  const text = new MessageWriter().text(2, "testing");
  assertEquals([...text.toBytes()], [0x12, 7, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67]);
  assertEquals([...new MessageWriter().message(3, first).toBytes()], [0x1a, 3, 0x08, 0x96, 0x01]);
});

Deno.test("negative integers take ten bytes, large ones and high field numbers more than one", () => {
  assertEquals([...new MessageWriter().int(1, -2).toBytes()], [
    0x08,
    0xfe,
    ...Array(8).fill(0xff),
    0x01,
  ]);
  assertEquals([...new MessageWriter().int(20, 2n ** 35n).toBytes()], [
    0xa0,
    0x01,
    ...Array(5).fill(0x80),
    0x01,
  ]);
});

Deno.test("a float32 is written little-endian", () => {
  assertEquals([...new MessageWriter().float(2, 1.5).toBytes()], [0x15, 0, 0, 0xc0, 0x3f]);
});
