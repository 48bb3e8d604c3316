/** What Windows and macOS do otherwise than Linux, as far as a test can tell without such a machine. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { DATASETS } from "../lib/dataset/datasets.ts";
import { parseSop } from "../lib/dataset/sop.ts";
import { readHolder } from "../lib/experiment/run_lock.ts";
import { findPartFault } from "../lib/file/split_member_path.ts";
import { configureLoss, LOSS_NAMES } from "../lib/loss/losses.ts";
import { BACKBONE_NAMES } from "../lib/model/registry.ts";
import { recognizeWeights } from "../lib/model/weights/known_weights.ts";
import { isPlainName } from "../lib/plain_name.ts";
import { storeRun } from "../lib/experiment/store_run.ts";
import { readRows } from "../lib/results/rows/row.ts";
import { formatRunId } from "../lib/train/run_id.ts";
import { finishRun } from "./experiment/finished_run.ts";
import { needs } from "./support/permissions.ts";
import { ROOT } from "./support/task_process.ts";
import { listNames, testInFolder } from "./support/temporary_folder.ts";
import { smallConfig } from "./support/train_config.ts";

/** Windows' devices, and names that differ by case or end badly. */
const AWKWARD = ["con", "AUX", "nul", "com1", "LPT9", "photos", "Photos", "PHOTOS", "a.b", "x_"];

Deno.test("a run of class folders called like a device has a folder that Windows takes, and no other run's in any case", () => {
  const names = AWKWARD.filter(isPlainName);
  assertEquals(names, AWKWARD);
  const ids = names.map((dataset) => formatRunId(smallConfig({ dataset })));
  assertEquals(ids.map(findPartFault), ids.map(() => null));
  assertEquals(new Set(ids.map((id) => id.toLowerCase())).size, ids.length);
});

Deno.test("names that tables and folders are made of differ by more than case", () => {
  const lists = [
    LOSS_NAMES,
    BACKBONE_NAMES,
    DATASETS.map(({ name }) => name),
    DATASETS.map(({ folder }) => folder),
  ];
  for (const names of lists) {
    assertEquals(new Set(names.map((name) => name.toLowerCase())).size, names.length);
    assertEquals(names.map(findPartFault), names.map(() => null));
  }
});

Deno.test("the longest path below the results root leaves Windows 40 of its 260 characters for the root", () => {
  const longest = (names: readonly string[]) => names.reduce((a, b) => b.length > a.length ? b : a);
  const config = smallConfig({
    dataset: "x".repeat(64),
    setting: { kind: "imbalance", gamma: 1000 },
    protocol: "published",
    seed: 2 ** 31 - 1,
    backbone: longest(BACKBONE_NAMES) as typeof BACKBONE_NAMES[number],
    loss: configureLoss(longest(LOSS_NAMES) as typeof LOSS_NAMES[number]),
  });
  const temporary = "best_on_test.safetensors.tmp-4194304-0123abcd";
  const path = ["runs", formatRunId(config), temporary].join("\\");
  assertEquals(path.length <= 220, true, `${path.length}: ${path}`);
});

Deno.test("a path with Windows' separators names the same published file", () => {
  const refusal = (path: string): string => {
    try {
      return String(recognizeWeights(path, "0".repeat(64)));
    } catch (error) {
      return (error as Error).message.slice(path.length);
    }
  };
  const [windows, unix] = ["D:\\weights\\resnet50-0676ba61.pth", "/weights/resnet50-0676ba61.pth"];
  assertEquals(refusal(windows), refusal(unix));
  assertEquals(refusal(windows).includes("0676ba61"), true);
});

Deno.test("lists with Windows' line ends are the same lists", () => {
  const head = "image_id class_id super_class_id path\n";
  const lists = {
    train: `${head}1 1 1 a_final/1.JPG\n2 1 1 a_final/2.JPG\n`,
    test: `${head}3 11319 2 b_final/3.JPG\n`,
  };
  const windows = {
    train: lists.train.replaceAll("\n", "\r\n"),
    test: lists.test.replaceAll("\n", "\r\n"),
  };
  assertEquals(parseSop(windows, "SOP"), parseSop(lists, "SOP"));
});

testInFolder(
  "rows are the same rows whichever line ends an editor or Git gave them",
  async (root) => {
    await storeRun(await finishRun(root));
    const path = join(root, "full.csv");
    const rows = await readRows(path);
    const text = await Deno.readTextFile(path);
    assertEquals(text.includes("\r\n"), true);
    await Deno.writeTextFile(path, text.replaceAll("\r\n", "\n"));
    assertEquals(await readRows(path), rows);
  },
);

testInFolder(
  "who holds a run is another process where the system lets nobody read a locked file",
  async (root) => {
    assertEquals(await readHolder(root), "another process"); // a folder cannot be read either
  },
);

Deno.test({
  name: "nothing depends on symbolic links, which Windows keeps from most users",
  ignore: needs("read"),
  async fn() {
    assertEquals(await findUses(["lib", "tasks"], /Deno\.symlink|\bsymlink(Sync)?\(/), []);
  },
});

Deno.test({
  name:
    "files of the repository have names that every system takes, and Git leaves their bytes alone",
  ignore: needs("read"),
  async fn() {
    const wrong: string[] = [];
    for (const folder of ["lib", "tasks", "tests", "bench", "vendor", ".ci"]) {
      const seen = new Set<string>();
      await walk(join(ROOT, folder), (path, name) => {
        if (findPartFault(name) !== null || seen.has(path.toLowerCase())) wrong.push(path);
        seen.add(path.toLowerCase());
      });
    }
    assertEquals(wrong, []);
    assertEquals(
      (await Deno.readTextFile(join(ROOT, ".gitattributes"))).includes("* -text\n"),
      true,
    );
    assertEquals((await listNames(ROOT)).includes(".gitattributes"), true);
  },
});

async function findUses(folders: readonly string[], pattern: RegExp): Promise<string[]> {
  const paths: string[] = [];
  for (const folder of folders) {
    await walk(join(ROOT, folder), (path) => path.endsWith(".ts") && paths.push(path));
  }
  const texts = await Promise.all(paths.map((path) => Deno.readTextFile(path)));
  return paths.filter((_, i) => pattern.test(texts[i]!));
}

async function walk(folder: string, visit: (path: string, name: string) => void): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (name === "node_modules") continue;
    visit(join(folder, name), name);
    if (isDirectory) await walk(join(folder, name), visit);
  }
}
