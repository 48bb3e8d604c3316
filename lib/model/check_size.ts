/** Sizes of what is created. */

/**
 * Checks a size, before anything of it is allocated.
 *
 * @param action What is done, for the error, such as `create proxies`.
 * @throws {RangeError} If it is not a whole number of at least 1.
 */
export function checkSize(action: string, name: string, size: number): void {
  if (Number.isInteger(size) && size >= 1) return;
  throw new RangeError(
    `Cannot ${action} as ${name} must be a whole number of at least 1: it is ${size}`,
  );
}
