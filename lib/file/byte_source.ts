/** A file that is read in parts, so that no more of it is in memory than what is asked for. */

import { InputError } from "../errors.ts";

/** A file open for reading at any position. Close it with `using`. */
export class ByteSource {
  /** Where it is; for errors. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly #file: Deno.FsFile;

  private constructor(path: string, file: Deno.FsFile) {
    this.path = path;
    this.#file = file;
    this.sizeBytes = file.statSync().size;
  }

  /**
   * Opens a file of weights.
   *
   * @throws {InputError} If it does not exist, is a folder, or must not be read.
   */
  static open(path: string): ByteSource {
    try {
      const file = Deno.openSync(path);
      if (file.statSync().isFile) return new ByteSource(path, file);
      file.close();
    } catch (error) {
      throw explainReadError(error, path);
    }
    throw new InputError(`${path}: Cannot read weights as it must be a file: it is a folder`);
  }

  /**
   * Fills `target` with the bytes from `position`.
   *
   * @throws {InputError} If the file ends before.
   */
  read(position: number, target: Uint8Array): void {
    this.#file.seekSync(position, Deno.SeekMode.Start);
    for (let filled = 0; filled < target.length;) {
      const count = this.#file.readSync(target.subarray(filled));
      if (count === null) failTruncated(this.path, this.sizeBytes, position + target.length);
      filled += count;
    }
  }

  /** A copy of `count` bytes from `position`. */
  copy(position: number, count: number): Uint8Array<ArrayBuffer> {
    if (position + count > this.sizeBytes) {
      failTruncated(this.path, this.sizeBytes, position + count);
    }
    const bytes = new Uint8Array(count);
    this.read(position, bytes);
    return bytes;
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#file.close();
  }
}

/** The one line for an error of reading that the user can mend; any other error as it came. */
export function explainReadError(error: unknown, path: string): unknown {
  if (error instanceof Deno.errors.NotFound) {
    return new InputError(`${path}: Cannot read weights as the file must exist: it does not`);
  }
  if (error instanceof Deno.errors.NotCapable || error instanceof Deno.errors.PermissionDenied) {
    return new InputError(`${path}: Cannot read weights as the file must be readable: it is not`);
  }
  return error;
}

/** Says that a file ends too early. */
export function failTruncated(path: string, sizeBytes: number, neededBytes: number): never {
  throw new InputError(
    `${path}: Cannot read weights as the file must have at least ${neededBytes} bytes: ` +
      `it has ${sizeBytes}; is the download complete?`,
  );
}
