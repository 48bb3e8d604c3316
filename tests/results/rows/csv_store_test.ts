import { assertEquals, assertRejects } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { InputError } from "../../../lib/errors.ts";
import { readCsv, upsertRows } from "../../../lib/results/rows/csv_store.ts";
import { readRows, RESULT_SCHEMA } from "../../../lib/results/rows/row.ts";
import { needs } from "../../support/permissions.ts";
import { listNames, testInFolder } from "../../support/temporary_folder.ts";
import { syntheticGrid, syntheticRow } from "../synthetic_rows.ts";

testInFolder("readCsv() finds no rows where there is no file", async (folder) => {
  assertEquals(await readCsv(join(folder, "full.csv"), RESULT_SCHEMA), []);
});

testInFolder("upsertRows() replaces rows of the same key and keeps all others", async (folder) => {
  const path = join(folder, "new", "full.csv");
  const [first, second] = [syntheticRow(), syntheticRow({ seed: 7 })];
  await upsertRows(path, RESULT_SCHEMA, [first, second]);
  const changed = { ...first, recall_at_1: 59 };
  await upsertRows(path, RESULT_SCHEMA, [changed]);
  assertEquals(await readRows(path), [second, changed]); // by seed
});

testInFolder(
  "readCsv() refuses what is no whole UTF-8, and reads UTF-16 by its mark",
  async (folder) => {
    const path = join(folder, "full.csv");
    const row = syntheticRow({ device: "Prozessor für Bücher" });
    await upsertRows(path, RESULT_SCHEMA, [row]);
    const text = await Deno.readTextFile(path);
    const codes = Array.from(`\ufeff${text}`, (character) => character.charCodeAt(0));
    await Deno.writeFile(path, new Uint8Array(new Uint16Array(codes).buffer));
    assertEquals(await readRows(path), [row]);
    await Deno.writeFile(path, Uint8Array.from(text, (character) => character.charCodeAt(0)));
    await assertRejects(
      () => readRows(path),
      InputError,
      `${path}: Cannot read CSV as it must be UTF-8, or UTF-16 with a byte-order mark: it is no whole UTF-8`,
    );
  },
);

testInFolder("upsertRows() gives the same bytes whoever stores first", async (folder) => {
  const { rows } = syntheticGrid();
  const paths = ["a.csv", "b.csv"].map((name) => join(folder, name));
  await upsertRows(paths[0]!, RESULT_SCHEMA, rows);
  const runs = [...Map.groupBy(rows, ({ run_id }) => run_id).values()];
  for (const part of [runs.slice(12), runs.slice(0, 15)]) {
    await upsertRows(paths[1]!, RESULT_SCHEMA, part.flat().toReversed());
  }
  assertEquals(await Deno.readTextFile(paths[1]!), await Deno.readTextFile(paths[0]!));
});

testInFolder("upsertRows() leaves the file alone when a row or the file is bad", async (folder) => {
  const path = join(folder, "full.csv");
  await upsertRows(path, RESULT_SCHEMA, [syntheticRow()]);
  const before = await Deno.readTextFile(path);
  const bad = syntheticRow({ recall_at_1: NaN });
  await assertRejects(() => upsertRows(path, RESULT_SCHEMA, [bad]), InputError, "must be finite");
  assertEquals(await Deno.readTextFile(path), before);

  await Deno.writeTextFile(path, before.replace("run_id", "id"));
  await assertRejects(
    () => upsertRows(path, RESULT_SCHEMA, [syntheticRow()]),
    InputError,
    `${path}:1: Cannot parse CSV as every column of its header must be one of this version: it is "id"`,
  );
  assertEquals(await listNames(folder), ["full.csv", "full.csv.lock"]);
});

testInFolder("upsertRows() says in one line that the folder cannot be made", async (folder) => {
  const file = join(folder, "file");
  await Deno.writeTextFile(file, "");
  const path = join(file, "full.csv");
  const error = await assertRejects(
    () => upsertRows(path, RESULT_SCHEMA, [syntheticRow()]),
    InputError,
  );
  assertEquals(
    error.message,
    `${file}: Cannot write file as its path must be free: another file is in the way`,
  );
});

Deno.test({
  name: "upsertRows() says that the folder is read-only (skipped for root, who may write anywhere)",
  ignore: needs("read", "write", "sys") || Deno.uid() === 0,
  async fn() {
    const folder = await Deno.makeTempDir();
    await Deno.chmod(folder, 0o500);
    await assertRejects(
      () => upsertRows(join(folder, "full.csv"), RESULT_SCHEMA, [syntheticRow()]),
      InputError,
      "must be writable: it is not",
    );
    assertEquals(await listNames(folder), []);
    await Deno.remove(folder);
  },
});

testInFolder(
  "upsertRows() loses nothing when tasks of one process write at once",
  async (folder) => {
    const path = join(folder, "full.csv");
    const rows = Array.from({ length: 20 }, (_, seed) => syntheticRow({ seed }));
    await Promise.all(rows.map((row) => upsertRows(path, RESULT_SCHEMA, [row])));
    assertEquals(await readRows(path), rows);
  },
);

Deno.test({
  name: "upsertRows() loses nothing when processes write at once, and readers see whole files",
  ignore: needs("read", "write", "run"),
  async fn() {
    const folder = await Deno.makeTempDir();
    const path = join(folder, "full.csv");
    const program = fromFileUrl(import.meta.resolve("./upsert_process.ts"));
    const processes = [0, 1, 2].map((seed) => {
      const permissions = ["--allow-read", `--allow-write=${folder}`];
      const args = ["run", "--quiet", "--no-check", ...permissions, program, path, `${seed}`, "15"];
      return new Deno.Command(Deno.execPath(), { args }).output();
    });
    let [isWriting, seenCount] = [true, 0];
    const ends = Promise.all(processes).finally(() => isWriting = false);
    while (isWriting) {
      const rows = await readRows(path); // throws on a file that is not whole
      assertEquals(rows.length >= seenCount, true, "rows have vanished");
      seenCount = rows.length;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    for (const { success, stderr } of await ends) {
      assertEquals(success, true, new TextDecoder().decode(stderr));
    }
    const stored = (await readRows(path)).map(({ seed }) => seed);
    const expected = [0, 1, 2].flatMap((process) =>
      Array.from({ length: 15 }, (_, i) => 100 * process + i)
    );
    assertEquals(stored, expected);
    assertEquals(await listNames(folder), ["full.csv", "full.csv.lock"]);
    await Deno.remove(folder, { recursive: true });
  },
});
