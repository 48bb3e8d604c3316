/** Files of `torch.save`: the zip of today, and the row of pickles that was written until PyTorch 1.5. */

import { InputError } from "../../errors.ts";
import { ByteCursor } from "../byte_cursor.ts";
import type { ByteSource } from "../byte_source.ts";
import { countEntries } from "../named_tensor.ts";
import { PickleContext } from "./pickle_context.ts";
import { describePickleValue, type PickleValue } from "./pickle_value.ts";
import {
  readTensorData,
  type StorageLocation,
  type StorageReference,
  type StoredTensor,
} from "./stored_tensor.ts";
import { unpickle } from "./unpickle.ts";
import { findEntryData, listZip, type ZipEntry } from "../zip.ts";
import { checkStoredEntry } from "../zip_entry.ts";
import { quoteText } from "../quote_text.ts";

/** What the first pickle of the old format holds. */
const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;
const PICKLE_NAME = "data.pkl";
const COUNT_BYTES = 8;
/** Tensors may share entries, as tied weights do, but not so that a small file fills the memory. */
const ENTRIES_PER_BYTE = 2;
/** What to do with a checkpoint that was unpacked. */
export const UNPACKED_REMEDY =
  "take the file as it was downloaded, or pack its folder FOLDER again, uncompressed: zip -0 -r FOLDER.pth FOLDER";

/** A checkpoint: containers and tensors as they were saved. Its tensors are read from the file when asked for. */
export interface PyTorchCheckpoint {
  readonly value: PickleValue;
  /** Classes of objects in it that nobody here knows: placeholders stand for them. */
  readonly unknownNames: readonly string[];
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
  const check = createChecker(source, [...entries.values()]);
  const { position, sizeBytes } = check(entries.get(pickleName)!);
  const byteOrder = entries.get(`${folder}byteorder`);
  checkByteOrder(source, byteOrder && check(byteOrder));
  const context = new PickleContext(source);
  const value = unpickle(new ByteCursor(source, position, position + sizeBytes), context);
  return openCheckpoint(source, value, context, ({ key }) => {
    const entry = entries.get(`${folder}data/${key}`);
    return entry && check(entry);
  });
}

/** An entry, and where its bytes are. */
interface LocatedEntry extends StorageLocation {
  readonly entry: ZipEntry;
}

/**
 * Holds each entry that is read to be stored as it is, as `torch.save` folds nothing, and to its checksum, once. Where all are
 * 0, `torch.save` was told to write none.
 */
function createChecker(
  source: ByteSource,
  entries: readonly LocatedEntry[],
): (located: LocatedEntry) => LocatedEntry {
  const hasChecksums = entries.some(({ entry }) => entry.crc32 !== 0);
  const checked = new Set<LocatedEntry>();
  return (located) => {
    if (located.entry.isDeflated) failCompressed(source, located.entry);
    if (hasChecksums && !checked.has(located)) checkStoredEntry(source, located.entry);
    checked.add(located);
    return located;
  };
}

function failCompressed(source: ByteSource, { name }: ZipEntry): never {
  source.fail(
    `${quoteText(name)} must be stored as torch.save does`,
    `compressed by another program; ${UNPACKED_REMEDY}`,
  );
}

/** Where the bytes of every entry are, by name. */
function locateEntries(source: ByteSource): Map<string, LocatedEntry> {
  return new Map(
    listZip(source).map((entry) => {
      const { name, sizeBytes } = entry;
      return [name, { entry, position: findEntryData(source, entry), sizeBytes }];
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
  const context = new PickleContext(source);
  const magic = unpickle(cursor, context);
  if (context.storages.size > 0) failUnpacked(source);
  if (magic !== MAGIC) failForeign(source, magic); // before more is read: a pickle of other programs is one alone
  const protocol = unpickle(cursor, context);
  if (protocol !== PROTOCOL) failForeign(source, protocol);
  const system = unpickle(cursor, context);
  if (system instanceof Map && system.get("little_endian") === false) {
    source.fail("its numbers must be little-endian", "big-endian");
  }
  const value = unpickle(cursor, context);
  const keys = unpickle(cursor, context);
  if (!isTextList(keys)) return source.fail("it must list its storages", "damaged");
  const locations = findStorages(source, cursor.position, keys, context.storages);
  return openCheckpoint(source, value, context, ({ key }) => locations.get(key));
}

function failForeign(source: ByteSource, value: PickleValue): never {
  source.fail("its first pickles must be those of torch.save", describePickleValue(value));
}

/** A pickle whose storages are other files: what a zip of `torch.save` was unpacked to. */
function failUnpacked(source: ByteSource): never {
  throw new InputError(
    `${source.path}: Cannot ${source.action} as it must be a whole file of torch.save: it is the pickle of an unpacked one; ` +
      UNPACKED_REMEDY,
  );
}

function isTextList(value: PickleValue): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}

/** Storages follow one another, each after its count of entries; how wide an entry is, the checkpoint says. */
function findStorages(
  source: ByteSource,
  start: number,
  keys: readonly string[],
  storages: ReadonlyMap<string, StorageReference>,
): Map<string, StorageLocation> {
  const locations = new Map<string, StorageLocation>();
  let position = start;
  for (const key of keys) {
    const count = new DataView(source.copy(position, COUNT_BYTES).buffer).getBigInt64(0, true);
    const width = storages.get(key)?.kind.entryBytes;
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
  { unknownNames }: PickleContext,
  locate: (storage: StorageReference) => StorageLocation | undefined,
): PyTorchCheckpoint {
  const limit = ENTRIES_PER_BYTE * source.sizeBytes;
  let entryCount = 0;
  return {
    value,
    unknownNames: [...unknownNames],
    readTensor(name, tensor) {
      entryCount += countEntries(tensor.shape);
      if (entryCount > limit) {
        source.fail(`its tensors must have at most ${limit} entries together`, "more");
      }
      const location = locate(tensor.storage);
      if (location) return readTensorData(source, name, tensor, location);
      return source.fail(
        `the storage of ${quoteText(name)} must be in the file`,
        `missing (${quoteText(tensor.storage.key)})`,
      );
    },
  };
}
