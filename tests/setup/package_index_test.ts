import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  compareVersions,
  findWheel,
  fitsMachine,
  fitsSpecifier,
  parseIndex,
} from "../../lib/setup/package_index.ts";
import { InputError } from "../../lib/errors.ts";

const LINUX = { system: "linux", architecture: "x86_64" };
const PAGE_URL = "https://index.test/simple/tensorflow-cpu/";

function page(...fileNames: readonly string[]): string {
  const files = fileNames.map((filename) => ({
    filename,
    url: `../../files/${filename}`,
    hashes: { sha256: "ab" },
  }));
  return JSON.stringify({ files });
}

const WHEELS = [
  "tensorflow_cpu-2.9.0-cp310-cp310-manylinux_2_17_x86_64.whl",
  "tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl",
  "tensorflow_cpu-2.22.0rc0-cp311-cp311-manylinux_2_27_x86_64.whl",
  "tensorflow_cpu-2.22.0-cp311-cp311-win_amd64.whl",
  "tensorflow_cpu-2.20.0.tar.gz",
];

Deno.test("findWheel() takes the newest release for the machine", async () => {
  const asked: string[] = [];
  const fetch = ((url: string) => {
    asked.push(url);
    return Promise.resolve(new Response(page(...WHEELS)));
  }) as typeof globalThis.fetch;
  const wheel = await findWheel("tensorflow-cpu", "", LINUX, "https://index.test/simple", fetch);
  assertEquals(asked, [PAGE_URL]);
  assertEquals(wheel, {
    fileName: WHEELS[1]!,
    url: `https://index.test/files/${WHEELS[1]}`,
    version: "2.21.0",
    sha256: "ab",
  });
});

Deno.test("findWheel() says when no wheel is for the machine", async () => {
  const fetch = () => Promise.resolve(new Response(page(...WHEELS)));
  const machine = { system: "linux", architecture: "riscv64" };
  const error = await assertRejects(
    () => findWheel("tensorflow-cpu", "", machine, "https://index.test/simple/", fetch),
    InputError,
  );
  assertEquals(
    error.message,
    `${PAGE_URL}: Cannot find tensorflow-cpu as there must be a wheel for linux on riscv64: there is none`,
  );
});

Deno.test("parseIndex() leaves out withdrawn files and refuses an answer that is no index", () => {
  const text = JSON.stringify({
    files: [{ filename: WHEELS[0], url: "a", yanked: "broken" }],
  });
  assertEquals(parseIndex(text, PAGE_URL), []);
  assertThrows(
    () => parseIndex("<html>", PAGE_URL),
    InputError,
    `${PAGE_URL}: Cannot read index as its answer must be of type application/vnd.pypi.simple.v1+json: it is not`,
  );
});

Deno.test("fitsMachine() goes by the platform tag alone", () => {
  assertEquals(fitsMachine("a-1-cp311-cp311-macosx_12_0_arm64.whl", LINUX), false);
  const mac = { system: "darwin", architecture: "aarch64" };
  assertEquals(fitsMachine("a-1-cp311-cp311-macosx_12_0_arm64.whl", mac), true);
  assertEquals(fitsMachine("a-1-py3-none-manylinux1_x86_64.manylinux2014_x86_64.whl", LINUX), true);
});

Deno.test("versions are compared number by number", () => {
  assertEquals(Math.sign(compareVersions("2.9.1", "2.10")), -1);
  assertEquals(compareVersions("2.10", "2.10.0"), 0);
});

for (
  const [version, specifier, expected] of [
    ["12.5.3.2", "<13.0,>=12.5.3.2", true],
    ["13.0", "<13.0,>=12.5.3.2", false],
    ["12.5.3", ">12.5.3", false],
    ["9.1", "==9.1", true],
    ["9.1", "!=9.1", false],
    ["9.1", "", true],
  ] as const
) {
  Deno.test(`fitsSpecifier() ${expected ? "takes" : "refuses"} ${version} for "${specifier}"`, () => {
    assertEquals(fitsSpecifier(version, specifier), expected);
  });
}
