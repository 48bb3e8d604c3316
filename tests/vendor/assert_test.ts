import {
  assert,
  assertAlmostEquals,
  assertEquals,
  AssertionError,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";

/** Whether an assertion fails, found out without the assertions under test. */
function fails(assertion: () => void): boolean {
  try {
    assertion();
  } catch (error) {
    if (error instanceof AssertionError) return true;
    throw error;
  }
  return false;
}

async function rejects(assertion: () => Promise<unknown>): Promise<boolean> {
  try {
    await assertion();
  } catch (error) {
    if (error instanceof AssertionError) return true;
    throw error;
  }
  return false;
}

function expectPassAndFailure(name: string, passes: () => void, failing: () => void): void {
  Deno.test(`${name}() passes where it should and fails where it should`, () => {
    if (fails(passes)) throw new Error(`${name} fails on what holds`);
    if (!fails(failing)) throw new Error(`${name} passes what does not hold`);
  });
}

const value = { a: [1, NaN, new Float32Array([1])], b: new Map([["x", 1]]) };
const same = { a: [1, NaN, new Float32Array([1])], b: new Map([["x", 1]]) };
const other = { a: [1, NaN, new Float32Array([2])], b: new Map([["x", 1]]) };

expectPassAndFailure("assert", () => assert("x"), () => assert(0));
expectPassAndFailure(
  "assertEquals",
  () => assertEquals(value, same),
  () => assertEquals(value, other),
);
expectPassAndFailure(
  "assertNotEquals",
  () => assertNotEquals(value, other),
  () => assertNotEquals(value, same),
);
expectPassAndFailure(
  "assertStrictEquals",
  () => assertStrictEquals(value, value),
  () => assertStrictEquals(value, same),
);
expectPassAndFailure(
  "assertAlmostEquals",
  () => assertAlmostEquals(1 + 5e-8, 1),
  () => assertAlmostEquals(1 + 2e-7, 1),
);
expectPassAndFailure(
  "assertAlmostEquals",
  () => assertAlmostEquals(1.4, 1, 0.5),
  () => assertAlmostEquals(NaN, 1, 0.5),
);
expectPassAndFailure(
  "assertStringIncludes",
  () => assertStringIncludes("abc", "b"),
  () => assertStringIncludes("abc", "d"),
);
expectPassAndFailure(
  "assertMatch",
  () => assertMatch("abc", /b/),
  () => assertMatch("abc", /^b/),
);

const throwRange = () => {
  throw new RangeError("too far");
};
expectPassAndFailure("assertThrows", () => assertThrows(throwRange), () => assertThrows(() => 1));
expectPassAndFailure(
  "assertThrows",
  () => assertThrows(throwRange, RangeError, "far"),
  () => assertThrows(throwRange, RangeError, "near"),
);
expectPassAndFailure(
  "assertThrows",
  () => assertThrows(throwRange, Error),
  () => assertThrows(throwRange, TypeError),
);

Deno.test("assertThrows() returns the error", () => {
  const error: RangeError = assertThrows(throwRange, RangeError);
  if (error.message !== "too far") throw new Error("another error");
});

Deno.test("assertRejects() wants a rejected promise of the class and text, and returns the reason", async () => {
  const reject = () => Promise.reject(new RangeError("too far"));
  const error: RangeError = await assertRejects(reject, RangeError, "too");
  if (error.message !== "too far") throw new Error("another error");
  const wrong = [
    () => assertRejects(reject, RangeError, "near"),
    () => assertRejects(reject, TypeError),
    () => assertRejects(() => Promise.resolve(1)),
    () => assertRejects(throwRange), // throws before there is a promise
  ];
  for (const assertion of wrong) {
    if (!await rejects(assertion)) throw new Error(`passes ${assertion}`);
  }
});

Deno.test("AssertionError is made from a message, as @std/assert's is", () => {
  const { name, message } = new AssertionError("text");
  if (name !== "AssertionError" || message !== "text") throw new Error(`${name}: ${message}`);
});
