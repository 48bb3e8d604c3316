/** Python's package index: which wheels there are, and which one fits this machine. */

import { InputError } from "../errors.ts";
import { refused, request } from "./request.ts";

/** Where Python's packages are; another index has the same form. */
export const DEFAULT_INDEX_URL = "https://pypi.org/simple";

const JSON_TYPE = "application/vnd.pypi.simple.v1+json"; // PEP 691

/** A wheel of the index. */
export interface Wheel {
  readonly fileName: string;
  readonly url: string;
  readonly version: string;
  /** In hexadecimal digits, where the index gives one. */
  readonly sha256: string | undefined;
}

/** The machine that the wheel is for. */
export interface Machine {
  readonly system: string;
  readonly architecture: string;
}

/**
 * Finds the newest released wheel of a package whose libraries run on a machine, for any Python.
 *
 * @param specifier Bounds of its version, such as `<13.0,>=12.5`; empty for any.
 * @throws {InputError} If the index does not answer, or has no such wheel.
 */
export async function findWheel(
  packageName: string,
  specifier: string,
  machine: Machine,
  indexUrl: string,
  fetchUrl: typeof fetch,
): Promise<Wheel> {
  const url = `${indexUrl.replace(/\/$/, "")}/${packageName}/`;
  const response = await request(url, fetchUrl, { accept: JSON_TYPE });
  if (!response.ok) throw refused(url, `it answers ${response.status}`);
  const wheels = parseIndex(await response.text(), url)
    .filter(({ fileName, version }) =>
      fitsMachine(fileName, machine) && fitsSpecifier(version, specifier)
    )
    .toSorted((a, b) => compareVersions(b.version, a.version));
  if (wheels[0]) return wheels[0];
  throw new InputError(
    `${url}: Cannot find ${packageName}${specifier} as there must be a wheel for ${machine.system} on ${machine.architecture}: there is none`,
  );
}

/**
 * Parses the index's page of one package; leaves out what is withdrawn and what is no release.
 *
 * @throws {InputError} If it is no such page.
 */
export function parseIndex(text: string, url: string): Wheel[] {
  try {
    const { files } = JSON.parse(text) as { files: IndexFile[] };
    return files
      .filter(({ filename, yanked }) => filename.endsWith(".whl") && !yanked)
      .map((file) => ({
        fileName: file.filename,
        url: new URL(file.url, url).href,
        version: file.filename.split("-")[1]!,
        sha256: file.hashes?.sha256,
      }))
      .filter(({ version }) => /^\d+(\.\d+)*(\.post\d+)?$/.test(version));
  } catch {
    throw new InputError(
      `${url}: Cannot read index as its answer must be of type ${JSON_TYPE}: it is not`,
    );
  }
}

interface IndexFile {
  readonly filename: string;
  readonly url: string;
  readonly hashes?: Readonly<Record<string, string>>;
  readonly yanked?: boolean | string;
}

/** Whether a wheel's platform tag, the last part of its name, is that of the machine. */
export function fitsMachine(fileName: string, { system, architecture }: Machine): boolean {
  const tag = fileName.replace(/\.whl$/, "").split("-").at(-1)!;
  if (system === "linux") return tag.includes("manylinux") && tag.endsWith(`_${architecture}`);
  const name = architecture === "aarch64" ? "arm64" : architecture;
  if (system === "darwin") return tag.startsWith("macosx") && tag.endsWith(`_${name}`);
  return system === "windows" && tag === (architecture === "aarch64" ? "win_arm64" : "win_amd64");
}

/** Whether a version lies within bounds such as `<13.0,>=12.5.3`. */
export function fitsSpecifier(version: string, specifier: string): boolean {
  return specifier.split(",").filter((bound) => bound.trim() !== "").every((bound) => {
    const [, operator, limit] = /^\s*(<=|>=|==|!=|<|>)\s*([\d.]+)(?:\.\*)?\s*$/.exec(bound) ?? [];
    if (!operator) return true; // such as ~=, which the packages that we fetch do not use
    const order = compareVersions(version, limit!);
    return { "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0 }[operator] ??
      (operator === "==") === (order === 0);
  });
}

/** Negative, zero or positive as a version is before, the same as, or after another. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.match(/\d+/g)!.map(Number)) as [
    number[],
    number[],
  ];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
