/** The bytes of small photographs: out of a zip file, or made of published ones. */

import { ByteSource } from "../file/byte_source.ts";
import { decodeImage } from "../file/image/decode.ts";
import { shrinkPhoto } from "../file/image/shrink_photo.ts";
import { quoteText } from "../file/quote_text.ts";
import { listZip } from "../file/zip.ts";
import { copyEntry } from "../file/zip_entry.ts";
import type { OriginalImage, PhotoOriginal } from "./original.ts";

/** Pixels of a small photograph's shorter side, where it is not smaller as published. */
const SHORTER_SIDE = 112;
/** Of their JPEG. */
const QUALITY = 78;
const ACTION = "unpack photographs";
/** A split, a class and a file: none of them hidden, or leading elsewhere. */
const ENTRY = /^(train|test)\/([^./\\][^/\\]*)\/([^./\\][^/\\]*)$/;

/** A small photograph that is not there yet; `sourcePath` is what it comes from. */
export interface PhotoFile extends OriginalImage {
  /** Its bytes, of a JPEG. */
  readonly load: () => Promise<Uint8Array<ArrayBuffer>>;
}

/** Photographs as published, made small when they are loaded. */
export function shrinkPhotos(photos: readonly PhotoOriginal[]): PhotoFile[] {
  return photos.map(({ box, ...photo }) => ({
    ...photo,
    load: async () => {
      const options = { shorterSide: SHORTER_SIDE, quality: QUALITY, box };
      return await shrinkPhoto(await decodeImage(photo.sourcePath), options, photo.sourcePath);
    },
  }));
}

/**
 * The photographs of a zip file, `train/<class>/<file>` and `test/<class>/<file>`.
 *
 * @param zip Must stay open until all are loaded.
 * @throws {InputError} If it is damaged, or has an entry that is neither such a file nor a folder.
 */
export function listPhotosOfZip(zip: ByteSource): PhotoFile[] {
  return listZip(zip).filter(({ name }) => !name.endsWith("/")).map((entry) => {
    const [, split, classId, file] = ENTRY.exec(entry.name) ??
      zip.fail(
        "its files must be train/CLASS/FILE and test/CLASS/FILE",
        quoteText(entry.name),
      );
    return {
      sourcePath: zip.path,
      imagePath: `class/${split}/${classId}/${file}`,
      classId: classId!,
      split: split as "train" | "test",
      listedAt: `${zip.path}:${entry.name}`,
      load: () => copyEntry(zip, entry),
    };
  });
}

/** Opens the zip file of small photographs; close it with `using`. */
export function openPhotoZip(path: string): ByteSource {
  return ByteSource.open(path, ACTION);
}
