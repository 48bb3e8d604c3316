import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import {
  describeModule,
  recordPath,
  WASM_MODULES,
  type WasmRecord,
} from "../../tasks/command_line/build_kernels.ts";
import { needs } from "../support/permissions.ts";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));

for (const module of WASM_MODULES) {
  Deno.test({
    name: `${module.path} was made of the sources that lie beside it`,
    ignore: needs("read"),
    async fn() {
      const text = await Deno.readTextFile(`${ROOT}/${recordPath(module)}`);
      assertEquals(
        await describeModule(ROOT, module),
        JSON.parse(text) as WasmRecord,
        "run `deno task kernels` and commit what it writes",
      );
    },
  });
}

Deno.test({
  name: "every WebAssembly binary of lib is built by `deno task kernels`",
  ignore: needs("read"),
  async fn() {
    assertEquals(
      (await listBinaries("lib")).sort(),
      WASM_MODULES.map(({ path }) => path).sort(),
    );
  },
});

async function listBinaries(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(`${ROOT}/${folder}`)) {
    const path = `${folder}/${name}`;
    if (isDirectory) paths.push(...await listBinaries(path));
    else if (name.endsWith(".wasm")) paths.push(path);
  }
  return paths;
}
