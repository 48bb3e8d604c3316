/** The tensors of a network among whatever else a checkpoint holds. */

import { InputError } from "../../errors.ts";
import { describePickleValue, type PickleValue } from "../../file/pytorch/pickle_value.ts";
import { StoredTensor } from "../../file/pytorch/stored_tensor.ts";
import { quoteText } from "../../file/quote_text.ts";

/** Where training programs put the network, the likeliest first. */
const STATE_KEYS = [
  "state_dict",
  "model_state_dict",
  "model",
  "network",
  "net",
  "module",
  "params",
];
/** Where they put its running average, or the other of two networks; taken where there is nothing else. */
const AVERAGE_KEYS = [
  "ema_state_dict",
  "state_dict_ema",
  "model_ema_state_dict",
  "model_ema",
  "ema_model",
  "ema",
  "teacher",
  "student",
];
const DEEPEST = 4;
const LISTED_COUNT = 10;

/** The tensors of one network. */
export interface FoundState {
  /** By name, in the order of the file. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Keys that lead to it, joined by dots; empty if it is the checkpoint itself. */
  readonly key: string;
  /** Keys of the other networks in the file. */
  readonly otherKeys: readonly string[];
}

type Dict = ReadonlyMap<PickleValue, PickleValue>;

interface Candidate {
  readonly path: readonly string[];
  readonly dict: Dict;
}

/**
 * Finds the tensors of a network by name: those of the checkpoint itself, or of an entry such as `state_dict`.
 *
 * @param path Where the checkpoint came from; only used in errors.
 * @param key Keys that lead to it, joined by dots, where the file holds several. @default {the likeliest}
 * @throws {InputError} If there are none, several of which none is likelier, or something among them is no tensor.
 */
export function findState(checkpoint: PickleValue, path: string, key?: string): FoundState {
  if (!(checkpoint instanceof Map)) {
    return fail(path, "it must hold tensors by name", describeOther(checkpoint));
  }
  const candidates = listCandidates(checkpoint);
  const chosen = key === undefined
    ? chooseLikeliest(candidates)
    : candidates.find((candidate) => joinPath(candidate) === key) ?? null;
  if (!chosen) return failUnchosen(path, checkpoint, candidates, key);
  const others = candidates.filter((other) => other !== chosen && isLikely(other));
  return {
    tensors: checkState(chosen.dict, path),
    key: joinPath(chosen),
    otherKeys: others.map(joinPath),
  };
}

/** Dicts that hold tensors, reached by keys that are text. Numbers as keys are those of optimizers. */
function listCandidates(checkpoint: Dict): Candidate[] {
  const candidates: Candidate[] = [];
  let level: Candidate[] = [{ path: [], dict: checkpoint }];
  for (let depth = 0; depth < DEEPEST; depth++) {
    const below: Candidate[] = [];
    for (const candidate of level) {
      let holdsTensor = false;
      for (const [key, value] of candidate.dict) {
        if (value instanceof StoredTensor) holdsTensor = true;
        if (!(value instanceof Map) || typeof key !== "string") continue;
        below.push({ path: [...candidate.path, key], dict: value });
      }
      if (holdsTensor) candidates.push(candidate);
    }
    level = below;
  }
  return candidates;
}

function chooseLikeliest(candidates: readonly Candidate[]): Candidate | null {
  const byRank = (keys: readonly string[]) =>
    candidates
      .filter(({ path }) => path.length > 0 && path.every((key) => keys.includes(key)))
      .toSorted((a, b) => keys.indexOf(a.path[0]!) - keys.indexOf(b.path[0]!))[0];
  const whole = candidates.find(({ path, dict }) =>
    path.length === 0 && !holdsNetwork(dict, candidates)
  );
  const parts = candidates.filter(({ path }) => path.length > 0);
  const only = !whole && parts.length === 1 ? parts[0] : undefined;
  return byRank(STATE_KEYS) ?? whole ?? byRank([...STATE_KEYS, ...AVERAGE_KEYS]) ?? only ?? null;
}

/** A dict of networks is none, even where it holds a tensor beside them, such as the best accuracy; they have more entries. */
function holdsNetwork(whole: Dict, candidates: readonly Candidate[]): boolean {
  return candidates.some(({ path, dict }) => path.length === 1 && dict.size > whole.size);
}

function isLikely({ path }: Candidate): boolean {
  const known = [...STATE_KEYS, ...AVERAGE_KEYS];
  return path.length > 0 && path.every((key) => known.includes(key));
}

function joinPath({ path }: Candidate): string {
  return path.join(".");
}

function checkState(state: Dict, path: string): Map<string, StoredTensor> {
  const tensors = new Map<string, StoredTensor>();
  for (const [name, value] of state) {
    if (typeof name !== "string" || !(value instanceof StoredTensor)) {
      const shown = typeof name === "string" ? quoteText(name) : describePickleValue(name);
      fail(path, `entry ${shown} must be a tensor`, describePickleValue(value));
    }
    tensors.set(name, value);
  }
  return tensors;
}

function failUnchosen(
  path: string,
  checkpoint: Dict,
  candidates: readonly Candidate[],
  key: string | undefined,
): never {
  if (candidates.length > 0) {
    const keys = candidates.map((candidate) => quoteText(joinPath(candidate)));
    const rule = "--state must name one of its networks";
    return fail(
      path,
      rule,
      `${key === undefined ? "missing" : quoteText(key)}; there are ${listSome(keys)}`,
    );
  }
  const keys = [...checkpoint.keys()].slice(0, LISTED_COUNT + 1).map(describePickleValue);
  return fail(
    path,
    `it must hold tensors by name, or in ${STATE_KEYS.join(", ")}`,
    `a dict of ${listSome(keys) || "nothing"}`,
  );
}

/** A whole module is the commonest of the files that are no state. */
function describeOther(value: PickleValue): string {
  const shown = describePickleValue(value);
  return shown.startsWith("an object") ? `${shown}; save its state_dict() instead` : shown;
}

function listSome(texts: readonly string[]): string {
  const shown = texts.slice(0, LISTED_COUNT).join(", ");
  return texts.length > LISTED_COUNT ? `${shown} and more` : shown;
}

function fail(path: string, rule: string, value: string): never {
  throw new InputError(`${path}: Cannot read weights as ${rule}: it is ${value}`);
}
