import { assertEquals } from "@std/assert";
import type { Comparison } from "../../bench/comparisons.ts";
import { type Finding, formatFindings } from "../../bench/format_findings.ts";
import { needs } from "../support/permissions.ts";

const MACHINE = {
  date: "2026-01-02 03:04 UTC",
  processor: "A processor",
  coreCount: 2,
  memoryBytes: 24 * 2 ** 30,
  command: "bench/all.ts --rounds 2",
};
const COMPARISONS: readonly Comparison[] = [
  { title: "One", goal: "1.5", script: "one.ts", args: ["--images", "3"] },
  { title: "Two", goal: "a curve", script: "two.ts", args: [] },
  { title: "Three", goal: "2", script: "three.ts", args: [] },
];
const FINDINGS: readonly Finding[] = [
  {
    comparison: COMPARISONS[0]!,
    load: 0.25,
    seconds: 61,
    text: "ours 1 s  \nratio 2",
    failure: null,
  },
  {
    comparison: COMPARISONS[1]!,
    load: 3,
    seconds: 100.4,
    text: "",
    failure: "exit code 1; its last line: no <b> in *a_b*",
  },
];

/** The file without its head, which names this Deno. */
function bodyOf(isDone: boolean): string {
  const state = {
    isDone,
    seconds: 162,
    comparisons: isDone ? COMPARISONS.slice(0, 2) : COMPARISONS,
  };
  const text = formatFindings(MACHINE, FINDINGS, state);
  return text.slice(text.indexOf("part.") + "part.".length);
}

const SECTIONS = `
## One

\`bench/one.ts --images 3\`, 61 s, load before it 0.3. Asked: 1.5.

\`\`\`text
ours 1 s
ratio 2
\`\`\`

## Two

\`bench/two.ts\`, 100 s, load before it 3.0. Asked: a curve.

**Failed**: exit code 1; its last line: no \\<b\\> in \\*a\\_b\\*
`;

Deno.test("findings say what failed and why, at the top and in their place", () => {
  assertEquals(
    bodyOf(true),
    "\n\n1 of 2 comparisons in 2.7 minutes.\n\n" +
      "**Two**: exit code 1; its last line: no \\<b\\> in \\*a\\_b\\*\n" + SECTIONS,
  );
});

Deno.test("findings of an interrupted run say what was not run", () => {
  assertEquals(
    bodyOf(false).split("\n")[2],
    "**Not whole**: 2 of 3 comparisons after 2.7 minutes. Not run: Three.",
  );
});

Deno.test({
  name: "findings are laid out as deno fmt leaves them",
  ignore: needs("read", "run"),
  async fn() {
    const text = formatFindings(MACHINE, FINDINGS, {
      isDone: true,
      seconds: 162,
      comparisons: COMPARISONS.slice(0, 2),
    });
    const child = new Deno.Command(Deno.execPath(), {
      args: ["fmt", "--ext", "md", "-"],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(text));
    await writer.close();
    const { stdout } = await child.output();
    assertEquals(new TextDecoder().decode(stdout), text);
  },
});
