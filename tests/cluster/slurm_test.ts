import { assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { readResults } from "../../lib/results/rows/read_results.ts";
import { METRIC_COLUMNS } from "../../lib/results/rows/row.ts";
import { needs } from "../support/permissions.ts";
import { ROOT, taskCommand } from "../support/task_process.ts";
import { listNames, testInFolder } from "../support/temporary_folder.ts";

const TWO_NODES = fromFileUrl(new URL("two_nodes.sh", import.meta.url));
/** Two runs of about ten seconds, one for each node. */
const PLAN = [
  ...["--dataset", "cub200", "--loss", "proxy_an", "--seed", "2025"],
  ...["--backend", "wasm", "--threads", "1"],
];

async function run(command: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(command, { args, cwd: ROOT }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assertEquals(code, 0, `${command} ${args.join(" ")}: ${decode(stdout)}${decode(stderr)}`);
  return decode(stdout);
}

async function runTask(task: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await taskCommand(task, args, ["--allow-run"]).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
}

async function waitUntil(what: string, isSo: () => Promise<boolean>, seconds: number) {
  const endMs = Date.now() + seconds * 1000;
  while (!await isSo()) {
    if (Date.now() > endMs) throw new Error(`${what}: not within ${seconds} seconds`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Metrics of every row, by its key. */
async function readMetrics(resultsRoot: string): Promise<unknown[][]> {
  return (await readResults(resultsRoot)).map((row) => [
    row.run_id,
    row.selection,
    row.epoch,
    row.mean_loss,
    ...METRIC_COLUMNS.map(({ name }) => row[name]),
  ]);
}

/** Why the test cannot run here; \`null\` if it can. */
async function findObstacle(): Promise<string | null> {
  if (needs("read", "write", "run", "env", "ffi", "sys")) {
    return "it needs all permissions of -P=test";
  }
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return "it needs Linux and root";
  for (const program of ["slurmctld", "slurmd", "sbatch", "munge"]) {
    const which = new Deno.Command("sh", { args: ["-c", `command -v ${program}`], stdout: "null" });
    if (!(await which.output()).success) {
      return `it needs ${program} on the PATH (Debian: slurm-wlm, munge)`;
    }
  }
  return null;
}

const obstacle = await findObstacle();

testInFolder(
  "a node of Slurm is lost in mid-run: every run ends once, no row is lost, the numbers are those of one machine" +
    (obstacle ? ` (skipped: ${obstacle})` : ""),
  async (root) => {
    if (obstacle) return;
    const slurm = join(root, "slurm");
    const [data, results] = [join(root, "data"), join(root, "results")];
    Deno.env.set("SLURM_CONF", join(slurm, "slurm.conf"));
    const roots = ["--data-root", data, "--results-root", results];
    try {
      await run(TWO_NODES, "start", slurm);
      await runTask("submit", [...PLAN, "--cpus", "1", ...roots]);
      const [record] = (await listNames(join(results, "slurm"))).filter((name) =>
        name.endsWith(".json")
      );
      const job = record!.replace(".json", "");
      await waitUntil("a run on n1 has a checkpoint", () => hasCheckpoint(results, job), 90);
      await run(TWO_NODES, "lose", slurm, "n1");
      const lost = await run("squeue", "-h", "-r", "-j", job, "-w", "n1", "-o", "%K");
      await waitUntil(
        "the element of n1 is queued again",
        async () =>
          (await run("squeue", "-h", "-r", "-j", job, "-t", "PENDING", "-o", "%K %r"))
            .includes("BeginTime"),
        120,
      );
      for (const element of lost.trim().split("\n")) { // else Slurm waits for two minutes
        await run("scontrol", "update", `JobId=${job}_${element}`, "StartTime=now");
      }
      await waitUntil(
        "the tables are written",
        async () =>
          (await run("squeue", "-h", "-t", "PENDING,RUNNING,COMPLETING", "-o", "%i")) === "",
        240,
      );
      await runTask("reproduce_all", [...PLAN, ...[
        "--data-root",
        data,
        "--results-root",
        join(root, "one"),
      ]]);
      const [many, one] = [await readMetrics(results), await readMetrics(join(root, "one"))];
      assertEquals(one.length > 0, true);
      assertEquals(many, one);
      for (const id of await listNames(join(results, "runs"))) {
        const names = await listNames(join(results, "runs", id));
        assertEquals(names.filter((name) => /^(checkpoint|rows|failure)/.test(name)), [], id);
      }
    } finally {
      await run(TWO_NODES, "stop", slurm);
      Deno.env.delete("SLURM_CONF");
    }
  },
);

/** Whether a run that n1 has is past an epoch. */
async function hasCheckpoint(results: string, job: string): Promise<boolean> {
  const elements =
    (await run("squeue", "-h", "-r", "-j", job, "-w", "n1", "-t", "RUNNING", "-o", "%K")).trim();
  if (elements === "") return false;
  const { elements: runs } = JSON.parse(
    await Deno.readTextFile(join(results, "slurm", `${job}.json`)),
  );
  const ids: string[] = elements.split("\n").flatMap((element) => runs[element]);
  for (const id of ids) {
    const names = await listNames(join(results, "runs", id)).catch((): string[] => []);
    if (names.includes("checkpoint.json")) return true;
  }
  return false;
}
