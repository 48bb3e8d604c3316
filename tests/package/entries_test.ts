import { assert, assertEquals } from "@std/assert";
import { WASM_MODULES } from "../../tasks/command_line/build_kernels.ts";
import { needs } from "../support/permissions.ts";
import { listPublishedFiles, ROOT, runDeno } from "./deno_command.ts";

const TFJS = "@tensorflow/tfjs";

/** What these entries need beyond this repository: they run in a browser. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  "./loss": [TFJS],
  "./eval": [TFJS],
  "./model": [TFJS],
  "./optim": [TFJS],
  "./sampling": [],
};

/** One module of `deno info --json`. */
interface ModuleInfo {
  readonly specifier: string;
  readonly dependencies?: readonly {
    readonly code?: { readonly specifier?: string };
    readonly type?: { readonly specifier?: string };
  }[];
}

const readConfig = async () => JSON.parse(await Deno.readTextFile(`${ROOT}/deno.json`));

/** Every module that a file imports, with those that only types come from. */
async function listModules(path: string): Promise<string[]> {
  const { code, out, errors } = await runDeno(ROOT, "info", "--json", path);
  assertEquals(code, 0, errors);
  const graph = JSON.parse(out) as {
    readonly roots: string[];
    readonly modules: ModuleInfo[];
    readonly redirects: Record<string, string>;
  };
  const byName = new Map(graph.modules.map((module) => [module.specifier, module]));
  const seen = new Set<string>();
  const waiting = [...graph.roots];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    name = graph.redirects[name] ?? name;
    if (seen.has(name)) continue;
    seen.add(name);
    for (const { code, type } of byName.get(name)?.dependencies ?? []) {
      waiting.push(...[code?.specifier, type?.specifier].filter((next) => next !== undefined));
    }
  }
  return [...seen];
}

const withoutComments = (code: string) =>
  code.replaceAll(/\/\*.*?\*\//gs, "").replaceAll(/\/\/.*/g, "");

for (const [entry, packages] of Object.entries(NEEDS)) {
  Deno.test({
    name: `${entry} needs ${
      packages.join(", ") || "nothing"
    } beside this repository, and Deno nowhere`,
    ignore: needs("read", "run"),
    async fn() {
      const modules = await listModules((await readConfig()).exports[entry]);
      const own = modules.filter((name) => name.startsWith("file:"));
      const others = modules.filter((name) => !name.startsWith("file:"));
      assertEquals(others.map((name) => name.replace(/^npm:\/?|@[\d.]+$/g, "")), packages);
      assertEquals(own.filter((name) => name.includes("/vendor/")), []);
      for (const url of own.filter((name) => name.endsWith(".ts"))) {
        const code = withoutComments(await Deno.readTextFile(new URL(url)));
        const isGuarded = code.includes('typeof Deno === "undefined"');
        assert(
          isGuarded || !/\bDeno\./.test(code),
          `${url} uses Deno without asking whether it is there`,
        );
      }
    },
  });
}

Deno.test({
  name: "every station with a mod.ts is an entry, and the main entry has all that they export",
  ignore: needs("read"),
  async fn() {
    const { exports } = await readConfig();
    const stations: string[] = [];
    for await (const { name } of Deno.readDir(`${ROOT}/lib`)) {
      const path = `./lib/${name}/mod.ts`;
      const isStation = await Deno.stat(`${ROOT}/${path}`).then(() => true, () => false);
      if (isStation) stations.push(name);
    }
    assertEquals(
      exports,
      Object.fromEntries([
        [".", "./mod.ts"],
        ...stations.map((name) => [`./${name}`, `./lib/${name}/mod.ts`]),
      ]),
    );
    const main = await Deno.readTextFile(`${ROOT}/mod.ts`);
    for (const name of stations) assert(main.includes(`export * from "./lib/${name}/mod.ts";`));
  },
});

Deno.test({
  name: "a publication has the library, its licence and the README, and no tests, tasks or results",
  ignore: needs("read", "run"),
  async fn() {
    const files = await listPublishedFiles();
    const elsewhere = files.filter((path) => !path.startsWith("lib/"));
    assertEquals(elsewhere.sort(), [
      "LICENSE",
      "README.md",
      "deno.json",
      "mod.ts",
      "vendor/std/csv/mod.ts",
      "vendor/std/path/mod.ts",
    ]);
    const rooms = files.map((path) => /^lib\/(\w+)\//.exec(path)?.[1]).filter((room) => room);
    const entries = Object.keys((await readConfig()).exports).map((name) => name.slice(2));
    assertEquals([...new Set(rooms)].sort(), [...entries.filter((name) => name), "file"].sort());
    for (const { path } of WASM_MODULES) assert(files.includes(path), `${path} is not published`);
  },
});
