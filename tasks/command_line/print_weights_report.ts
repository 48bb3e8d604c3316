/** Prints what a file of weights is. */

import type { WeightsReport } from "../../lib/experiment/inspect_weights.ts";
import { listNames, showName } from "../../lib/file/quote_text.ts";
import { printLine } from "./print_line.ts";

/** Prints every tensor, the file, what was taken from it, and how it fits. */
export function printWeightsReport(report: WeightsReport): void {
  const { path, format, hash, tensors, known } = report;
  const count = tensors.reduce((sum, { data }) => sum + data.length, 0);
  for (const { name, shape } of tensors) printLine(`${showName(name)} [${shape.join(", ")}]`);
  printLine(`${path}: ${format}, ${tensors.length} tensors of ${count} numbers`);
  printLine(
    `SHA-256 ${hash}: ${known ? `${known.description}, ${known.url}` : "no published file"}`,
  );
  printTaken(report);
  printFit(report);
}

function printTaken({ stateKey, otherStateKeys, unknownNames }: WeightsReport): void {
  if (otherStateKeys.length > 0) {
    printLine(
      `Taken: ${stateKey || "the whole file"}; --state chooses another: ${
        listNames(otherStateKeys)
      }`,
    );
  } else if (stateKey) printLine(`Taken: ${stateKey}`);
  if (unknownNames.length > 0) {
    printLine(`Left out, as nothing here knows them: objects of ${listNames(unknownNames)}`);
  }
}

function printFit({ fit }: WeightsReport): void {
  if (!fit) return;
  const { backbone, problems, leftovers, head, proxies } = fit;
  for (const problem of problems) printLine(`Does not fit ${backbone.name}: ${problem}`);
  if (problems.length === 0) printLine(`Fits ${backbone.name}`);
  const size = head.find(({ name }) => name === "head.2.weight")?.shape[0];
  if (size !== undefined) printLine(`With a head of ${size} dimensions`);
  if (proxies) printLine(`With proxies of ${proxies.shape[0]} classes`);
  if (leftovers.length === 0) return;
  const shown = leftovers.filter((name) => !name.endsWith(".num_batches_tracked"));
  printLine(
    `${leftovers.length} leftovers that ${backbone.name} has no use for: ` +
      listNames([...shown, ...(shown.length < leftovers.length ? ["counts of batches"] : [])]),
  );
}
