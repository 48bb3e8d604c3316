import { assertEquals } from "@std/assert";
import * as path from "@std/path";
import { needs } from "../support/permissions.ts";

Deno.test("join(), dirname(), basename(), extname() and normalize() take paths apart and together", () => {
  const { SEPARATOR } = path;
  assertEquals(path.join("a", "..", "b", "c.csv"), `b${SEPARATOR}c.csv`);
  assertEquals(path.normalize("a//b/./c"), ["a", "b", "c"].join(SEPARATOR));
  assertEquals(path.dirname("a/b.csv"), "a");
  assertEquals(path.basename("a/b.csv"), "b.csv");
  assertEquals(path.basename("a/b.csv", ".csv"), "b");
  assertEquals(path.extname("a/b.tar.gz"), ".gz");
});

Deno.test({
  name: "resolve() and relative() lead there and back, and file URLs keep the path",
  ignore: needs("read"), // the current folder
  fn() {
    const there = path.resolve("a b", "ü.csv");
    assertEquals(path.isAbsolute(there), true);
    assertEquals(path.isAbsolute("a"), false);
    assertEquals(path.relative(path.resolve("."), there), path.join("a b", "ü.csv"));
    const url = path.toFileUrl(there);
    assertEquals(url.href.endsWith("/a%20b/%C3%BC.csv"), true, url.href);
    assertEquals(path.fromFileUrl(url), there);
    assertEquals(path.fromFileUrl(url.href), there);
  },
});
