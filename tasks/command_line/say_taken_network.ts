/** Says which network of a file of pretrained weights is taken, where it holds several. */

import { readStateKeys } from "../../lib/model/weights/read_weights.ts";
import { printLine } from "./print_line.ts";

/**
 * Prints a line, with the command that writes another of the networks to a file of its own.
 *
 * @throws {InputError} If the file cannot be read.
 */
export async function sayTakenNetwork(path: string): Promise<void> {
  const { stateKey, otherStateKeys } = await readStateKeys(path);
  const [other] = otherStateKeys;
  if (other === undefined) return;
  printLine(
    `${path}: ${stateKey || "the whole file"} is taken, not ${
      otherStateKeys.join(", ")
    }; to take another: ` +
      `deno task weights --file ${path} --state ${other} --to OTHER.safetensors, then --weights OTHER.safetensors`,
  );
}
