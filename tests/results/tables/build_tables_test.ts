import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { InputError } from "../../../lib/errors.ts";
import { regenerateTables } from "../../../lib/results/tables/build_tables.ts";
import { formatCsv } from "../../../lib/results/rows/csv_text.ts";
import { EPOCH_SCHEMA } from "../../../lib/results/rows/epoch_row.ts";
import { RESULT_SCHEMA, type ResultRow } from "../../../lib/results/rows/row.ts";
import { formatTableFiles } from "../../../lib/results/tables/table_files.ts";
import { listNames, testInFolder } from "../../support/temporary_folder.ts";
import { syntheticGrid } from "../synthetic_rows.ts";

const { rows, epochs } = syntheticGrid();

/** Stores made-up results where runs would. */
async function storeResults(resultsRoot: string, rows: readonly ResultRow[]): Promise<void> {
  for (const [setting, members] of Map.groupBy(rows, ({ setting }) => setting)) {
    await Deno.writeTextFile(
      join(resultsRoot, `${setting}.csv`),
      formatCsv(members, RESULT_SCHEMA),
    );
  }
  for (const [runId, members] of epochs) {
    const folder = join(resultsRoot, "runs", runId);
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(join(folder, "epochs.csv"), formatCsv(members, EPOCH_SCHEMA));
  }
}

async function readAll(folder: string): Promise<Map<string, string>> {
  const names = await listNames(folder);
  return new Map(
    await Promise.all(names.map(async (name) =>
      [
        name,
        await Deno.readTextFile(join(folder, name)),
      ] as const
    )),
  );
}

Deno.test("the same rows in any order give the same bytes", () => {
  const files = formatTableFiles(rows, epochs);
  const shuffled = rows.toSorted((a, b) => a.recall_at_1! - b.recall_at_1!);
  assertEquals(formatTableFiles(shuffled, new Map([...epochs].toReversed())), files);
});

Deno.test("times, rates, commits and devices are in no table but that of costs", () => {
  const elsewhere = rows.map((row) => ({
    ...row,
    wall_seconds: 1e6,
    images_per_second: 7,
    commit: "f".repeat(40),
    backend_version: "9",
    device: "other",
    threads: 64,
  }));
  const others = (files: ReturnType<typeof formatTableFiles>) =>
    files.filter(({ name }) => !name.startsWith("costs."));
  assertEquals(others(formatTableFiles(elsewhere, epochs)), others(formatTableFiles(rows, epochs)));
});

Deno.test("every table is there as Markdown, LaTeX and CSV, every setting has its picture", () => {
  const names = formatTableFiles(rows, epochs).map(({ name }) => name);
  const stems = names.filter((name) => name.endsWith(".tex")).map((name) => name.slice(0, -4));
  for (const stem of stems) {
    assertEquals(names.includes(`${stem}.md`) && names.includes(`${stem}.csv`), true, stem);
  }
  assertEquals(names.filter((name) => name.endsWith(".svg")), [
    "selection_bias.svg",
    "mini-cub200-full-published-resnet_mini-epochs.svg",
    "mini-cub200-full-corrected-resnet_mini-epochs.svg",
    "mini-cub200-partial-published-resnet_mini-rate.svg",
    "mini-cub200-imbalance-published-resnet_mini-gamma.svg",
    "mini-cars196-full-published-resnet_mini-epochs.svg",
    "mini-cars196-full-corrected-resnet_mini-epochs.svg",
  ]);
  assertEquals(new Set(names).size, names.length);
});

Deno.test("the index links to every file", () => {
  const files = formatTableFiles(rows, epochs);
  const index = files.at(-1)!;
  assertEquals(index.name, "README.md");
  const missing = files.filter(({ name }) =>
    name !== "README.md" && !index.content.includes(`(${name})`)
  );
  assertEquals(missing.map(({ name }) => name), []);
});

testInFolder("regenerateTables() without results writes an index that says so", async (folder) => {
  const paths = await regenerateTables(join(folder, "results"));
  assertEquals(paths.at(-1), join(folder, "results", "tables", "README.md"));
  assertEquals((await Deno.readTextFile(paths.at(-1)!)).includes("There are no runs yet."), true);
});

testInFolder(
  "regenerateTables() writes the same bytes again and touches nothing",
  async (folder) => {
    await storeResults(folder, rows);
    const paths = await regenerateTables(folder);
    const before = await readAll(join(folder, "tables"));
    const times = paths.map((path) => Deno.statSync(path).mtime?.getTime());
    assertEquals(await regenerateTables(folder), paths);
    assertEquals(await readAll(join(folder, "tables")), before);
    assertEquals(paths.map((path) => Deno.statSync(path).mtime?.getTime()), times);
    const tables = paths.filter((path) => path.startsWith(join(folder, "tables")));
    assertEquals(before.size, tables.length);
  },
);

testInFolder(
  "regenerateTables() removes tables whose rows are gone, and nothing else",
  async (folder) => {
    await storeResults(folder, rows);
    await regenerateTables(folder);
    const note = join(folder, "tables", "note.md");
    await Deno.writeTextFile(note, "mine");
    await Deno.remove(join(folder, "partial.csv"));
    const old = join(folder, "croissant", "mini-sop-00000000.json");
    await Deno.writeTextFile(old, "{}");
    const paths = await regenerateTables(folder);
    const below = (name: string) =>
      [...paths, note].filter((path) => path.startsWith(join(folder, name)))
        .map((path) => path.slice(join(folder, name).length + 1)).sort();
    assertEquals(await listNames(join(folder, "tables")), below("tables"));
    assertEquals(await listNames(join(folder, "croissant")), below("croissant"));
  },
);

testInFolder("regenerateTables() at once leaves whole tables", async (folder) => {
  await storeResults(folder, rows);
  await Promise.all([1, 2, 3].map(() => regenerateTables(folder)));
  const written = await readAll(join(folder, "tables"));
  const expected = formatTableFiles(rows, epochs).map(({ name, content }) =>
    [name, content] as const
  );
  assertEquals([...written], [...expected].sort());
});

testInFolder(
  "regenerateTables() names the line of a broken result file and keeps the tables",
  async (folder) => {
    await storeResults(folder, rows);
    await regenerateTables(folder);
    const before = await readAll(join(folder, "tables"));
    const path = join(folder, "full.csv");
    const text = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, `${text}half a row`);
    const lineCount = text.trimEnd().split("\r\n").length;
    await assertRejects(
      () => regenerateTables(folder),
      InputError,
      `${path}:${lineCount + 1}: Cannot parse row as it must have`,
    );
    assertEquals(await readAll(join(folder, "tables")), before);
  },
);
