/**
 * Every comparison of the program with its peers, one after the other; writes bench/results.md with machine, versions and date.
 *
 *     deno run --allow-read --allow-write=bench --allow-env --allow-sys --allow-run=deno bench/all.ts [--rounds 10] [--only deit]
 *
 * A comparison that fails stands in the file with its last line, and the exit code is 1. The load of the machine before each stands
 * beside it: figures taken under load are worth less, and those by processor time more. `--only` prints and writes nothing.
 */
// deno-lint-ignore-file no-console

import { parseArgs } from "@std/cli";
import { fromFileUrl } from "@std/path";

interface Comparison {
  readonly title: string;
  readonly script: string;
  readonly args: readonly string[];
  /** Whether it takes `--rounds`. */
  readonly hasRounds: boolean;
}

const evaluation = (images: number, backend: string): Comparison => ({
  title: `Self-retrieval, N = ${images}, D = 512, backend ${backend}`,
  script: "evaluation.ts",
  args: ["--images", `${images}`, "--backend", backend],
  hasRounds: true,
});
const training = (title: string, backbone: string, precision: string): Comparison => ({
  title: `${title}, step of 8 and embedding of 32 images, ${precision}`,
  script: "train_step.ts",
  args: ["--backbone", backbone, "--precision", precision],
  hasRounds: true,
});

const COMPARISONS: readonly Comparison[] = [
  ...["tensorflow", "wasm"].flatMap((backend) => [
    evaluation(5924, backend),
    evaluation(60_502, backend),
  ]),
  ...["float32", "bfloat16"].flatMap((precision) => [
    training("ResNet-50", "resnet50", precision),
    training("DeiT-S", "deit_s", precision),
  ]),
  training("BN-Inception", "bn_inception", "float32"),
  ...["resnet50", "resnet_mini"].map((backbone) => ({
    title: `Threads of backend wasm, ${backbone}`,
    script: "wasm_threads.ts",
    args: ["--backbone", backbone],
    hasRounds: true,
  })),
  { title: "Files to crops of 224 px", script: "image_pipeline.ts", args: [], hasRounds: false },
  { title: "Opening 60,000 images", script: "opening.ts", args: [], hasRounds: false },
];

const PERMISSIONS = ["read", "write", "env", "ffi", "sys", "run"].map((name) => `--allow-${name}`);

/** Runs one comparison; what it printed, or its last line of complaint. */
async function run({ script, args, hasRounds }: Comparison, rounds: string | undefined) {
  const path = fromFileUrl(new URL(script, import.meta.url));
  const more = hasRounds && rounds !== undefined ? ["--rounds", rounds] : [];
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...PERMISSIONS, path, ...args, ...more],
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  const complaint = decoder.decode(stderr).trim().split("\n").at(-1)!;
  return { success, text: success ? decoder.decode(stdout).trim() : `failed: ${complaint}` };
}

/** One section; its fence is as `deno fmt` leaves it. */
function formatSection({ title, script, args }: Comparison, load: number, text: string): string {
  const command = ["bench/" + script, ...args].join(" ");
  const lines = text.split("\n").map((line) => line.trimEnd()).join("\n");
  return `## ${title}\n\n\`${command}\`, load before it ${
    load.toFixed(1)
  }\n\n\`\`\`text\n${lines}\n\`\`\`\n`;
}

/** The name of the processor, on Linux. */
async function readProcessor(): Promise<string> {
  const text = await Deno.readTextFile("/proc/cpuinfo").catch(() => "");
  return /^model name\s*:\s*(.*)$/m.exec(text)?.[1] ?? Deno.build.arch;
}

const flags = parseArgs(Deno.args, { string: ["rounds", "only"] });
const rounds = flags.rounds === undefined ? undefined : String(flags.rounds);
const chosen = COMPARISONS.filter(({ title }) =>
  title.toLowerCase().includes(String(flags.only ?? "").toLowerCase())
);
const sections: string[] = [];
let failedCount = 0;
for (const comparison of chosen) {
  const [load] = Deno.loadavg() as [number];
  console.log(`${comparison.title} ...`);
  const { success, text } = await run(comparison, rounds);
  if (!success) failedCount++;
  console.log(text);
  sections.push(formatSection(comparison, load, text));
}
if (flags.only === undefined) {
  const gigabytes = Deno.systemMemoryInfo().total / 2 ** 30;
  const head = `# Against the peers\n\nWritten by \`bench/all.ts\` on ${
    new Date().toISOString().slice(0, 10)
  }: ${await readProcessor()}, ${navigator.hardwareConcurrency} cores, ${
    gigabytes.toFixed(0)
  } GiB, ${Deno.build.os}; Deno ${Deno.version.deno}. The versions of both sides stand in each part.\n`;
  await Deno.writeTextFile(
    new URL("results.md", import.meta.url),
    [head, ...sections].join("\n"),
  );
}
if (failedCount > 0) Deno.exit(1);
