/** Fetches wheels through pip, as it is configured: with its indexes, proxies and certificates. */

import { join } from "@std/path";
import { InputError } from "../errors.ts";

/** Runs a program; stands in for the machine in tests. */
export type RunProgram = (program: string, args: readonly string[]) => Promise<ProgramResult>;

/** How a program ended. */
export interface ProgramResult {
  readonly isOk: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Pythons whose tags a wheel may carry: the newest that every recent TensorFlow has is tried where the machine's fails. */
const OTHER_PYTHONS = ["3.12", "3.11"];

/**
 * Runs a program of this machine.
 *
 * @returns How it ended; a program that is not there, or that Deno may not run, has not ended well.
 */
export const runProgram: RunProgram = async (program, args) => {
  try {
    const { success, stdout, stderr } = await new Deno.Command(program, { args: [...args] })
      .output();
    const decoder = new TextDecoder();
    return { isOk: success, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  } catch (error) {
    return { isOk: false, stdout: "", stderr: (error as Error).message };
  }
};

/** The first Python that has pip, or null. */
export async function findPip(run: RunProgram): Promise<string | null> {
  for (const python of ["python3", "python"]) {
    if ((await run(python, ["-m", "pip", "--version"])).isOk) return python;
  }
  return null;
}

/**
 * Downloads the wheel of one package, without what it needs, for any Python: only its libraries matter.
 *
 * @param requirement Such as `tensorflow-cpu`, or `nvidia-cublas-cu12<13.0`.
 * @param folder Made if it is missing; the wheel must be the only one of its package in there.
 * @returns Path of the wheel.
 * @throws {InputError} With pip's last line, if it fails.
 */
export async function downloadWithPip(
  python: string,
  requirement: string,
  folder: string,
  run: RunProgram,
): Promise<string> {
  const before = new Set(await listWheels(folder));
  const common = ["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"];
  let message = "";
  for (const version of [null, ...OTHER_PYTHONS]) {
    const target = version === null ? [] : ["--python-version", version];
    const { isOk, stderr } = await run(python, [...common, ...target, "-d", folder, requirement]);
    if (isOk) return join(folder, await findNew(folder, before, requirement));
    message ||= stderr.trim().split("\n").at(-1) ?? "";
  }
  throw new InputError(`Cannot fetch ${requirement} as pip must find it: ${message}`);
}

async function findNew(
  folder: string,
  before: ReadonlySet<string>,
  requirement: string,
): Promise<string> {
  const packageName = /^[\w.-]+/.exec(requirement)![0].replaceAll(/[-.]+/g, "_");
  const wheels = await listWheels(folder);
  const isOfPackage = (name: string) => name.startsWith(`${packageName}-`);
  const found = wheels.find((name) => !before.has(name) && isOfPackage(name)) ??
    wheels.find(isOfPackage);
  if (found !== undefined) return found;
  throw new InputError(`${folder}: Cannot find wheel of ${requirement} as pip must leave it there`);
}

async function listWheels(folder: string): Promise<string[]> {
  try {
    const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
    return names.filter((name) => name.endsWith(".whl")).toSorted();
  } catch {
    return []; // not made yet
  }
}
