import { assertEquals, assertRejects } from "@std/assert";
import { readElements, type RunSlurm, submitScript } from "../../lib/cluster/slurm.ts";
import { InputError } from "../../lib/errors.ts";

const answer = (answers: Readonly<Record<string, string | null>>): RunSlurm => (program) => {
  const out = answers[program];
  if (out === undefined) return Promise.reject(new Deno.errors.NotFound("no such program"));
  return Promise.resolve(
    out === null ? { code: 1, out: "", errors: "it is off\n" } : { code: 0, out, errors: "" },
  );
};

Deno.test("submitScript() gives the script to sbatch and returns the job, with or without its cluster", async () => {
  const asked: unknown[] = [];
  const run: RunSlurm = (...args) => {
    asked.push(args);
    return Promise.resolve({ code: 0, out: "17;two\n", errors: "" });
  };
  assertEquals(await submitScript("#!/bin/bash\n", "afterok:16", run), 17);
  assertEquals(asked, [["sbatch", ["--parsable", "--dependency=afterok:16"], "#!/bin/bash\n"]]);
});

Deno.test("what sbatch refuses, and a machine without it, are said", async () => {
  const refused = await assertRejects(
    () => submitScript("", null, answer({ sbatch: null })),
    InputError,
  );
  assertEquals(refused.message, "Cannot submit job as sbatch must take it: it is off");
  const absent = await assertRejects(() => submitScript("", null, answer({})), InputError);
  assertEquals(
    absent.message,
    "Cannot ask Slurm as its program sbatch must be on the PATH: it is not; without Slurm, --shard I/N shares out the runs",
  );
});

Deno.test("readElements() takes the queue's word, then the accounting's where there is one", async () => {
  const squeue = "1|RUNNING|None|n1\n3|PENDING|Resources|\nN/A|PENDING|Dependency|\n";
  const sacct = "17_1|NODE_FAIL|0:0|n2\n17_2|CANCELLED by 0|0:15|n1\n17_2.batch|FAILED|1:0|n1\n" +
    "17_4|OUT_OF_MEMORY|0:125|None assigned\n";
  const both = await readElements(17, answer({ squeue, sacct }));
  assertEquals(both.get(1), { state: "RUNNING", reason: "", nodes: "n1" });
  assertEquals(both.get(2), { state: "CANCELLED", reason: "exit 0:15", nodes: "n1" });
  assertEquals(both.get(3), { state: "PENDING", reason: "Resources", nodes: "" });
  assertEquals(both.get(4), { state: "OUT_OF_MEMORY", reason: "exit 0:125", nodes: "" });
  const cases: Readonly<Record<string, string | null>>[] = [{ squeue }, { squeue, sacct: null }];
  for (const without of cases) {
    assertEquals([...(await readElements(17, answer(without))).keys()], [1, 3]);
  }
  assertEquals((await readElements(17, answer({ squeue: null, sacct: null }))).size, 0);
});
