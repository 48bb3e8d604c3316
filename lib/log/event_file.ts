/** An event file that is being written. */

import { join } from "@std/path";
import { explainWriteError } from "../file/atomic_write.ts";
import { formatVersionEvent } from "./event.ts";
import { formatRecord } from "./record.ts";

/** Appends events; a reader may look at any time, and sees whole ones. */
export class EventFile {
  readonly #file: Deno.FsFile;

  private constructor(file: Deno.FsFile, readonly path: string) {
    this.#file = file;
  }

  /**
   * Begins a new file in a folder, which must exist; TensorBoard reads all files of a folder in the order of their names.
   *
   * @param wallSeconds Seconds since 1970, whole or not; the name has them.
   * @throws {InputError} If it cannot be written.
   */
  static async create(folder: string, wallSeconds: number): Promise<EventFile> {
    const second = Math.floor(wallSeconds).toString().padStart(10, "0");
    const part = crypto.randomUUID().slice(0, 8);
    const path = join(folder, `events.out.tfevents.${second}.${Deno.pid}.${part}`);
    try {
      const file = new EventFile(await Deno.open(path, { write: true, createNew: true }), path);
      await file.append(formatVersionEvent(wallSeconds));
      return file;
    } catch (error) {
      throw explainWriteError(error, path);
    }
  }

  /** Writes an event; they come in order as calls do, if each is awaited. */
  async append(event: Uint8Array): Promise<void> {
    const record = formatRecord(event);
    try {
      for (let offset = 0; offset < record.length;) {
        offset += await this.#file.write(record.subarray(offset));
      }
    } catch (error) {
      throw explainWriteError(error, this.path);
    }
  }

  /** Closes the file. */
  close(): void {
    this.#file.close();
  }
}
