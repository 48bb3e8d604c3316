/** Fetches a libtensorflow into a folder of its own, for machines that have none. */

import { basename, join } from "@std/path";
import { writeFileAtomic } from "../file/atomic_write.ts";
import { doesExist } from "../file/does_exist.ts";
import { InputError } from "../errors.ts";
import { libraryNames } from "../backend/tensorflow/library/library_files.ts";
import { LIBRARY_VARIABLE } from "../backend/tensorflow/library/search_paths.ts";
import { downloadFile } from "./download.ts";
import { DEFAULT_INDEX_URL, findWheel, type Machine } from "./package_index.ts";
import { downloadWithPip, findPip, type RunProgram, runProgram } from "./pip.ts";
import { extractTarGz } from "../file/tar.ts";
import {
  extractCudaLibraries,
  extractLibraries,
  listCudaRequirements,
  type OnFile,
} from "./wheel.ts";

/** Where a libtensorflow comes from; `auto` tries the others in this order. */
export const SETUP_SOURCES = ["auto", "pip", "index", "archive"] as const;
/** One of the sources. */
export type SetupSource = typeof SETUP_SOURCES[number];

/** TensorFlow's C archive: releases below this address, newest that has every system. */
const ARCHIVE_URL = "https://storage.googleapis.com/tensorflow/versions/2.18.0";

/** What to fetch, from where, to where. */
export interface SetUpOptions {
  /** The cache; see `cacheFolder`. */
  readonly folder: string;
  /** Whether to fetch the build for CUDA, and CUDA's libraries. @default {false} */
  readonly hasGpu?: boolean;
  /** @default {"auto"} */
  readonly source?: SetupSource;
  /** A wheel of TensorFlow that is there already; nothing is fetched but CUDA's libraries. */
  readonly wheelPath?: string | undefined;
  /** @default {DEFAULT_INDEX_URL} */
  readonly indexUrl?: string | undefined;
  /** The machine that the library is for. @default this one */
  readonly machine?: Machine;
  /** Stands in for the network in tests. @default fetch */
  readonly fetch?: typeof fetch;
  /** Runs Python; stands in for the machine in tests. @default {runProgram} */
  readonly run?: RunProgram;
  /** Called with what is going on, and how far it is; `totalBytes` is null where nobody knows. */
  readonly onProgress?: (note: string, doneBytes: number, totalBytes: number | null) => void;
}

/** What was fetched. */
export interface SetUpResult {
  /** The folder with the libraries. */
  readonly libraryFolder: string;
  /** The file they come from, such as the name of a wheel; null if they were there already. */
  readonly source: string | null;
}

type Settled = Required<Omit<SetUpOptions, "wheelPath">> & Pick<SetUpOptions, "wheelPath">;

/**
 * Fetches libtensorflow, once: `<folder>/cpu/tensorflow`, or `<folder>/gpu/tensorflow` and `<folder>/gpu/nvidia`.
 *
 * Files appear whole or not at all, so an interrupted call leaves nothing half done; the next one goes on where it can.
 *
 * @throws {InputError} If CUDA is asked for and no build for the machine has it. If no source has it; the message says what to put where. If a download is damaged.
 */
export async function setUpTensorflow(options: SetUpOptions): Promise<SetUpResult> {
  const settled: Settled = {
    hasGpu: false,
    source: "auto",
    machine: { system: Deno.build.os, architecture: Deno.build.arch },
    fetch: globalThis.fetch,
    run: runProgram,
    onProgress: () => {},
    ...options,
    indexUrl: options.indexUrl ?? DEFAULT_INDEX_URL,
  };
  if (settled.hasGpu) checkCudaMachine(settled.machine);
  const target = join(settled.folder, settled.hasGpu ? "gpu" : "cpu");
  const libraryFolder = join(target, "tensorflow");
  const recordPath = join(target, "source.json");
  if (!settled.wheelPath && await doesExist(recordPath)) return { libraryFolder, source: null };
  const downloads = join(settled.folder, "downloads");
  const source = await fetchLibraries(settled, libraryFolder, downloads);
  if (settled.hasGpu) await fetchCuda(settled, source, target, downloads);
  await writeFileAtomic(recordPath, `${JSON.stringify({ source: basename(source) }, null, 2)}\n`);
  await Deno.remove(downloads, { recursive: true }).catch(() => {}); // a given wheel: never made
  return { libraryFolder, source: basename(source) };
}

/** TensorFlow's wheels have CUDA for one machine: those of others are for the CPU, and would be put there in its place. */
function checkCudaMachine({ system, architecture }: Machine): void {
  if (system === "linux" && architecture === "x86_64") return;
  throw new InputError(
    "Cannot set up TensorFlow for CUDA as its packages have it for linux on x86_64 alone: " +
      `this is ${system} on ${architecture}; leave out --gpu`,
  );
}

