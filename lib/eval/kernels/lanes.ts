// deno-lint-ignore-file
// @ts-nocheck AssemblyScript: TypeScript's syntax, its own types

/** The sum of four int32. */
export function sumLanes(v: v128): i32 {
  return i32x4.extract_lane(v, 0) + i32x4.extract_lane(v, 1) + i32x4.extract_lane(v, 2) +
    i32x4.extract_lane(v, 3);
}
