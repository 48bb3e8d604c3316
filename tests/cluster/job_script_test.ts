import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import {
  formatArrayScript,
  formatPlainScript,
  formatRanges,
} from "../../lib/cluster/job_script.ts";
import { UsageError } from "../../lib/errors.ts";
import { testInFolder } from "../support/temporary_folder.ts";

const JOB = {
  name: "proxyan-runs",
  folder: "/shared/proxyan",
  logFolder: "/shared/results/slurm",
  resources: { minutes: 90, megabytes: 7680, cpuCount: 4, hasGpu: true, options: ["--nice"] },
};

Deno.test("the script of an array asks for what was said, and gives each element its part", () => {
  const lines = formatArrayScript(JOB, "deno run x.ts", [1, 2, 3, 7], 9).split("\n");
  assertEquals(lines.slice(0, 15), [
    "#!/bin/bash",
    "#SBATCH --job-name=proxyan-runs",
    "#SBATCH --chdir=/shared/proxyan",
    "#SBATCH --output=/shared/results/slurm/%A_%a.log",
    "#SBATCH --open-mode=append",
    "#SBATCH --time=90",
    "#SBATCH --mem=7680M",
    "#SBATCH --cpus-per-task=4",
    "#SBATCH --gres=gpu:1",
    "#SBATCH --nice",
    "#SBATCH --array=1-3,7",
    "#SBATCH --requeue",
    "#SBATCH --kill-on-invalid-dep=yes",
    "#SBATCH --signal=B:USR1@120",
    "",
  ]);
  assertEquals(lines.includes('deno run x.ts --shard "$SLURM_ARRAY_TASK_ID/9" &'), true);
});

Deno.test("a plain script ends with the first command that fails, and asks for no more than it was told", () => {
  assertEquals(formatPlainScript({ ...JOB, resources: {} }, ["a", "b"]).split("\n").slice(3), [
    "#SBATCH --output=/shared/results/slurm/%j.log",
    "#SBATCH --open-mode=append",
    "#SBATCH --requeue",
    "",
    "set -e",
    "a",
    "b",
    "",
  ]);
});

Deno.test("a folder's white space, quotes, # and % reach sbatch as they are", () => {
  const job = { ...JOB, folder: "/my data/it's #1", logFolder: '/100% "sure"' };
  assertEquals(formatPlainScript(job, []).split("\n").slice(2, 4), [
    `#SBATCH --chdir="/my data/it's #1"`,
    `#SBATCH --output="/100%% "'"'"sure"'"'"/%j.log"`,
  ]);
});

Deno.test("what would be another option or another line of a script is refused", () => {
  assertThrows(
    () => formatPlainScript({ ...JOB, resources: { options: ["--comment=a b"] } }, []),
    UsageError,
    'Cannot write job script as options must have no white space: it is "--comment=a b"',
  );
  for (const folder of ["/a\nb", "/a\\b"]) {
    assertThrows(
      () => formatPlainScript({ ...JOB, folder }, []),
      UsageError,
      "Cannot write job script as folders must have neither backslash nor control character: it is " +
        JSON.stringify(folder),
    );
  }
});

Deno.test("numbers are ranges", () => {
  assertEquals(formatRanges([7, 1, 2, 3, 9, 10]), "1-3,7,9-10");
  assertEquals(formatRanges([4]), "4");
});

/** A command that stops at a signal as a task does, with 128 and the signal's number, after a moment. */
const COMMAND = `#!/bin/bash
trap 'sleep 0.2; exit 138' USR1
trap 'sleep 0.2; exit 143' TERM
echo "$@" >began
for _ in $(seq 100); do sleep 0.05; done
exit "\${EXIT:-0}"
`;

/** Runs the script of an array as Slurm would, with an \`scontrol\` that writes down what it was asked. */
async function runElement(folder: string, signal: Deno.Signal | null) {
  await Deno.writeTextFile(join(folder, "command"), COMMAND, { mode: 0o755 });
  const scontrol = `#!/bin/bash\necho "$@" >requeued\n`;
  await Deno.writeTextFile(join(folder, "scontrol"), scontrol, { mode: 0o755 });
  await Deno.writeTextFile(join(folder, "script"), formatArrayScript(JOB, "./command", [3], 5));
  const process = new Deno.Command("bash", {
    args: ["script"],
    cwd: folder,
    env: {
      PATH: `${folder}:${Deno.env.get("PATH")}`,
      SLURM_ARRAY_TASK_ID: "3",
      SLURM_ARRAY_JOB_ID: "17",
      EXIT: "1",
    },
  }).spawn();
  const read = (name: string) => Deno.readTextFile(join(folder, name)).catch(() => null);
  while (await read("began") === null) await new Promise((resolve) => setTimeout(resolve, 20));
  if (signal !== null) process.kill(signal);
  const { code } = await process.status;
  return { code, began: await read("began"), requeued: await read("requeued") };
}

const CASES = [
  ["that comes to the end of its time asks to be queued again", "SIGUSR1", 0, "requeue 17_3\n"],
  ["that is ended says so, and leaves the queue to Slurm", "SIGTERM", 143, null],
  ["whose command fails fails with it", null, 1, null],
] as const;

for (const [what, signal, code, requeued] of CASES) {
  testInFolder(`an element ${what}`, async (folder) => {
    assertEquals(await runElement(folder, signal), { code, began: "--shard 3/5\n", requeued });
  }, ["run", "env"]);
}
