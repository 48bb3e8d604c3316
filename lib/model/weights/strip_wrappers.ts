/** Names of tensors without what wrappers put before them. */

/** Modules that wrap another one wherever it stands: of several devices, and of `torch.compile`. */
const WRAPPERS: ReadonlySet<string> = new Set(["module", "_orig_mod"]);
/** What programs call the network within theirs; taken off where every name has it. */
const OWNERS: ReadonlySet<string> = new Set(
  ["model", "backbone", "network", "net", "encoder", "student", "teacher"],
);

/**
 * Takes the names of wrappers off, in any order and number: `module._orig_mod.model.conv1.weight` is `conv1.weight`.
 *
 * @returns The tensors by their new names, in their order; those of two equal names keep what they had.
 */
export function stripWrappers<T>(tensors: ReadonlyMap<string, T>): Map<string, T> {
  let names = [...tensors.keys()].map((name) => name.split("."));
  names = names.map((parts) => {
    const kept = parts.filter((part) => !WRAPPERS.has(part));
    return kept.length > 0 ? kept : parts;
  });
  for (let owner = commonOwner(names); owner !== null; owner = commonOwner(names)) {
    names = names.map((parts) => parts.slice(1));
  }
  const stripped = names.map((parts) => parts.join("."));
  if (new Set(stripped).size < stripped.length) return new Map(tensors);
  return new Map([...tensors.values()].map((tensor, i) => [stripped[i]!, tensor]));
}

/** The owner that every name begins with, if there is one. */
function commonOwner(names: readonly (readonly string[])[]): string | null {
  const [first] = names[0] ?? [];
  if (first === undefined || !OWNERS.has(first)) return null;
  return names.every((parts) => parts.length > 1 && parts[0] === first) ? first : null;
}
