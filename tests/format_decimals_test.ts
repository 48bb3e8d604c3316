import { assertEquals } from "@std/assert";
import { formatDecimals } from "../lib/format_decimals.ts";

Deno.test("formatDecimals() gives what rounds to zero no sign", () => {
  assertEquals(
    [-0.004, -0, 0.004, -0.006, 12.345].map((value) => formatDecimals(value, 2)),
    ["0.00", "0.00", "0.00", "-0.01", "12.35"],
  );
  assertEquals([formatDecimals(-0.5, 0), formatDecimals(NaN, 1)], ["-1", "NaN"]);
});
