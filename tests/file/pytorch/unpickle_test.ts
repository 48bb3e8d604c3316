import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { InputError } from "../../../lib/errors.ts";
import { ByteCursor } from "../../../lib/file/byte_cursor.ts";
import { ByteSource } from "../../../lib/file/byte_source.ts";
import type { PickleValue } from "../../../lib/file/pytorch/pickle_globals.ts";
import { unpickle } from "../../../lib/file/pytorch/unpickle.ts";
import { testInFolder } from "../../support/temporary_folder.ts";

/** Bytes of a pickle: numbers are operation codes, texts are themselves. */
function pickle(...parts: readonly (number | string)[]): Uint8Array {
  const bytes = parts.flatMap((part) =>
    typeof part === "number" ? [part] : [...new TextEncoder().encode(part)]
  );
  return Uint8Array.from(bytes);
}

async function unpickleBytes(folder: string, bytes: Uint8Array): Promise<PickleValue> {
  const path = join(folder, "x.pkl");
  await Deno.writeFile(path, bytes);
  using source = ByteSource.open(path, "read weights");
  return unpickle(new ByteCursor(source));
}

const [PROTO, MARK, STOP, NONE, BININT1, BINPUT, BINGET] = [0x80, "(", ".", "N", "K", "q", "h"];
const [TUPLE2, EMPTY_LIST, APPENDS, EMPTY_DICT, SETITEMS, REDUCE] = [0x86, "]", "e", "}", "u", "R"];
const SHORT_TEXT = 0x8c;

testInFolder("numbers of every width and sign are read", async (folder) => {
  // deno-fmt-ignore
  const bytes = pickle(
    PROTO, 2, MARK,
    BININT1, 255, "M", 0xff, 0xff, "J", 0xfe, 0xff, 0xff, 0xff, // 255, 65535, -2
    0x8a, 0, 0x8a, 1, 0x80, 0x8a, 2, 0xff, 0x00, // LONG1: 0, -128, 255
    0x8a, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1, // 2^64
    "G", 0x3f, 0xb9, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9a, // 0.1, big-endian
    0x88, 0x89, NONE, "t", STOP,
  );
  assertEquals(await unpickleBytes(folder, bytes), [
    ...[255, 65535, -2, 0, -128, 255],
    2n ** 64n,
    ...[0.1, true, false, null],
  ]);
});

testInFolder("containers are built, and what is remembered is the same object", async (folder) => {
  // deno-fmt-ignore
  const bytes = pickle(
    PROTO, 4, EMPTY_DICT, MARK,
    SHORT_TEXT, 1, "a", EMPTY_LIST, BINPUT, 7, MARK, BININT1, 1, BININT1, 2, APPENDS,
    SHORT_TEXT, 1, "b", BINGET, 7,
    SETITEMS, STOP,
  );
  const value = await unpickleBytes(folder, bytes) as Map<string, number[]>;
  assertEquals([...value], [["a", [1, 2]], ["b", [1, 2]]]);
  assertEquals(value.get("a") === value.get("b"), true);
});

testInFolder(
  "every name outside the list is refused, however the pickle spells it",
  async (folder) => {
    const refuse = async (name: string, ...parts: (number | string)[]) => {
      assertEquals(
        await messageOf(folder, pickle(PROTO, 4, ...parts)),
        `Cannot read weights as pickles may only hold tensors and containers: it names "${name}"`,
      );
    };
    await refuse("os.system", "cos\nsystem\n");
    await refuse("builtins.eval", SHORT_TEXT, 8, "builtins", SHORT_TEXT, 4, "eval", 0x93);
    await refuse("torch.load", "ctorch\nload\n");
    await refuse("torch.FloatStorage.__init__", "ctorch\nFloatStorage.__init__\n");
    await refuse("collections.OrderedDict ", "ccollections\nOrderedDict \n");
    await refuse("toString.constructor", "ctoString\nconstructor\n");
  },
);

testInFolder("a call with other arguments than torch.save's is refused", async (folder) => {
  const call = ["c_codecs\nencode\n", SHORT_TEXT, 1, "a", SHORT_TEXT, 5, "rot13", TUPLE2, REDUCE];
  assertEquals(
    await messageOf(folder, pickle(PROTO, 2, ...call, STOP)),
    "Cannot read weights as _codecs.encode must be called as torch.save does: " +
      'it is called with ("a", "rot13")',
  );
});

testInFolder("damage ends in one line and never in a crash", async (folder) => {
  const damaged = "Cannot read weights as its pickle must be one of torch.save: it is damaged";
  const cases: readonly (readonly [Uint8Array, string])[] = [
    [pickle(PROTO, 2, STOP), `${damaged} before byte 3`],
    [pickle(PROTO, 2, TUPLE2, STOP), `${damaged} before byte 3`],
    [pickle(PROTO, 2, BINGET, 3, STOP), `${damaged} before byte 4`],
    [pickle(PROTO, 2, NONE, MARK, APPENDS, STOP), `${damaged} before byte 5`],
    [pickle(PROTO, 2, NONE, "(", "0", "0", "t", STOP), `${damaged} before byte 6`],
    [pickle(PROTO, 2, NONE, NONE, REDUCE, STOP), `${damaged} before byte 5`],
    [pickle(PROTO, 2, NONE, "Q", STOP), `${damaged} before byte 4`],
    [
      pickle(PROTO, 2, "i", STOP),
      "Cannot read weights as its pickle must use the operations of containers: it is 0x69 at byte 2",
    ],
    [
      pickle(PROTO, 2, "X", 255, 255, 255, 255, "a"),
      "Cannot read weights as the file must have at least 4294967302 bytes: it has 8; is the download complete?",
    ],
  ];
  for (const [bytes, message] of cases) assertEquals(await messageOf(folder, bytes), message);
});

async function messageOf(folder: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, "x.pkl");
  await Deno.writeFile(path, bytes);
  using source = ByteSource.open(path, "read weights");
  const error = assertThrows(() => unpickle(new ByteCursor(source)), InputError);
  return error.message.replace(`${path}: `, "");
}
