/**
 * sharp, loaded when the first image needs it: it is native code, which asks for permissions that nothing else here does.
 */

/** The function that npm:sharp exports. */
export type SharpModule = typeof import("sharp")["default"];

let loaded: Promise<SharpModule> | undefined;

/** Loads sharp once, set up for many images side by side. */
export function loadSharp(): Promise<SharpModule> {
  return loaded ??= load();
}

async function load(): Promise<SharpModule> {
  const { default: sharp } = await import("sharp");
  sharp.concurrency(1); // one thread within an image; several images are under way
  sharp.cache(false); // it would hold memory for images that are decoded once
  return sharp;
}
