import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/errors.ts";
import {
  configureLoss,
  findLoss,
  listLossesWith,
  LOSS_NAMES,
  LOSS_PARAMETERS,
  LOSSES,
} from "../../lib/loss/losses.ts";
import { isWithinRange } from "../../lib/number_range.ts";

Deno.test("losses are told apart by name and title, and a name fits into a run id", () => {
  assertEquals(LOSS_NAMES.slice(0, 3), ["proxy_an", "proxy_anchor", "proxy_nca"]);
  assertEquals(new Set(LOSS_NAMES).size, LOSSES.length);
  assertEquals(new Set(LOSSES.map(({ title }) => title)).size, LOSSES.length);
  for (const name of LOSS_NAMES) {
    assertEquals(/^[a-z][a-z0-9_]*$/.test(name), true, name);
    assertEquals(findLoss(name).name, name);
  }
});

Deno.test("parameters of one name are one definition, whose default is in its range", () => {
  assertEquals(LOSS_PARAMETERS.slice(0, 2).map(({ name }) => name), ["alpha", "margin"]);
  assertEquals(
    new Set(LOSS_PARAMETERS.map(({ name }) => name)).size,
    LOSS_PARAMETERS.length,
    "two losses give one name two meanings: it would be one flag and one column",
  );
  for (const parameter of LOSS_PARAMETERS) {
    assertEquals(isWithinRange(parameter.default, parameter.range), true, parameter.name);
    assertEquals(/^[a-z][a-z0-9_]*$/.test(parameter.name), true, parameter.name);
  }
});

Deno.test("a configuration holds the loss's own parameters alone", () => {
  assertEquals(configureLoss("proxy_an"), { name: "proxy_an", alpha: 32, margin: 0.1 });
  assertEquals(configureLoss("proxy_anchor", { alpha: 12 }), {
    name: "proxy_anchor",
    alpha: 12,
    margin: 0.1,
  });
  assertEquals(configureLoss("proxy_nca", { alpha: 12, margin: 0.2 }), { name: "proxy_nca" });
  assertEquals(listLossesWith("alpha").includes("proxy_nca"), false);
});

Deno.test("an unknown loss is refused with the nearest name", () => {
  assertThrows(
    () => findLoss("proxy_ancor"),
    UsageError,
    `Cannot find loss as it must be one of ${LOSS_NAMES.join(", ")}: ` +
      'it is "proxy_ancor" (did you mean proxy_anchor?)',
  );
});
