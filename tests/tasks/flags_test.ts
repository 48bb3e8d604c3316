import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/errors.ts";
import { formatHelp, parseCommandLine } from "../../tasks/command_line/flags.ts";

const SPEC = {
  task: "train",
  summary: "Trains.",
  flags: [
    { name: "dataset", value: "NAME", help: "Dataset." },
    { name: "seed", value: "N", help: "Seed." },
    { name: "rerun", help: "Again." },
  ],
  examples: ["deno task train --dataset cub200"],
};
const parse = (...args: string[]) => parseCommandLine(SPEC, args)!;

Deno.test("flags are read as names, numbers and switches", () => {
  const flags = parse("--dataset", "sop", "--seed=1,2", "--rerun");
  assertEquals(flags.choice("dataset", ["cub200", "sop"]), "sop");
  assertEquals(flags.numbers("seed", { isInteger: true }), [1, 2]);
  assertEquals(flags.isOn("rerun"), true);
  assertEquals(parse("--seed=-0,+1e1,.5").numbers("seed"), [0, 10, 0.5]);
  assertEquals(parse().isOn("rerun"), false);
  assertEquals(parse().text("dataset"), undefined);
});

Deno.test("a negative number behind its flag is its value, and nowhere else", () => {
  assertEquals(parse("--seed", "-0.5").number("seed"), -0.5);
  assertEquals(parse("--seed", "-.5,2", "--rerun").numbers("seed"), [-0.5, 2]);
  assertThrows(
    () => parse("--seed", "-1").number("seed", { minimum: 0 }),
    UsageError,
    'Cannot use --seed as it must be a number of at least 0: it is "-1"',
  );
  assertThrows(() => parse("--rerun", "-1"), UsageError, "Cannot run train as its flags are");
  assertThrows(
    () => parse("--seed", "--rerun").text("seed"),
    UsageError,
    "Cannot use --seed as it needs a value: it is empty",
  );
});

Deno.test("an unknown flag is named with the nearest known one", () => {
  assertThrows(
    () => parse("--sed", "1"),
    UsageError,
    'Cannot run train as its flags are --dataset, --seed, --rerun, --help: it is "--sed" (did you mean --seed?)',
  );
});

Deno.test("an unknown value is named with the nearest valid one", () => {
  assertThrows(
    () => parse("--dataset", "cub20").choice("dataset", ["cub200", "sop"]),
    UsageError,
    'Cannot use --dataset as it must be one of cub200, sop: it is "cub20" (did you mean cub200?)',
  );
});

Deno.test("a number outside its bounds, a missing value, a repeated flag and a stray argument are misuse", () => {
  const cases: [() => unknown, string][] = [
    [
      () => parse("--seed", "1.5").number("seed", { isInteger: true, minimum: 0 }),
      'Cannot use --seed as it must be a whole number of at least 0: it is "1.5"',
    ],
    [() => parse("--seed").number("seed"), "Cannot use --seed as it needs a value: it is empty"],
    [
      () => parse("--seed", "1", "--seed", "2").number("seed"),
      "Cannot use --seed as it must be given once: it is given 2 times",
    ],
    ...["0x10", "1e400", "NaN", "1,,2"].map((text): [() => unknown, string] => [
      () => parse("--seed", text).numbers("seed"),
      `Cannot use --seed as it must be a number: it is "${text === "1,,2" ? "" : text}"`,
    ]),
    [
      () => parse("--rerun=false"),
      'Cannot use --rerun as it must stand without a value: it is "--rerun=false"',
    ],
    [
      () => parse("--seed=1", "--", "x"),
      'Cannot run train as it takes flags only: the argument is "x"',
    ],
    [() => parse("cub200"), 'Cannot run train as it takes flags only: the argument is "cub200"'],
  ];
  for (const [run, message] of cases) assertThrows(run, UsageError, message);
});

Deno.test("--help wins over everything else and shows flags and examples", () => {
  assertEquals(parseCommandLine(SPEC, ["--help"]), null);
  const help = formatHelp(SPEC);
  assertStringIncludes(help, "--dataset NAME  Dataset.");
  assertStringIncludes(help, "deno task train --dataset cub200");
});

Deno.test("a task that takes operands has them as they were written, and misses what is missing", () => {
  const spec = { ...SPEC, task: "results", operands: { value: "merge DIR...", minimum: 2 } };
  assertEquals(parseCommandLine(spec, ["merge", "01", "--rerun"])!.operands, ["merge", "01"]);
  assertThrows(
    () => parseCommandLine(spec, ["merge"]),
    UsageError,
    "Cannot run results as it takes merge DIR...: there is 1 of them",
  );
  assertStringIncludes(formatHelp(spec), "Usage: deno task results merge DIR... [flags]");
});
