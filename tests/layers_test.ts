import { assertEquals } from "@std/assert";
import { fromFileUrl, join, relative } from "@std/path";
import { needs } from "./support/permissions.ts";

/**
 * The map of the house. Stations in the order of the data flow: each imports only from those before it. Not all of them are
 * built yet: a later room has its place already.
 */
const STATIONS = [
  "file", // the ground: formats, hashes, atomic writes
  "backend", // any station may use it
  "dataset",
  "image",
  "miniature", // draws datasets, in their original layouts
  "sampling",
  "model",
  "loss",
  "optim",
  "train",
  "eval",
  "results",
  "report", // one page made of rows
  "log", // TensorBoard's event files
  "experiment",
  "cluster", // many machines: Slurm, shards
  "setup", // fetches libraries, then datasets and weights
  "doctor", // looks at all of it
];

/** Rooms within a station, in groups: each imports only from its own group, those before it, and files beside the rooms. */
const ROOMS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  "results": [["rows"], ["statistics"], ["claims"], ["records"], ["tables", "pictures"]],
  "backend/tensorflow": [["library"], ["eager", "graph"], ["kernels"]],
};

Deno.test({
  name: "every folder of lib imports only from earlier stations, and only tasks read tasks",
  ignore: needs("read"),
  async fn() {
    const lib = fromFileUrl(new URL("../lib", import.meta.url));
    const wrong: string[] = [];
    for (const path of await listSources(lib)) {
      const from = stationOf(lib, path);
      for (const target of await listImports(path)) {
        const to = stationOf(lib, target);
        const line = `${relative(lib, path)} imports ${relative(lib, target)}`;
        if (to === "..") wrong.push(line);
        if (from === null || to === null) continue;
        if (STATIONS.indexOf(to) > STATIONS.indexOf(from)) wrong.push(line);
      }
    }
    assertEquals(wrong, []);
  },
});

Deno.test({
  name: "every folder of lib has its place on the map, and the files beside them import no folder",
  ignore: needs("read"),
  async fn() {
    const lib = fromFileUrl(new URL("../lib", import.meta.url));
    const wrong: string[] = [];
    for await (const { name, isDirectory } of Deno.readDir(lib)) {
      if (isDirectory && !STATIONS.includes(name)) wrong.push(`lib/${name} is not on the map`);
      if (isDirectory) continue;
      for (const target of await listImports(join(lib, name))) {
        if (stationOf(lib, target) !== null) wrong.push(`${name} imports ${relative(lib, target)}`);
      }
    }
    assertEquals(wrong, []);
  },
});

Deno.test({
  name: "CONTRIBUTING.md has the map, and says which rooms are not built yet",
  ignore: needs("read"),
  async fn() {
    const text = await Deno.readTextFile(new URL("../CONTRIBUTING.md", import.meta.url));
    const rows = [...text.matchAll(/^\| `(\w+)` +\| (.+?) +\|$/gm)];
    assertEquals(rows.map(([, name]) => name), STATIONS);
    for (const [, name, about] of rows) {
      const folder = new URL(`../lib/${name}`, import.meta.url);
      const isBuilt = await Deno.stat(folder).then(() => true, () => false);
      assertEquals(about!.includes("not built yet"), !isBuilt, `lib/${name}`);
    }
  },
});

for (const [station, groups] of Object.entries(ROOMS)) {
  const order = groups.map((group) => group.join(" and ")).join(", ");
  Deno.test({
    name: `the rooms of lib/${station} import only from earlier ones: ${order}`,
    ignore: needs("read"),
    async fn() {
      const folder = fromFileUrl(new URL(`../lib/${station}`, import.meta.url));
      const rankOf = (path: string) => {
        const room = stationOf(folder, path);
        return room === null ? null : groups.findIndex((group) => group.includes(room));
      };
      const wrong: string[] = [];
      for (const path of await listSources(folder)) {
        const rank = rankOf(path);
        if (rank === -1) wrong.push(`${relative(folder, path)} is in a room without a place`);
        if (rank === null) continue;
        for (const target of await listImports(path)) {
          if (relative(folder, target).startsWith("..")) continue; // another station
          const other = rankOf(target);
          if (other !== null && other > rank) {
            wrong.push(`${relative(folder, path)} imports ${relative(folder, target)}`);
          }
        }
      }
      assertEquals(wrong, []);
    },
  });
}

Deno.test({
  name: "no file of lib, tasks or mod.ts imports itself by way of others, not for types either",
  ignore: needs("read"),
  async fn() {
    const root = fromFileUrl(new URL("..", import.meta.url));
    const paths = [
      join(root, "mod.ts"),
      ...await listSources(join(root, "lib")),
      ...await listSources(join(root, "tasks")),
    ];
    const imports = new Map<string, readonly string[]>();
    for (const path of paths) {
      const targets = await listImports(path);
      imports.set(relative(root, path), targets.map((target) => relative(root, target)));
    }
    assertEquals(findCircles(imports), []);
  },
});

Deno.test("a circle of imports is found once, with the files that it passes", () => {
  const imports = new Map([
    ["start", ["a", "alone"]],
    ["a", ["b"]],
    ["b", ["c", "alone"]],
    ["c", ["a"]],
    ["alone", []],
    ["self", ["self"]],
  ]);
  assertEquals(findCircles(imports), ["a > b > c > a", "self > self"]);
});

/** Circles of imports, each from where it was entered; all are gone if and only if none is found. */
function findCircles(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, above: readonly string[]) => {
    const start = above.indexOf(path);
    if (start >= 0) circles.push([...above.slice(start), path].join(" > "));
    if (start >= 0 || done.has(path)) return;
    for (const target of imports.get(path) ?? []) visit(target, [...above, path]);
    done.add(path);
  };
  for (const path of imports.keys()) visit(path, []);
  return circles;
}

/** Local files that a file imports or exports from, types included. */
async function listImports(path: string): Promise<string[]> {
  const text = await Deno.readTextFile(path);
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)]
    .map(([, target]) => join(path, "..", target!));
}

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
