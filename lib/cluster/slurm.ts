/** Slurm's programs: jobs submitted, and what became of the elements of an array. */

import { InputError } from "../errors.ts";

/** What a program printed and how it ended. */
export interface ProgramResult {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

/** Runs a program with text as its input; stands in for Slurm in tests. */
export type RunSlurm = (
  program: string,
  args: readonly string[],
  input?: string,
) => Promise<ProgramResult>;

/** Runs one of Slurm's programs. */
export const runSlurm: RunSlurm = async (program, args, input) => {
  const command = new Deno.Command(program, {
    args: [...args],
    stdin: input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  });
  const process = command.spawn();
  if (input !== undefined) {
    const writer = process.stdin.getWriter();
    await writer.write(new TextEncoder().encode(input)).catch(() => {}); // it ended: its errors say why
    await writer.close().catch(() => {});
  }
  const { code, stdout, stderr } = await process.output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: decode(stdout), errors: decode(stderr) };
};

/**
 * Submits a script.
 *
 * @param dependency As `sbatch --dependency` takes it, such as `afterok:12`.
 * @returns The number of the job.
 * @throws {InputError} If Slurm is not there or refuses the job.
 */
export async function submitScript(
  script: string,
  dependency: string | null,
  run: RunSlurm = runSlurm,
): Promise<number> {
  const args = ["--parsable", ...(dependency === null ? [] : [`--dependency=${dependency}`])];
  const { code, out, errors } = await runProgram(run, "sbatch", args, script);
  const job = Number(/^(\d+)/.exec(out)?.[1]);
  if (code === 0 && job > 0) return job;
  throw new InputError(
    `Cannot submit job as sbatch must take it: ${
      errors.trim().split("\n").join("; ") || `it prints ${JSON.stringify(out)}`
    }`,
  );
}

/** An element of a job array. */
export interface ElementState {
  /** As Slurm names it: PENDING, RUNNING, FAILED, NODE_FAIL, TIMEOUT, OUT_OF_MEMORY, ... */
  readonly state: string;
  /** Why it waits or ended; "" where Slurm says nothing. */
  readonly reason: string;
  /** Where it runs or ran; "" if nowhere yet. */
  readonly nodes: string;
}

/**
 * What Slurm knows of an array's elements: from its queue, which keeps ended jobs for some minutes, then from its accounting,
 * where a cluster has that.
 *
 * @returns By the number of the element; nothing of those that Slurm has forgotten.
 * @throws {InputError} If Slurm is not there.
 */
export async function readElements(
  job: number,
  run: RunSlurm = runSlurm,
): Promise<Map<number, ElementState>> {
  const accounting = await runProgram(run, "sacct", [
    ...["--noheader", "--parsable2", "--allocations", "--array", `--jobs=${job}`],
    "--format=JobID,State,ExitCode,NodeList",
  ]).catch(() => null); // a cluster without it may lack the program, too
  const queue = await runProgram(run, "squeue", [
    ...["--noheader", "--array", "--states=all", `--jobs=${job}`],
    "--format=%K|%T|%r|%N",
  ]);
  return new Map([
    ...(accounting?.code === 0 ? parseAccounting(accounting.out) : []),
    ...(queue.code === 0 ? parseQueue(queue.out) : []), // newer than the accounting
  ]);
}

function parseQueue(text: string): [number, ElementState][] {
  return text.split("\n").flatMap((line) => {
    const [element, state, reason, nodes] = line.trim().split("|");
    if (!/^\d+$/.test(element ?? "") || state === undefined) return [];
    return [[Number(element), {
      state,
      reason: reason === undefined || reason === "None" ? "" : reason,
      nodes: nodes ?? "",
    }]];
  });
}

function parseAccounting(text: string): [number, ElementState][] {
  return text.split("\n").flatMap((line) => {
    const [id, state, exitCode, nodes] = line.trim().split("|");
    const element = id?.match(/^\d+_(\d+)$/)?.[1];
    if (element === undefined || state === undefined) return [];
    return [[Number(element), {
      state: state.split(" ")[0]!, // CANCELLED by UID
      reason: exitCode === undefined || exitCode === "0:0" ? "" : `exit ${exitCode}`,
      nodes: nodes === undefined || nodes === "None assigned" ? "" : nodes,
    }]];
  });
}

async function runProgram(
  run: RunSlurm,
  program: string,
  args: readonly string[],
  input?: string,
): Promise<ProgramResult> {
  try {
    return await run(program, args, input);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new InputError(
      `Cannot ask Slurm as its program ${program} must be on the PATH: it is not; ` +
        "without Slurm, --shard I/N shares out the runs",
    );
  }
}
