/** Files of `torch.save`: the zip of today, and the row of pickles that was written until PyTorch 1.5. */

import { ENTRY_BYTES } from "../number_format.ts";
import { ByteCursor } from "../byte_cursor.ts";
import type { ByteSource } from "../byte_source.ts";
import type { PickleValue } from "./pickle_globals.ts";
import {
  readTensorData,
  type StorageLocation,
  type StorageReference,
  type StoredTensor,
} from "./stored_tensor.ts";
import { describePickleValue, unpickle } from "./unpickle.ts";
import { findEntryData, listZip } from "../zip.ts";
import { quoteText } from "../quote_text.ts";

/** What the first pickle of the old format holds. */
const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;
const PICKLE_NAME = "data.pkl";
const COUNT_BYTES = 8;

/** A checkpoint: containers and tensors as they were saved. Its tensors are read from the file when asked for. */
export interface PyTorchCheckpoint {
  readonly value: PickleValue;
  /**
   * Reads the values of a tensor of it: row-major, as float32.
   *
   * @param name For errors.
   * @throws {InputError} If its storage is not whole in the file.
   */
  readTensor(name: string, tensor: StoredTensor): Float32Array<ArrayBuffer>;
}

/**
 * Reads a zip of `torch.save`.
 *
 * @throws {InputError} In one line, if it is truncated, damaged, or holds anything but tensors and containers.
 */
export function readZipCheckpoint(source: ByteSource): PyTorchCheckpoint {
  const entries = locateEntries(source);
  const pickleName = entries.keys().find((name) =>
    name === PICKLE_NAME || name.endsWith(`/${PICKLE_NAME}`)
  );
  if (pickleName === undefined) {
    source.fail(`it must have an entry ${PICKLE_NAME}`, `a zip of ${entries.size} others`);
  }
  const folder = pickleName.slice(0, -PICKLE_NAME.length);
  checkByteOrder(source, entries.get(`${folder}byteorder`));
  const { position, sizeBytes } = entries.get(pickleName)!;
  const checkpoint = unpickle(new ByteCursor(source, position, position + sizeBytes));
  return openCheckpoint(source, checkpoint, ({ key }) => entries.get(`${folder}data/${key}`));
}

/** Where the bytes of every entry are, by name: `torch.save` folds nothing. */
function locateEntries(source: ByteSource): Map<string, StorageLocation> {
  return new Map(
    listZip(source).map((entry) => {
      if (entry.isDeflated) {
        source.fail(`${quoteText(entry.name)} must be stored as torch.save does`, "compressed");
      }
      const { name, sizeBytes } = entry;
      return [name, { position: findEntryData(source, entry), sizeBytes }];
    }),
  );
}

/**
 * Reads the old format: magic number, version, system, the checkpoint, names of storages, the storages.
 *
 * @throws {InputError} In one line, if it is truncated, damaged, or holds anything but tensors and containers.
 */
export function readLegacyCheckpoint(source: ByteSource): PyTorchCheckpoint {
  const cursor = new ByteCursor(source);
  const [magic, protocol] = [unpickle(cursor), unpickle(cursor)];
  if (magic !== MAGIC || protocol !== PROTOCOL) {
    source.fail(
      "its first pickles must be those of torch.save",
      `${describePickleValue(magic)} and ${describePickleValue(protocol)}`,
    );
  }
  const system = unpickle(cursor);
  if (system instanceof Map && system.get("little_endian") === false) {
    source.fail("its numbers must be little-endian", "big-endian");
  }
  const entryBytes = new Map<string, number>();
  const checkpoint = unpickle(
    cursor,
    ({ key, format }) => entryBytes.set(key, ENTRY_BYTES[format]),
  );
  const keys = unpickle(cursor);
  if (!Array.isArray(keys)) return source.fail("it must list its storages", "damaged");
  const locations = findStorages(source, cursor.position, keys.map(String), entryBytes);
  return openCheckpoint(source, checkpoint, ({ key }) => locations.get(key));
}

/** Storages follow one another, each after its count of entries; how wide an entry is, the checkpoint says. */
function findStorages(
  source: ByteSource,
  start: number,
  keys: readonly string[],
  entryBytes: ReadonlyMap<string, number>,
): Map<string, StorageLocation> {
  const locations = new Map<string, StorageLocation>();
  let position = start;
  for (const key of keys) {
    const count = new DataView(source.copy(position, COUNT_BYTES).buffer).getBigInt64(0, true);
    const width = entryBytes.get(key);
    if (width === undefined || count < 0) {
      source.fail(`storage ${quoteText(key)} must belong to a tensor`, "of none");
    }
    const sizeBytes = Number(count) * width;
    position += COUNT_BYTES;
    locations.set(key, { position, sizeBytes });
    position += sizeBytes;
    if (position > source.sizeBytes) source.failTruncated(position);
  }
  return locations;
}

function checkByteOrder(source: ByteSource, entry: StorageLocation | undefined): void {
  if (!entry) return; // of PyTorch before 2.1, on a little-endian machine as all that it runs on
  const order = new TextDecoder().decode(source.copy(entry.position, entry.sizeBytes));
  if (order !== "little") source.fail("its byte order must be little", quoteText(order));
}

function openCheckpoint(
  source: ByteSource,
  value: PickleValue,
  locate: (storage: StorageReference) => StorageLocation | undefined,
): PyTorchCheckpoint {
  return {
    value,
    readTensor(name, tensor) {
      const location = locate(tensor.storage);
      if (location) return readTensorData(source, name, tensor, location);
      return source.fail(
        `the storage of ${quoteText(name)} must be in the file`,
        `missing (${quoteText(tensor.storage.key)})`,
      );
    },
  };
}
