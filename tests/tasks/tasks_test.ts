import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { makeSmallMiniatures } from "../support/small_miniatures.ts";
import { ROOT, runTask, taskCommand, TINY } from "../support/task_process.ts";
import { listNames, testInFolder } from "../support/temporary_folder.ts";

function testTasks(name: string, fn: (root: string) => Promise<void>): void {
  testInFolder(name, fn, ["run", "ffi", "sys", "env"]);
}

testTasks("misuse exits with 2, one line and a way on", async () => {
  const cases: [string, string[], string][] = [
    ["train", ["--dataset", "cub20"], "(did you mean cub200?)"],
    ["train", ["--dataset", "cub200", "--loss", "proxy_a"], "(did you mean proxy_an?)"],
    ["train", [], "--dataset must be one of cub200, cars196, sop, in_shop"],
    ["partial", ["--dataset", "sop"], "must be one of cub200, cars196"],
    ["partial", ["--dataset", "cub200", "--rate", "1.5"], "at most 1"],
    ["imbalance", ["--dataset", "cub200", "--gama", "10"], '"--gama" (did you mean --gamma?)'],
    ["eval", [], "exactly one of --run and --checkpoint"],
    ["reproduce_all", ["--profile", "minny"], "(did you mean mini?)"],
  ];
  for (const [task, args, message] of cases) {
    const { code, errors } = await runTask(task, ...args);
    assertEquals(code, 2, `${task} ${args.join(" ")}: ${errors}`);
    assertStringIncludes(errors, message);
    assertMatch(errors.trim(), /^[^\n]+\nTry `deno task [a-z-]+ --help`\.$/);
  }
});

testTasks("an output that takes nothing more is one line", async () => {
  const run = `'${Deno.execPath()}' run --no-check --allow-read tasks/train.ts --help`;
  const args = ["-c", `${run} > /dev/full`];
  const { code, stderr } = await new Deno.Command("sh", { args, cwd: ROOT }).output();
  assertEquals(code, 1);
  assertStringIncludes(
    new TextDecoder().decode(stderr).trim().split("\n").at(-1)!,
    "Cannot print as the output must take it: No space left on device (os error 28)",
  );
});

testTasks("the library loads without any permission", async () => {
  for (const path of ["mod.ts", "lib/experiment/execute_run.ts"]) {
    const args = ["run", "--no-check", "--no-prompt", path];
    const { code, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
  }
});

testTasks("missing data exits with 1 and names the command that makes it", async (root) => {
  const roots = ["--data-root", `${root}/data`, "--results-root", `${root}/results`];
  const { code, errors } = await runTask("train", "--dataset", "cub200", ...TINY, ...roots);
  assertEquals(code, 1, errors);
  assertStringIncludes(errors, "deno task fixtures");
  const paper = await runTask("convert", "--dataset", "sop", "--profile", "paper", ...roots);
  assertEquals(paper.code, 1, paper.errors);
  assertStringIncludes(paper.errors, "Stanford_Online_Products.zip");
});

testTasks("--help exits with 0 and shows examples", async () => {
  for (
    const task of [
      "fixtures",
      "convert",
      "train",
      "partial",
      "imbalance",
      "eval",
      "table",
      "reproduce_all",
    ]
  ) {
    const { code, out } = await runTask(task, "--help");
    assertEquals(code, 0, task);
    assertStringIncludes(out, "Examples:\n  deno task ");
  }
});

testTasks(
  "reproduce-all --dry-run prints the plan with counts and writes nothing",
  async (root) => {
    const roots = ["--data-root", `${root}/data`, "--results-root", `${root}/results`];
    for (const [profile, count] of [["mini", 96], ["paper", 640]] as const) {
      const { code, out, errors } = await runTask(
        "reproduce_all",
        "--dry-run",
        "--profile",
        profile,
        ...roots,
      );
      assertEquals(code, 0, errors);
      assertStringIncludes(out, `${count} runs, 0 done in all`);
    }
    assertEquals(await listNames(root), []);
  },
);

testTasks("a killed run goes on where it stopped and stores the same numbers", async (root) => {
  await makeSmallMiniatures(`${root}/data`, ["cub200"]);
  const train = (
    results: string,
  ) => [
    "--dataset",
    "cub200",
    ...TINY,
    "--data-root",
    `${root}/data`,
    "--results-root",
    `${root}/${results}`,
  ];
  const whole = await runTask("train", ...train("whole"));
  assertEquals(whole.code, 0, whole.errors);

  const killed = taskCommand("train", train("killed")).spawn();
  await waitForCheckpoint(`${root}/killed/runs`);
  killed.kill("SIGKILL");
  await Promise.all([killed.output(), killed.status]);
  const resumed = await runTask("train", ...train("killed"));
  assertEquals(resumed.code, 0, resumed.errors);
  assertEquals(await storedNumbers(`${root}/killed`), await storedNumbers(`${root}/whole`));

  const again = await runTask("train", ...train("killed"));
  assertStringIncludes(again.out, "1 of 1 runs are done already");
});

async function waitForCheckpoint(runs: string): Promise<void> {
  for (let i = 0; i < 3000; i++) {
    const [id] = await listNames(runs).catch(() => []);
    const names = id ? await listNames(`${runs}/${id}`) : [];
    if (names.includes("checkpoint.json")) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert(false, "no checkpoint after 30 seconds");
}

/** Rows and epochs without the columns that are times, rates or commits. */
async function storedNumbers(results: string): Promise<string[][]> {
  const [id] = await listNames(`${results}/runs`);
  const tables = [`${results}/full.csv`, `${results}/runs/${id}/epochs.csv`];
  const texts = await Promise.all(tables.map((path) => Deno.readTextFile(path)));
  return texts.flatMap((text) => {
    const [header, ...rows] = text.trim().split("\r\n").map((line) => line.split(","));
    const kept = header!.map((name) => !/seconds|per_second|commit|memory|energy/.test(name));
    return rows.map((row) => row.filter((_, i) => kept[i]));
  });
}
