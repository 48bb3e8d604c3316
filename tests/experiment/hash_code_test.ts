import { assertEquals, assertNotEquals } from "@std/assert";
import { dirname, join, toFileUrl } from "@std/path";
import { hashSources } from "../../lib/experiment/hash_code.ts";
import { testInFolder } from "../support/temporary_folder.ts";

/** Files of a checkout. */
async function write(folder: string, path: string, text: string): Promise<void> {
  await Deno.mkdir(dirname(join(folder, path)), { recursive: true });
  await Deno.writeTextFile(join(folder, path), text);
}

testInFolder(
  "whatever decides numbers is in the hash of the code, a folder to come too",
  async (folder) => {
    const deciding = [
      "deno.lock",
      "lib/random_stream.ts",
      "lib/experiment/training_data.ts",
      "lib/loss/proxy_an.ts",
      "lib/eval/kernel.wasm",
      "lib/new_room/step.ts",
    ];
    const apart = [
      "lib/results/tables/table.ts",
      "lib/report/page.ts",
      "tests/a_test.ts",
      "README.md",
    ];
    for (const path of [...deciding, ...apart]) await write(folder, path, "1");
    const root = toFileUrl(`${folder}/`);
    const hash = await hashSources(root);
    assertEquals(await hashSources(root), hash);
    for (const path of apart) await write(folder, path, "2");
    assertEquals(await hashSources(root), hash);
    for (const path of deciding) {
      await write(folder, path, "2");
      assertNotEquals(await hashSources(root), hash, path);
      await write(folder, path, "1");
    }
  },
);
