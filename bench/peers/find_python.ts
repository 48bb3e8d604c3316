/** The Python that peers run in. */

/** That of the variable `PROXYAN_PYTHON`, else python3. */
export function findPython(): string {
  return Deno.env.get("PROXYAN_PYTHON") ?? "python3";
}
