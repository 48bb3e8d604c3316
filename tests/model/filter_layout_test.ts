import { assertEquals } from "@std/assert";
import { convertFilterToHwio, convertFilterToOihw } from "../../lib/model/filter_layout.ts";

const SHAPE = [2, 3, 1, 2] as const; // O, I, H, W
/** Entry at [o, i, h, w] is the number o i w, digit by digit. */
const OIHW = [0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121];
const HWIO = [0, 100, 10, 110, 20, 120, 1, 101, 11, 111, 21, 121];

Deno.test("convertFilterToHwio() moves outputs last and inputs before them", () => {
  assertEquals([...convertFilterToHwio(OIHW, SHAPE)], HWIO);
});

Deno.test("convertFilterToOihw() is the way back", () => {
  assertEquals([...convertFilterToOihw(HWIO, SHAPE)], OIHW);
});
