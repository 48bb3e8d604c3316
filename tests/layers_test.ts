import { assertEquals } from "@std/assert";
import { fromFileUrl, join, relative } from "@std/path";
import { needs } from "./support/permissions.ts";

/** Stations in the order of the data flow: each imports only from those before it. */
const STATIONS = [
  "file", // the ground: formats and atomic writes
  "backend", // any station may use it
  "setup",
  "dataset",
  "image",
  "miniature",
  "sampling",
  "model",
  "loss",
  "optim",
  "train",
  "eval",
  "results",
  "experiment",
  "doctor",
];

Deno.test({
  name: "every folder of lib imports only from earlier stations, and only tasks read tasks",
  ignore: needs("read"),
  async fn() {
    const lib = fromFileUrl(new URL("../lib", import.meta.url));
    const wrong: string[] = [];
    for (const path of await listSources(lib)) {
      const from = stationOf(lib, path);
      const text = await Deno.readTextFile(path);
      for (const [, target] of text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)) {
        const to = stationOf(lib, join(path, "..", target!));
        if (to === "..") wrong.push(`${relative(lib, path)} imports ${target}`);
        if (from === null || to === null) continue;
        if (STATIONS.indexOf(to) > STATIONS.indexOf(from)) {
          wrong.push(`${relative(lib, path)} imports ${target}`);
        }
      }
    }
    assertEquals(wrong, []);
  },
});

/** Folder below `lib` that a file is in; `null` for the files beside the folders. */
function stationOf(lib: string, path: string): string | null {
  const parts = relative(lib, path).split(/[\\/]/);
  return parts.length > 1 ? parts[0]! : null;
}

async function listSources(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) paths.push(...await listSources(path));
    else if (path.endsWith(".ts")) paths.push(path);
  }
  return paths;
}
