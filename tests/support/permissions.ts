/** Skips with a reason: plain `deno test` runs the numerical checks; `deno task test` runs everything. */

/** `net` is this machine alone: tests need no network. */
export type PermissionName = "read" | "write" | "env" | "ffi" | "sys" | "run" | "net";

/**
 * Whether any of the named permissions is not granted, for `Deno.test({ ignore: needs("read") })`.
 * Says once per permission set why tests were left out.
 */
export function needs(...names: readonly PermissionName[]): boolean {
  const missing = names.filter((name) =>
    Deno.permissions.querySync(describe(name)).state !== "granted"
  );
  if (missing.length === 0) return false;
  const reason = missing.map((name) => `--allow-${name}`).join(" ");
  if (!said.has(reason)) {
    said.add(reason);
    console.warn(`Some tests are skipped as they need ${reason}: run \`deno task test\``);
  }
  return true;
}

function describe(name: PermissionName): Deno.PermissionDescriptor {
  return name === "net" ? { name, host: "127.0.0.1" } : { name };
}

const said = new Set<string>();
