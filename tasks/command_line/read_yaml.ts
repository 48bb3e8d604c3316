/** JSON and YAML files that users write. */

import { parse } from "yaml";
import { InputError } from "../../lib/errors.ts";
import { decodeText } from "../../lib/file/decode_text.ts";
import { readBytes } from "../../lib/file/read_file.ts";

/**
 * Reads a JSON or YAML file.
 *
 * @param action What it is read for, such as `read configuration`; only used in errors.
 * @throws {InputError} If it cannot be read or parsed.
 */
export async function readYaml(path: string, action: string): Promise<unknown> {
  const text = decodeText(await readBytes(path, action), path, action);
  try {
    return parse(text); // YAML contains JSON
  } catch (error) {
    const reason = (error as Error).message.split("\n")[0]!.replace(/:$/, "");
    throw new InputError(`${path}: Cannot ${action} as it must be a JSON or YAML file: ${reason}`);
  }
}
