/** `deno task fetch`: published datasets and pretrained weights. */

import { InputError, UsageError } from "../lib/errors.ts";
import { makeFolder } from "../lib/file/atomic_write.ts";
import { withFileLock } from "../lib/file/file_lock.ts";
import { join } from "@std/path";
import { DATASET_SOURCES } from "../lib/setup/dataset_sources.ts";
import { fetchFile } from "../lib/setup/fetch_file.ts";
import type { PublishedSource } from "../lib/setup/published_source.ts";
import { WEIGHTS_SOURCES } from "../lib/setup/weights_sources.ts";
import type { Flags } from "./command_line/flags.ts";
import { printSource } from "./command_line/print_source.ts";
import { openProgress } from "./command_line/progress.ts";
import { runTask } from "./command_line/run_task.ts";

const ALL = "all";
const namesOf = (sources: readonly PublishedSource[]) => sources.map(({ name }) => name);
const readDataRoot = (flags: Flags) => flags.text("data-root") ?? "data";

await runTask({
  task: "fetch",
  folders: (flags) => flags.isOn("dry-run") ? [] : [{ path: readDataRoot(flags), use: "write" }],
  summary:
    "Fetches published datasets and pretrained weights, checks them and unpacks them; goes on where it was interrupted.",
  flags: [
    {
      name: "dataset",
      value: "NAME,...",
      help: `Datasets: ${namesOf(DATASET_SOURCES).join(", ")}, or all.`,
    },
    {
      name: "weights",
      value: "NAME,...",
      help: `Weights of the backbones ${namesOf(WEIGHTS_SOURCES).join(", ")}, or all.`,
    },
    { name: "accept-licence", help: "Accept the terms of use that --dry-run shows." },
    { name: "data-root", value: "DIR", help: "Folder of the datasets; default data." },
    { name: "dry-run", help: "Print addresses, sizes, terms and places; fetch nothing." },
  ],
  examples: [
    "deno task fetch --dataset cub200,sop --dry-run",
    "deno task fetch --dataset cub200 --accept-licence",
    "deno task fetch --weights resnet50,deit_s",
  ],
}, async (flags) => {
  const dataRoot = readDataRoot(flags);
  const sources = [
    ...choose(flags, "dataset", DATASET_SOURCES),
    ...choose(flags, "weights", WEIGHTS_SOURCES),
  ];
  if (sources.length === 0) {
    throw new UsageError("Cannot fetch as --dataset or --weights must name what: neither is there");
  }
  if (flags.isOn("dry-run")) return sources.forEach((source) => printSource(source, dataRoot));
  const unaccepted = sources.find(({ mustAccept }) => mustAccept);
  if (unaccepted && !flags.isOn("accept-licence")) {
    throw new UsageError(
      `Cannot fetch ${unaccepted.name} as its terms must be accepted (${unaccepted.licence}): ` +
        "they are not; pass --accept-licence",
    );
  }
  await makeFolder(dataRoot);
  await withFileLock(join(dataRoot, ".fetch"), () => fetchAll(sources, dataRoot));
});

function choose(
  flags: Flags,
  flag: string,
  sources: readonly PublishedSource[],
): readonly PublishedSource[] {
  const names = flags.choices(flag, [...namesOf(sources), ALL]) ?? [];
  return sources.filter(({ name }) => names.includes(name) || names.includes(ALL));
}

/** One file that cannot be had does not keep the others from being fetched. */
async function fetchAll(sources: readonly PublishedSource[], dataRoot: string): Promise<void> {
  const failures: InputError[] = [];
  for (const source of sources) {
    for (const file of source.files) {
      const progress = openProgress(source.name);
      const onProgress = (note: string, done: number, total: number | null) =>
        progress.update(done, total ?? done, note);
      try {
        const { path, url } = await fetchFile(source, file, { dataRoot, onProgress });
        console.log(`${path}: ${url === null ? "here already" : `from ${url}`}`);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        failures.push(error);
      } finally {
        progress.stop();
      }
    }
  }
  const last = failures.pop();
  for (const { message } of failures) console.error(message);
  if (last) throw last;
}