/** Returns the path of the file that the libraries come from. */
async function fetchLibraries(
  settled: Settled,
  libraryFolder: string,
  downloads: string,
): Promise<string> {
  if (settled.wheelPath) {
    await extractLibraries(settled.wheelPath, libraryFolder, showFile(settled));
    return settled.wheelPath;
  }
  const sources = settled.source === "auto" ? SETUP_SOURCES.slice(1) : [settled.source];
  const reasons: string[] = [];
  for (const source of sources) {
    try {
      if (source === "archive") return await fetchArchive(settled, libraryFolder, downloads);
      const wheel = await fetchWheel(settled, packageName(settled), source, downloads);
      await extractLibraries(wheel, libraryFolder, showFile(settled));
      return wheel;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      reasons.push(error.message);
    }
  }
  throw new InputError(
    `Cannot set up TensorFlow as one source must have it: ${reasons.join("; ")}. ` +
      explainByHand(settled, libraryFolder),
  );
}

/** What to do without a network. */
function explainByHand(settled: Settled, libraryFolder: string): string {
  const { library, framework } = libraryNames();
  const names = [library[0], framework[0]].filter((name) => name !== undefined).join(" and ");
  return `Without a network: put ${names}, from the folder tensorflow of a wheel of ${
    packageName(settled)
  } (a zip file), into ${libraryFolder}; or name the wheel with --wheel, or a folder that has them with ${LIBRARY_VARIABLE}`;
}

/** The package with the build that is asked for: the smaller one without CUDA exists for Linux and Windows. */
function packageName({ hasGpu, machine: { system, architecture } }: Settled): string {
  return !hasGpu && system === "linux" && architecture === "x86_64"
    ? "tensorflow-cpu"
    : "tensorflow";
}

async function fetchWheel(
  settled: Settled,
  requirement: string,
  source: SetupSource,
  downloads: string,
): Promise<string> {
  const { run, onProgress, machine, indexUrl, fetch } = settled;
  if (source === "pip") {
    const python = await findPip(run);
    if (python === null) {
      throw new InputError(
        `Cannot fetch ${requirement} with pip as a Python on the PATH must have it`,
      );
    }
    onProgress(`pip downloads ${requirement}`, 0, null);
    return await downloadWithPip(python, requirement, downloads, run);
  }
  const [, name, specifier] = /^([\w.-]+)(.*)$/.exec(requirement)!;
  const wheel = await findWheel(name!, specifier!, machine, indexUrl, fetch);
  const path = join(downloads, wheel.fileName);
  if (!await doesExist(path)) {
    const onBytes = (count: number, total: number | null) =>
      onProgress(wheel.fileName, count, total);
    await downloadFile(wheel, path, { fetch, onBytes });
  }
  return path;
}

/** The C archive keeps its libraries in `lib`, as `libtensorflow.so.2.18.0` with links to it. */
async function fetchArchive(
  settled: Settled,
  libraryFolder: string,
  downloads: string,
): Promise<string> {
  const { machine, hasGpu, fetch, onProgress } = settled;
  const architecture = machine.architecture === "aarch64" ? "arm64" : machine.architecture;
  const name = `libtensorflow-${hasGpu ? "gpu" : "cpu"}-${machine.system}-${architecture}.tar.gz`;
  const path = join(downloads, name);
  if (!await doesExist(path)) {
    const onBytes = (count: number, total: number | null) => onProgress(name, count, total);
    await downloadFile({ url: `${ARCHIVE_URL}/${name}` }, path, { fetch, onBytes });
  }
  onProgress(`unpacking ${name}`, 0, null);
  const written = await extractTarGz(path, (member) => {
    const match =
      /(?:^|\/)lib\/(libtensorflow(?:_framework)?)\.(?:so\.(\d+)|(\d+))\.\d+\.\d+(\.dylib)?$/
        .exec(member);
    if (!match) return null;
    const [, stem, soVersion, dylibVersion] = match;
    const fileName = soVersion ? `${stem}.so.${soVersion}` : `${stem}.${dylibVersion}.dylib`;
    return join(libraryFolder, fileName);
  });
  if (written.length === 2) return path;
  throw new InputError(
    `${path}: Cannot take libraries out of archive as there must be 2: there are ${written.length}`,
  );
}

/** CUDA's libraries come from the same source as the wheel; the C archive leaves them to the system. */
async function fetchCuda(
  settled: Settled,
  source: string,
  target: string,
  downloads: string,
): Promise<void> {
  if (!source.endsWith(".whl")) return;
  await Deno.mkdir(downloads, { recursive: true });
  const hasPip = settled.source !== "index" && await findPip(settled.run) !== null;
  const requirements = await listCudaRequirements(source, downloads);
  if (requirements.length === 0) {
    throw new InputError(
      `${source}: Cannot set up TensorFlow for CUDA as the wheel must name CUDA's packages: it names none; ` +
        "take a wheel of tensorflow, not of tensorflow-cpu",
    );
  }
  for (const requirement of requirements) {
    const wheel = await fetchWheel(settled, requirement, hasPip ? "pip" : "index", downloads);
    await extractCudaLibraries(wheel, target, showFile(settled));
    await Deno.remove(wheel); // gigabytes together
  }
}

function showFile({ onProgress }: Settled): OnFile {
  return (name, doneBytes, totalBytes) => onProgress(`unpacking ${name}`, doneBytes, totalBytes);
}
