import { assertEquals } from "@std/assert";
import { isBelow } from "../../lib/file/is_below.ts";

Deno.test("a path is below a folder if it leads into it, whatever its name begins with", () => {
  const cases: [string, boolean][] = [
    ["/a/b", true],
    ["/a/b/c", true],
    ["/a/bc", false],
    ["/a", false],
    ["/a/b/../c", false],
    ["/a/b/..c", true],
  ];
  for (const [path, expected] of cases) assertEquals(isBelow(path, "/a/b"), expected, path);
});
