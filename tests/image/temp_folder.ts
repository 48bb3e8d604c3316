/** Tests that write files. */

/** Runs `use` with the path of a new empty folder, which is removed afterwards. */
export async function inTempFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "proxyan_image_" });
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
