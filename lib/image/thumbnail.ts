/** Small pictures of images, for people to look at. */

import { join } from "@std/path";
import { loadSharp } from "../file/image/load_sharp.ts";

/**
 * A square JPEG of the middle of an image.
 *
 * @param folder Folder that `imagePath` is below.
 * @param size Side in pixels.
 */
export async function makeThumbnail(
  folder: string,
  imagePath: string,
  size: number,
): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const bytes = await Deno.readFile(join(folder, imagePath));
  return await sharp(bytes).resize(size, size, { fit: "cover" }).flatten()
    .toColourspace("srgb").jpeg({ quality: 72 }).toBuffer();
}
