/** Runs models in ONNX Runtime: the project in `onnxruntime/`, in a process of its own. */

import { fromFileUrl, join } from "@std/path";

const PROJECT = fromFileUrl(new URL("./onnxruntime", import.meta.url));

/** What a model gave. */
export interface OnnxOutcome {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly shape: readonly number[];
  readonly embeddings: Float32Array;
}

/**
 * Why ONNX Runtime cannot be used here, or `null` if it can. Tests do not fetch it: who wants them runs the command that is
 * named once.
 */
export async function findOnnxReason(): Promise<string | null> {
  const granted = await Deno.permissions.query({ name: "run" });
  if (granted.state !== "granted") return "needs permission to run";
  const { stdout } = await run("info", "--json");
  const { npmCache } = JSON.parse(new TextDecoder().decode(stdout)) as { npmCache: string };
  const lock = JSON.parse(await Deno.readTextFile(join(PROJECT, "deno.lock"))) as {
    npm: Record<string, unknown>;
  };
  const name = Object.keys(lock.npm).find((key) => key.startsWith("onnxruntime-web@"))!;
  for await (const registry of readFolder(npmCache)) {
    const [path] = await Array.fromAsync(
      readFolder(join(npmCache, registry.name, ...name.split("@"))),
    );
    if (path) return null;
  }
  return `${name} is not in Deno's cache; \`deno cache run_model.ts\` in tests/model/export/onnxruntime fetches it`;
}

async function* readFolder(path: string): AsyncGenerator<Deno.DirEntry> {
  try {
    yield* Deno.readDir(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) {
      throw error;
    }
  }
}

/** Runs a model on images [B, 3, H, W]; files are written to `folder`. */
export async function runOnnx(
  folder: string,
  model: Uint8Array,
  images: Float32Array,
  shape: readonly number[],
): Promise<OnnxOutcome> {
  const [modelPath, imagesPath, outPath] = ["model.onnx", "images.f32", "embeddings.f32"]
    .map((name) => join(folder, name)) as [string, string, string];
  await Deno.writeFile(modelPath, model);
  await Deno.writeFile(imagesPath, new Uint8Array(images.slice().buffer));
  const { success, stdout, stderr } = await run(
    "run",
    "--cached-only",
    "--no-prompt",
    "--allow-read",
    "--allow-env",
    `--allow-write=${folder}`,
    "run_model.ts",
    modelPath,
    imagesPath,
    outPath,
    shape.join(),
  );
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (!success) throw new Error(decode(stderr));
  const embeddings = new Float32Array((await Deno.readFile(outPath)).buffer);
  return { ...JSON.parse(decode(stdout).trim().split("\n").at(-1)!), embeddings };
}

function run(...args: readonly string[]): Promise<Deno.CommandOutput> {
  return new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: PROJECT,
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).output();
}
