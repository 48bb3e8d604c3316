import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../lib/errors.ts";
import { findPartFault, splitMemberPath } from "../../lib/file/split_member_path.ts";

Deno.test("splitMemberPath() gives the parts of a path, and leaves out folders and a Mac's files", () => {
  const cases: [string, string[] | null][] = [
    ["a/b.jpg", ["a", "b.jpg"]],
    ["./a//b.jpg", ["a", "b.jpg"]],
    ["a/", null],
    ["./", null],
    ["a/._b.jpg", null],
    ["__MACOSX/a/b.jpg", null],
    ["a/.DS_Store", null],
    ["a/café.jpg", ["a", "café.jpg"]],
  ];
  for (const [name, parts] of cases) assertEquals(splitMemberPath(name, "x.tgz"), parts, name);
});

Deno.test("splitMemberPath() refuses what would leave the folder, on any system", () => {
  const cases: [string, string][] = [
    ["../a.jpg", "it leaves the folder"],
    ["a/../../b.jpg", "it leaves the folder"],
    ["/etc/passwd", "it begins with /"],
    ["a\\..\\b.jpg", 'it has the character "\\\\"'],
    ["C:/a.jpg", 'it has the character ":"'],
    ["a/b\u0000.jpg", 'it has the character "\\u0000"'],
    ["a/aux.jpg", "aux.jpg is a device of Windows"],
    ["CON/a.jpg", "CON is a device of Windows"],
    ["a./b.jpg", "a part of it ends with a dot or a space"],
    [`a/${"x".repeat(256)}`, "a part of it has more than 255 bytes"],
  ];
  for (const [name, fault] of cases) {
    const error = assertThrows(() => splitMemberPath(name, "x.tgz"), InputError, fault);
    assertEquals(
      error.message.startsWith(
        "x.tgz: Cannot unpack archive as the name of each member must be a path in it: ",
      ),
      true,
    );
  }
});

Deno.test("names that only look like devices are names", () => {
  for (const name of ["console", "aux1", "com10", "nul_", "lpt", "a.con"]) {
    assertEquals(findPartFault(name), null, name);
  }
});
