import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { zipSync } from "fflate";
import type { RunProgram } from "../../lib/setup/pip.ts";
import { type SetUpOptions, setUpTensorflow } from "../../lib/setup/set_up_tensorflow.ts";
import { parseCudaRequirements } from "../../lib/setup/wheel.ts";
import { InputError } from "../../lib/errors.ts";
import { needs } from "../support/permissions.ts";
import { formatTarGz, withFolder } from "../file/made_up_files.ts";

const ignore = needs("read", "write") || Deno.build.os !== "linux";
const MACHINE = { system: "linux", architecture: "x86_64" };
const LIBRARY = new TextEncoder().encode("the C API");
const FRAMEWORK = new TextEncoder().encode("the framework");
const METADATA = new TextEncoder().encode(
  "Name: tensorflow\nRequires-Dist: numpy>=1.26.0\n" +
    'Requires-Dist: nvidia-cublas-cu12<13.0,>=12.5; extra == "and-cuda"\n' +
    'Requires-Dist: keras (>=3.0) ; extra == "other"\n',
);
const WHEEL = zipSync({
  "tensorflow/__init__.py": LIBRARY,
  "tensorflow/libtensorflow_cc.so.2": LIBRARY,
  "tensorflow/libtensorflow_framework.so.2": FRAMEWORK,
  "tensorflow-2.21.0.dist-info/METADATA": METADATA,
});
const CUDA_WHEEL = zipSync({
  "nvidia/cublas/lib/libcublas.so.12": FRAMEWORK,
  "nvidia/cublas/include/cublas.h": FRAMEWORK,
});

const noPython: RunProgram = () => Promise.resolve({ isOk: false, stdout: "", stderr: "no" });
const noNetwork = () => Promise.reject(new TypeError("dns error"));

/** Serves an index of two packages, and TensorFlow's C archive if there is one. */
function serve(asked: string[], archive?: Uint8Array<ArrayBuffer>): typeof fetch {
  return ((url: string) => {
    asked.push(url);
    const name = url.split("/").filter((part) => part !== "").at(-1)!;
    if (url.endsWith(".tar.gz")) {
      return Promise.resolve(archive ? new Response(archive) : new Response("", { status: 404 }));
    }
    if (url.endsWith(".whl")) {
      const bytes = name.startsWith("nvidia") ? CUDA_WHEEL : WHEEL;
      return Promise.resolve(new Response(bytes as Uint8Array<ArrayBuffer>));
    }
    const stem = name.replaceAll("-", "_");
    const filename = `${stem}-12.6-cp311-cp311-manylinux_2_27_x86_64.whl`;
    return Promise.resolve(Response.json({ files: [{ filename, url: `/files/${filename}` }] }));
  }) as typeof fetch;
}

function testInFolder(sentence: string, run: (options: SetUpOptions) => Promise<void>): void {
  Deno.test({
    name: sentence,
    ignore,
    fn: () =>
      withFolder((folder) =>
        run({ folder: join(folder, "cache"), machine: MACHINE, run: noPython, fetch: noNetwork })
      ),
  });
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  const names = await Promise.all(
    entries.map(async ({ name, isDirectory }) =>
      isDirectory ? (await listFiles(join(folder, name))).map((path) => join(name, path)) : [name]
    ),
  );
  return names.flat().toSorted();
}

testInFolder("setUpTensorflow() takes the two libraries from the index, once", async (options) => {
  const asked: string[] = [];
  const first = await setUpTensorflow({ ...options, fetch: serve(asked) });
  assertEquals(first, {
    libraryFolder: join(options.folder, "cpu", "tensorflow"),
    source: "tensorflow_cpu-12.6-cp311-cp311-manylinux_2_27_x86_64.whl",
  });
  assertEquals(await listFiles(options.folder), [
    "cpu/source.json",
    "cpu/tensorflow/libtensorflow_cc.so.2",
    "cpu/tensorflow/libtensorflow_framework.so.2",
  ]);
  assertEquals(await Deno.readFile(join(first.libraryFolder, "libtensorflow_cc.so.2")), LIBRARY);
  const second = await setUpTensorflow({ ...options, fetch: serve(asked) });
  assertEquals(second.source, null);
  assertEquals(asked.length, 2); // the page and the wheel
});

testInFolder("setUpTensorflow() with a GPU adds CUDA's libraries beside it", async (options) => {
  await setUpTensorflow({ ...options, hasGpu: true, fetch: serve([]) });
  assertEquals(await listFiles(options.folder), [
    "gpu/nvidia/cublas/lib/libcublas.so.12",
    "gpu/source.json",
    "gpu/tensorflow/libtensorflow_cc.so.2",
    "gpu/tensorflow/libtensorflow_framework.so.2",
  ]);
});

