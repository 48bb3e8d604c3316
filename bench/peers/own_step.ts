/**
 * Our own program as the other side of bench/train_step.ts, for `--against`: the same protocol as bench/peers/train_step.py.
 *
 *     deno run -A bench/peers/own_step.ts CHOICE   # an OwnChoice of bench/own_training.ts as JSON
 */
// deno-lint-ignore-file no-console

import { openOwnSide, type OwnChoice } from "../own_training.ts";
import { readLines } from "./process_group.ts";

const { side } = await openOwnSide(JSON.parse(Deno.args[0]!) as OwnChoice);
await side.step();
console.log(side.name);
for await (const line of readLines(Deno.stdin.readable)) {
  const { op } = JSON.parse(line) as { op: "step" | "embed" | "processor" | "memory" };
  console.log(await side[op]());
}
