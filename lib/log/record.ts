/** One record of an event file. */

import { maskedCrc32c } from "./crc32c.ts";

/** Bytes around the data of a record. */
const FRAME_BYTES = 16;

/**
 * Frames a message as a record:
 *
 *     length of data (uint64) | masked CRC-32C of these 8 bytes | data | masked CRC-32C of data
 *
 * all little-endian. Source: TensorFlow's `core/lib/io/record_writer.h`.
 */
export function formatRecord(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const record = new Uint8Array(FRAME_BYTES + data.length);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return record;
}
