import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { InputError } from "../../../lib/errors.ts";
import { ByteCursor } from "../../../lib/file/byte_cursor.ts";
import { ByteSource } from "../../../lib/file/byte_source.ts";
import { PickleContext } from "../../../lib/file/pytorch/pickle_context.ts";
import {
  describePickleValue,
  PickleObject,
  type PickleValue,
} from "../../../lib/file/pytorch/pickle_value.ts";
import { unpickle } from "../../../lib/file/pytorch/unpickle.ts";
import { testInFolder } from "../../support/temporary_folder.ts";

/** Bytes of a pickle: numbers are operation codes, texts are themselves. */
function pickle(...parts: readonly (number | string)[]): Uint8Array {
  const chunks = parts.map((part) =>
    typeof part === "number" ? Uint8Array.of(part) : new TextEncoder().encode(part)
  );
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  chunks.reduce((at, chunk) => (bytes.set(chunk, at), at + chunk.length), 0);
  return bytes;
}

async function unpickleBytes(folder: string, bytes: Uint8Array): Promise<PickleValue> {
  const path = join(folder, "x.pkl");
  await Deno.writeFile(path, bytes);
  using source = ByteSource.open(path, "read weights");
  return unpickle(new ByteCursor(source), new PickleContext(source));
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
  "a name that runs programs is refused, however the pickle spells it",
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
    await refuse("__builtin__.eval", "c__builtin__\neval\n");
    await refuse("subprocess.Popen", "csubprocess\nPopen\n");
    await refuse("torch.hub.load", "ctorch.hub\nload\n");
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

testInFolder("a name that nobody knows stands for an object that does nothing", async (folder) => {
  const names = [
    "torch.FloatStorage.__init__",
    "collections.OrderedDict ",
    "toString.constructor",
    "argparse.Namespace",
  ];
  for (const name of names) {
    const at = name.lastIndexOf(".");
    const path = join(folder, "x.pkl");
    // cls(); its items, entries and attributes are dropped.
    const build = [
      `c${name.slice(0, at)}\n${name.slice(at + 1)}\n`,
      ")",
      REDUCE,
      "(",
      NONE,
      NONE,
      SETITEMS,
    ];
    await Deno.writeFile(
      path,
      pickle(PROTO, 2, ...build, "(", NONE, APPENDS, EMPTY_DICT, "b", STOP),
    );
    using source = ByteSource.open(path, "read weights");
    const context = new PickleContext(source);
    assertEquals(unpickle(new ByteCursor(source), context), new PickleObject(name));
    assertEquals([...context.unknownNames], [name]);
  }
});

testInFolder(
  "sets, counters and types of PyTorch are built, and are not unknown",
  async (folder) => {
    const path = join(folder, "x.pkl");
    // deno-fmt-ignore
    await Deno.writeFile(path, pickle(
    PROTO, 4, MARK,
    "c__builtin__\nset\n", EMPTY_LIST, BININT1, 1, "a", 0x85, REDUCE,
    "ccollections\nCounter\n", EMPTY_DICT, BININT1, 3, BININT1, 1, "s", 0x85, REDUCE,
    0x8f, MARK, BININT1, 4, 0x90, MARK, BININT1, 5, 0x91,
    "c__builtin__\nbytearray\n", "C", 2, "ab", 0x85, REDUCE,
    "ctorch\ndevice\n", SHORT_TEXT, 3, "cpu", 0x85, REDUCE,
    "ctorch\nfloat8_e4m3fn\n", "ctorch\nper_tensor_affine\n", "ctorch\nuint16\n", "0", "0", "0",
    "t", STOP,
  ));
    using source = ByteSource.open(path, "read weights");
    const context = new PickleContext(source);
    assertEquals(unpickle(new ByteCursor(source), context), [
      new Set([1]),
      new Map([[3, 1]]),
      new Set([4]),
      new Set([5]),
      Uint8Array.of(0x61, 0x62),
      new PickleObject("torch.device"),
    ]);
    assertEquals(context.unknownNames.size, 0);
  },
);

testInFolder(
  "a pickle that would take the machine is refused within its bounds",
  async (folder) => {
    const longText = ["X", 0x40, 0x0d, 0x03, 0x00, "x".repeat(200000)]; // 200,000 characters
    const call = [BINGET, 0, BINGET, 1, REDUCE];
    const cases: readonly (readonly [Uint8Array, string])[] = [
      [
        pickle(PROTO, 2, 0x8b, 0x01, 0x04, 0, 0, "x".repeat(1025), STOP),
        "its integers must have at most 1024 bytes: it is 1025",
      ],
      [
        pickle(PROTO, 2, EMPTY_LIST.repeat(5000000), STOP),
        "its pickles must build at most 4194304 values: it is more",
      ],
      [
        pickle(PROTO, 2, EMPTY_DICT.repeat(600000), STOP),
        "its pickles must build at most 4194304 values: it is more",
      ],
      [
        pickle(
          ...[PROTO, 2, "c_codecs\nencode\n", BINPUT, 0],
          ...[...longText, SHORT_TEXT, 6, "latin1", TUPLE2, BINPUT, 1, EMPTY_LIST, MARK],
          ...Array(1000).fill(call).flat(),
          ...[APPENDS, STOP],
        ),
        "calls in its pickles must copy at most 4329024 entries: it is more",
      ],
    ];
    for (const [bytes, rule] of cases) {
      const message = await messageOf(folder, bytes);
      assertEquals(
        message.replace(/most 4\d{6} entries/, "most 4329024 entries"),
        `Cannot read weights as ${rule}`,
      );
    }
  },
);

testInFolder(
  "containers nested 200,000 deep are read, as nothing descends into them",
  async (folder) => {
    const deep = EMPTY_LIST.repeat(200000) + "a".repeat(199999);
    const value = await unpickleBytes(folder, pickle(PROTO, 2, deep, STOP));
    assertEquals(describePickleValue(value), "a list");
  },
);

async function messageOf(folder: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, "x.pkl");
  await Deno.writeFile(path, bytes);
  using source = ByteSource.open(path, "read weights");
  const error = assertThrows(
    () => unpickle(new ByteCursor(source), new PickleContext(source)),
    InputError,
  );
  return error.message.replace(`${path}: `, "");
}
