/** Skips with a reason: plain `deno test` runs the numerical checks; `deno task test` runs everything. */

export type PermissionName = "read" | "write" | "env" | "ffi" | "sys" | "run";

/**
 * Whether any of the named permissions is not granted, for `Deno.test({ ignore: needs("read") })`.
 * Says once per permission set why tests were left out.
 */
export function needs(...names: readonly PermissionName[]): boolean {
  const missing = names.filter((name) =>
    Deno.permissions.querySync({ name } as Deno.PermissionDescriptor).state !== "granted"
  );
  if (missing.length === 0) return false;
  const reason = missing.map((name) => `--allow-${name}`).join(" ");
  if (!said.has(reason)) {
    said.add(reason);
    console.warn(`Some tests are skipped as they need ${reason}: run \`deno task test\``);
  }
  return true;
}

const said = new Set<string>();
