/** The tensors of a network among whatever else a checkpoint holds. */

import { InputError } from "../../errors.ts";
import type { PickleValue } from "../../file/pytorch/pickle_globals.ts";
import { StoredTensor } from "../../file/pytorch/stored_tensor.ts";
import { describePickleValue } from "../../file/pytorch/unpickle.ts";
import { quoteText } from "../../file/quote_text.ts";

/** Where training programs put the network. */
const STATE_KEYS = ["state_dict", "model", "model_state_dict"];
/** What PyTorch's wrappers for several devices put before every name. */
const WRAPPER_PREFIX = "module.";
const LISTED_COUNT = 10;

/**
 * Finds the tensors by name: those of the checkpoint itself, or of its entry `state_dict`, `model` or `model_state_dict`.
 *
 * @param path Where the checkpoint came from; only used in errors.
 * @throws {InputError} If there are none, or something among them is no tensor.
 */
export function findState(checkpoint: PickleValue, path: string): Map<string, StoredTensor> {
  let state = checkpoint;
  while (state instanceof Map && !holdsTensors(state)) {
    const dict: Map<PickleValue, PickleValue> = state;
    const key = STATE_KEYS.find((key) => dict.get(key) instanceof Map);
    if (key === undefined) break;
    state = dict.get(key)!;
  }
  if (!(state instanceof Map)) {
    return fail(path, "it must hold tensors by name", describePickleValue(state));
  }
  if (!holdsTensors(state)) {
    const keys = [...state.keys()].slice(0, LISTED_COUNT).map((key) => quoteText(String(key)))
      .join(", ");
    fail(
      path,
      `it must hold tensors by name, or in ${STATE_KEYS.join(", ")}`,
      `a dict of ${keys || "nothing"}`,
    );
  }
  return stripWrapper(checkState(state, path));
}

function holdsTensors(state: ReadonlyMap<PickleValue, PickleValue>): boolean {
  return state.values().some((value) => value instanceof StoredTensor);
}

function checkState(
  state: ReadonlyMap<PickleValue, PickleValue>,
  path: string,
): Map<string, StoredTensor> {
  const tensors = new Map<string, StoredTensor>();
  for (const [name, value] of state) {
    if (typeof name !== "string" || !(value instanceof StoredTensor)) {
      fail(
        path,
        `entry ${quoteText(String(name))} must be a tensor`,
        describePickleValue(value),
      );
    }
    tensors.set(name, value);
  }
  return tensors;
}

function stripWrapper(tensors: Map<string, StoredTensor>): Map<string, StoredTensor> {
  if (!tensors.keys().every((name) => name.startsWith(WRAPPER_PREFIX))) return tensors;
  return new Map(
    tensors.entries().map(([name, tensor]) => [name.slice(WRAPPER_PREFIX.length), tensor]),
  );
}

function fail(path: string, rule: string, value: string): never {
  throw new InputError(`${path}: Cannot read weights as ${rule}: it is ${value}`);
}
