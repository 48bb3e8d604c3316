/**
 * Stand-in for `jsr:@std/assert` 1.x: the names used here, with its signatures, over `node:assert/strict`.
 *
 * One difference: `assertEquals()` tells 0 from -0, which @std/assert does not.
 */
import nodeAssert from "node:assert/strict";

/** What the assertions of this module throw. */
export class AssertionError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AssertionError";
  }
}

// deno-lint-ignore no-explicit-any -- the constructor type that @std/assert declares
type ErrorClass<E extends Error> = abstract new (...args: any[]) => E;

/** Fails unless `expr` is truthy. */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}

/** Fails unless both values are deeply and strictly equal. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  check(() => nodeAssert.deepStrictEqual(actual, expected), msg);
}

/** Fails if both values are deeply and strictly equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  check(() => nodeAssert.notDeepStrictEqual(actual, expected), msg);
}

/** Fails unless `actual` is the very same value as `expected`. */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  check(() => nodeAssert.strictEqual(actual, expected), msg);
}

/** Fails unless the numbers differ by at most `tolerance` (default: 1e-7 of the expected value). */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance: number = Number.isFinite(expected) ? Math.abs(expected * 1e-7) : 1e-7,
  msg?: string,
): void {
  if (Object.is(actual, expected) || Math.abs(actual - expected) <= tolerance) return;
  const rule = `Expected actual: "${actual}" to be close to "${expected}" within "${tolerance}"`;
  throw new AssertionError(withMessage(rule, msg));
}

/** Fails unless `actual` contains `expected`. */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  if (actual.includes(expected)) return;
  throw new AssertionError(
    withMessage(`Expected actual: "${actual}" to contain: "${expected}"`, msg),
  );
}

/** Fails unless `actual` matches `expected`. */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  if (expected.test(actual)) return;
  throw new AssertionError(
    withMessage(`Expected actual: "${actual}" to match: "${expected}"`, msg),
  );
}

/** Fails unless `fn` throws; returns what it threw. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/** Fails unless `fn` throws an `ErrorClass` whose message contains `msgIncludes`; returns it. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows<E extends Error>(
  fn: () => unknown,
  classOrMsg?: ErrorClass<E> | string,
  msgIncludes?: string,
  msg?: string,
): unknown {
  let thrown: { error: unknown } | null = null;
  try {
    fn();
  } catch (error) {
    thrown = { error };
  }
  return checkThrown("Expected function to throw", thrown, classOrMsg, msgIncludes, msg);
}

/** Fails unless the promise that `fn` returns rejects; resolves to the reason. */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
/** Fails unless the promise that `fn` returns rejects with an `ErrorClass` whose message contains `msgIncludes`. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects<E extends Error>(
  fn: () => PromiseLike<unknown>,
  classOrMsg?: ErrorClass<E> | string,
  msgIncludes?: string,
  msg?: string,
): Promise<unknown> {
  let thrown: { error: unknown } | null = null;
  const promise = callRejecting(fn, typeof classOrMsg === "string" ? classOrMsg : msg);
  try {
    await promise;
  } catch (error) {
    thrown = { error };
  }
  return checkThrown("Expected function to reject", thrown, classOrMsg, msgIncludes, msg);
}

function callRejecting(fn: () => PromiseLike<unknown>, msg?: string): PromiseLike<unknown> {
  try {
    return fn();
  } catch (cause) {
    const rule = "Function throws when expected to reject";
    throw new AssertionError(withMessage(rule, msg), { cause });
  }
}

function checkThrown<E extends Error>(
  rule: string,
  thrown: { error: unknown } | null,
  classOrMsg?: ErrorClass<E> | string,
  msgIncludes = "",
  msg = typeof classOrMsg === "string" ? classOrMsg : undefined,
): unknown {
  if (thrown === null) throw new AssertionError(withMessage(rule, msg));
  const { error } = thrown;
  if (classOrMsg === undefined || typeof classOrMsg === "string") return error;
  if (!(error instanceof classOrMsg)) {
    const wrongClass = `Expected error to be instance of "${classOrMsg.name}", but was "${error}"`;
    throw new AssertionError(withMessage(wrongClass, msg), { cause: error });
  }
  if (!error.message.includes(msgIncludes)) {
    const wrongText =
      `Expected error message to include "${msgIncludes}", but got "${error.message}"`;
    throw new AssertionError(withMessage(wrongText, msg), { cause: error });
  }
  return error;
}

/** Runs an assertion of `node:assert`, whose error class has another constructor than @std's. */
function check(nodeAssertion: () => void, msg: string | undefined): void {
  try {
    nodeAssertion();
  } catch (error) {
    const { message } = error as Error;
    throw new AssertionError(msg === undefined ? message : `${msg}\n${message}`);
  }
}

function withMessage(rule: string, msg: string | undefined): string {
  return msg ? `${rule}: ${msg}` : `${rule}.`;
}
