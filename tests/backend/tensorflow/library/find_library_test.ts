import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { findLibrary } from "../../../../lib/backend/tensorflow/library/find_library.ts";
import {
  listPythonFolders,
  type SearchPaths,
} from "../../../../lib/backend/tensorflow/library/search_paths.ts";
import { InputError } from "../../../../lib/errors.ts";
import { needs } from "../../../support/permissions.ts";
import { formatElf, withFolder, writeLibraries } from "../../../file/made_up_files.ts";

const ignore = needs("read", "write") || Deno.build.os !== "linux";
const OTHER = Deno.build.arch === "x86_64" ? "aarch64" : "x86_64";
const NOWHERE: SearchPaths = { cache: [], package: [], python: [], system: [] };

function testInFolder(sentence: string, run: (folder: string) => Promise<void>): void {
  Deno.test({ name: sentence, ignore, fn: () => withFolder(run) });
}

testInFolder("findLibrary() goes through the places in order and explains each", async (folder) => {
  const path = (name: string) => join(folder, name);
  await writeLibraries(path("cache"), formatElf(OTHER));
  await writeLibraries(path("python"));
  await writeLibraries(path("system"));
  await Deno.mkdir(path("package"));
  const paths = {
    cache: [path("cache"), path("missing")],
    package: [path("package")],
    python: [path("python")],
    system: [path("system")],
  };
  const { files, steps } = await findLibrary({ paths });
  assertEquals(files?.libraryPath, join(path("python"), "libtensorflow_cc.so.2"));
  assertEquals(steps.map(({ place, path, explanation }) => [place, path, explanation]), [
    ["cache", path("cache"), `it is for ${OTHER}, and this machine is ${Deno.build.arch}`],
    ["package", null, `none in ${path("package")}`],
    ["python", path("python"), "found"],
    ["system", path("system"), "found"],
  ]);
});

testInFolder("findLibrary() looks nowhere else than at the option", async (folder) => {
  await writeLibraries(folder);
  const paths = { ...NOWHERE, option: "/elsewhere", cache: ["/elsewhere"] };
  const library = join(folder, "libtensorflow_cc.so.2");
  for (const libraryPath of [folder, library]) {
    const { files, steps } = await findLibrary({ libraryPath, paths });
    assertEquals(files, {
      libraryPath: library,
      frameworkPath: join(folder, "libtensorflow_framework.so.2"),
    });
    assertEquals(steps.map(({ place }) => place), ["option"]);
  }
});

testInFolder("findLibrary() takes the C archive's names too", async (folder) => {
  await Deno.writeFile(join(folder, "libtensorflow.so.2"), formatElf(Deno.build.arch));
  await Deno.writeFile(join(folder, "libtensorflow_framework.so.2"), formatElf(Deno.build.arch));
  const { files } = await findLibrary({ libraryPath: folder, paths: NOWHERE });
  assertEquals(files?.libraryPath, join(folder, "libtensorflow.so.2"));
});

const BROKEN: readonly [string, Uint8Array | null, string][] = [
  ["is no library", new TextEncoder().encode("#!/bin/sh"), "it is no shared library"],
  ["is cut off", formatElf(Deno.build.arch, 4000), "it is cut off: 128 bytes of at least 4064"],
  [
    "is for another machine",
    formatElf(OTHER),
    `it is for ${OTHER}, and this machine is ${Deno.build.arch}`,
  ],
  ["is not there", null, "it does not exist"],
];

for (const [what, bytes, reason] of BROKEN) {
  testInFolder(`findLibrary() refuses an option that ${what}`, async (folder) => {
    if (bytes) await writeLibraries(folder, bytes);
    const libraryPath = join(folder, "libtensorflow_cc.so.2");
    const error = await assertRejects(
      () => findLibrary({ libraryPath, paths: NOWHERE }),
      InputError,
    );
    assertEquals(
      error.message,
      `${libraryPath}: Cannot use library as it must be a libtensorflow or its folder: ${reason}`,
    );
  });
}

testInFolder("findLibrary() wants the framework beside the library", async (folder) => {
  await writeLibraries(folder);
  await Deno.remove(join(folder, "libtensorflow_framework.so.2"));
  const { files, steps } = await findLibrary({ paths: { ...NOWHERE, system: [folder] } });
  assertEquals(files, null);
  assertEquals(steps.at(-1)!.explanation, "it lacks libtensorflow_framework.so.2 beside it");
});

Deno.test({
  name: "findLibrary() without permission to read tries the option and passes over the rest",
  permissions: { read: false },
  fn: async () => {
    const { steps } = await findLibrary({ paths: { ...NOWHERE, system: ["/a", "/b"] } });
    assertEquals(steps.map(({ explanation }) => explanation), [
      "no place that Deno may look at",
      "no place that Deno may look at",
      "no place that Deno may look at",
      "Deno may not look there: pass --allow-read=/a,/b",
    ]);
    const { files } = await findLibrary({
      libraryPath: "/some/libtensorflow.so.2",
      paths: NOWHERE,
    });
    assertEquals(files?.libraryPath, "/some/libtensorflow.so.2");
  },
});

testInFolder(
  "listPythonFolders() knows prefixes, Debian's packages, pyenv's shims and the user's",
  async (folder) => {
    const make = (...parts: string[]) => Deno.mkdir(join(folder, ...parts), { recursive: true });
    await make("venv/bin");
    await Deno.writeTextFile(join(folder, "venv/bin/python3"), "");
    await make("venv/lib/python3.11/site-packages/tensorflow");
    await make("usr/bin");
    await Deno.writeTextFile(join(folder, "usr/bin/python"), "");
    await make("usr/lib/python3/dist-packages/numpy");
    await make("pyenv/shims");
    await Deno.writeTextFile(join(folder, "pyenv/shims/python3"), "");
    await make("pyenv/versions/3.12.1/lib/python3.12/site-packages/numpy");
    await make("bin"); // no Python in it
    await make("home/.local/lib/python3.11/site-packages/numpy");
    const path = ["venv/bin", "bin", "usr/bin", "pyenv/shims", "missing"]
      .map((part) => join(folder, part)).join(":");
    assertEquals(await listPythonFolders(path, join(folder, "home")), [
      join(folder, "venv/lib/python3.11/site-packages/tensorflow"),
      join(folder, "usr/lib/python3/dist-packages/tensorflow"),
      join(folder, "pyenv/versions/3.12.1/lib/python3.12/site-packages/tensorflow"),
      join(folder, "home/.local/lib/python3.11/site-packages/tensorflow"),
    ]);
  },
);
