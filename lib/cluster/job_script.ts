/**
 * Scripts for `sbatch`, as text: a job array whose elements carry out parts of a plan, and jobs before and after it.
 *
 * Source: sbatch(1) of Slurm 22.05.
 */

import { UsageError } from "../errors.ts";

/** What a job asks Slurm for. Left out: what the cluster gives by itself. */
export interface JobResources {
  readonly minutes?: number | undefined;
  readonly megabytes?: number | undefined;
  readonly cpuCount?: number | undefined;
  readonly hasGpu?: boolean | undefined;
  /** Further options, such as `--partition=gpu`. */
  readonly options?: readonly string[];
}

/** A script for `sbatch`. */
export interface JobScript {
  readonly name: string;
  readonly resources: JobResources;
  /** Folder that its commands run in, absolute. */
  readonly folder: string;
  /** Folder of its logs, absolute. */
  readonly logFolder: string;
}

/** The exit code of a task that SIGUSR1 stopped: 128 and the signal's number. */
const STOPPED_TO_GO_ON = 138;
/** Seconds before the end of its time at which a job is told to stop; a step of training and a checkpoint fit in. */
const NOTICE_SECONDS = 120;

/**
 * The script of a job array. Element I of N runs `command --shard I/N`.
 *
 * A node that is lost or a job that is preempted puts its element back into the queue; so does an element that comes to the
 * end of its time: Slurm sends SIGUSR1, the command stops after its present step, and the element asks to be queued again.
 *
 * @param command A line of shell.
 * @param elements Numbers of the elements to run, from 1; the others have nothing to do.
 */
export function formatArrayScript(
  job: JobScript,
  command: string,
  elements: readonly number[],
  elementCount: number,
): string {
  return [
    ...formatHead(job, "%A_%a"),
    `#SBATCH --array=${formatRanges(elements)}`,
    "#SBATCH --requeue",
    "#SBATCH --kill-on-invalid-dep=yes", // it would wait for ever for a job that failed
    `#SBATCH --signal=B:USR1@${NOTICE_SECONDS}`,
    "",
    "stopped=",
    'pass_on() { stopped=$1; kill -s "$1" "$!" 2>/dev/null; }',
    "trap 'pass_on TERM' TERM",
    "trap 'pass_on USR1' USR1",
    `${command} --shard "$SLURM_ARRAY_TASK_ID/${elementCount}" &`,
    "child=$!",
    'if [ -n "$stopped" ]; then kill -s "$stopped" "$child"; fi # it came before the command',
    "# a signal ends wait, not the command",
    'while :; do wait "$child"; code=$?; kill -0 "$child" 2>/dev/null || break; done',
    `if [ "$stopped" = USR1 ] && [ "$code" = ${STOPPED_TO_GO_ON} ]; then`,
    '  exec scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"',
    "fi",
    'exit "$code"',
    "",
  ].join("\n");
}

/** The script of a job that runs commands one after another, and ends with the first that fails. */
export function formatPlainScript(job: JobScript, commands: readonly string[]): string {
  return [...formatHead(job, "%j"), "#SBATCH --requeue", "", "set -e", ...commands, ""].join("\n");
}

function formatHead({ name, resources, folder, logFolder }: JobScript, log: string): string[] {
  const { minutes, megabytes, cpuCount, hasGpu, options = [] } = resources;
  const lines = [
    `--job-name=${name}`,
    `--chdir=${quotePath(folder)}`,
    `--output=${quotePath(`${logFolder.replaceAll("%", "%%")}/${log}.log`)}`,
    "--open-mode=append",
    ...(minutes === undefined ? [] : [`--time=${minutes}`]),
    ...(megabytes === undefined ? [] : [`--mem=${megabytes}M`]),
    ...(cpuCount === undefined ? [] : [`--cpus-per-task=${cpuCount}`]),
    ...(hasGpu ? ["--gres=gpu:1"] : []),
    ...options,
  ];
  const broken = options.find((option) => /\s/.test(option));
  if (broken !== undefined) {
    throw new UsageError(
      `Cannot write job script as options must have no white space: it is ${
        JSON.stringify(broken)
      }`,
    );
  }
  return ["#!/bin/bash", ...lines.map((line) => `#SBATCH ${line}`)];
}

/** A path as sbatch reads options in a script: white space would end it, and quotes be taken away. Tried on Slurm 22.05. */
function quotePath(path: string): string {
  if (/[\\\p{Cc}]/u.test(path)) {
    throw new UsageError(
      `Cannot write job script as folders must have neither backslash nor control character: it is ${
        JSON.stringify(path)
      }`,
    );
  }
  return /[\s'"#]/.test(path) ? `"${path.replaceAll('"', `"'"'"`)}"` : path;
}

/** `1-3,7` for 1, 2, 3 and 7. */
export function formatRanges(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([first, end]) => first === end ? `${first}` : `${first}-${end}`).join(",");
}
