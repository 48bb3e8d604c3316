import { assertEquals } from "@std/assert";
import { parseArgs } from "@std/cli";

const OPTIONS = { string: ["rate", "seed"], boolean: ["help"], alias: { h: "help" } };

Deno.test("parseArgs() reads strings, booleans, short names and what is no flag", () => {
  assertEquals({ ...parseArgs(["--rate", "0.1,0.5", "--seed=7", "-h", "file", "12"], OPTIONS) }, {
    _: ["file", 12],
    rate: "0.1,0.5",
    seed: "7",
    h: true,
    help: true,
  });
  assertEquals(parseArgs([], OPTIONS)["help"], false);
  assertEquals(parseArgs(["--rate"], OPTIONS)["rate"], "");
});

Deno.test("parseArgs() lets the last value count, or gathers all of them", () => {
  const args = ["--rate", "1", "--rate", "2"];
  assertEquals(parseArgs(args, OPTIONS)["rate"], "2");
  assertEquals(parseArgs(args, { ...OPTIONS, collect: ["rate", "seed"] }), {
    _: [],
    h: false,
    help: false,
    rate: ["1", "2"],
    seed: [],
  });
});

Deno.test("parseArgs() asks about arguments that no option names", () => {
  const asked: unknown[][] = [];
  const parsed = parseArgs(["--sede=3", "stray", "--no-help", "--seed", "4"], {
    ...OPTIONS,
    unknown: (...question) => {
      asked.push(question);
      return false;
    },
  });
  assertEquals(asked.map(([arg]) => arg).sort(), ["--no-help", "--sede=3", "stray"]);
  assertEquals(asked.find(([arg]) => arg === "--sede=3"), ["--sede=3", "sede", "3"]);
  assertEquals({ ...parsed }, { _: [], h: false, help: false, seed: "4" });
});

Deno.test("parseArgs() takes nothing after -- for a flag", () => {
  assertEquals(parseArgs(["--", "--rate", "--no-help"], OPTIONS)._, ["--rate", "--no-help"]);
});