testInFolder("setUpTensorflow() falls back on the C archive", async (options) => {
  const archive = await formatTarGz({
    "./LICENSE": LIBRARY,
    "./lib/libtensorflow.so.2.18.0": LIBRARY,
    "./lib/libtensorflow_framework.so.2.18.0": FRAMEWORK,
  }) as Uint8Array<ArrayBuffer>;
  const both = serve([], archive);
  const fetch = ((url: string) =>
    url.endsWith(".tar.gz") ? both(url) : noNetwork()) as typeof globalThis.fetch;
  await setUpTensorflow({ ...options, fetch });
  assertEquals(await listFiles(options.folder), [
    "cpu/source.json",
    "cpu/tensorflow/libtensorflow.so.2",
    "cpu/tensorflow/libtensorflow_framework.so.2",
  ]);
});

testInFolder("setUpTensorflow() takes a wheel that is there", async (options) => {
  const wheelPath = await Deno.makeTempFile({ suffix: ".whl" });
  await Deno.writeFile(wheelPath, WHEEL);
  await setUpTensorflow({ ...options, wheelPath });
  await Deno.remove(wheelPath);
  assertEquals((await listFiles(options.folder)).length, 3);
});

testInFolder("setUpTensorflow() without a network says what to put where", async (options) => {
  const error = await assertRejects(() => setUpTensorflow(options), InputError);
  const folder = join(options.folder, "cpu", "tensorflow");
  assertStringIncludes(error.message, "a Python on the PATH must have it");
  assertStringIncludes(
    error.message,
    "https://pypi.org/simple/tensorflow-cpu/: Cannot download as the server must answer: it does not (dns error)",
  );
  assertStringIncludes(
    error.message,
    "Without a network: put libtensorflow_cc.so.2 and libtensorflow_framework.so.2, from the folder tensorflow " +
      `of a wheel of tensorflow-cpu (a zip file), into ${folder}; or name the wheel with --wheel, or a folder ` +
      "that has them with PROXYAN_TENSORFLOW_LIB",
  );
});

testInFolder(
  "setUpTensorflow() does not take a wheel without libraries for done",
  async (options) => {
    const wheelPath = await Deno.makeTempFile({ suffix: ".whl" });
    await Deno.writeFile(wheelPath, zipSync({ "tensorflow/__init__.py": LIBRARY }));
    const error = await assertRejects(() => setUpTensorflow({ ...options, wheelPath }), InputError);
    await Deno.remove(wheelPath);
    assertEquals(
      error.message,
      `${wheelPath}: Cannot take libraries out of wheel as it must have ` +
        "tensorflow/libtensorflow_framework.so.2: it has not",
    );
  },
);

Deno.test("parseCudaRequirements() reads the extra and-cuda of a wheel's metadata", () => {
  assertEquals(parseCudaRequirements(new TextDecoder().decode(METADATA)), [
    "nvidia-cublas-cu12<13.0,>=12.5",
  ]);
});

testInFolder(
  "setUpTensorflow() for CUDA refuses a machine that no package has it for",
  async (options) => {
    const machines = [["darwin", "aarch64"], ["windows", "x86_64"], ["linux", "aarch64"]] as const;
    for (const [system, architecture] of machines) {
      const machine = { system, architecture };
      const error = await assertRejects(
        () => setUpTensorflow({ ...options, hasGpu: true, machine }),
        InputError,
      );
      assertEquals(
        error.message,
        "Cannot set up TensorFlow for CUDA as its packages have it for linux on x86_64 alone: " +
          `this is ${system} on ${architecture}; leave out --gpu`,
      );
    }
  },
);

testInFolder("setUpTensorflow() for CUDA refuses a wheel that names no CUDA", async (options) => {
  const wheelPath = await Deno.makeTempFile({ suffix: ".whl" });
  const plain = zipSync({
    "tensorflow/libtensorflow_cc.so.2": LIBRARY,
    "tensorflow/libtensorflow_framework.so.2": FRAMEWORK,
    "tensorflow_cpu-2.21.0.dist-info/METADATA": new TextEncoder().encode("Name: tensorflow-cpu\n"),
  });
  await Deno.writeFile(wheelPath, plain);
  const error = await assertRejects(
    () => setUpTensorflow({ ...options, hasGpu: true, wheelPath }),
    InputError,
  );
  await Deno.remove(wheelPath);
  assertEquals(
    error.message,
    `${wheelPath}: Cannot set up TensorFlow for CUDA as the wheel must name CUDA's packages: it names none; ` +
      "take a wheel of tensorflow, not of tensorflow-cpu",
  );
});
