/** Declares the memory of a WebAssembly module as shared, so that several threads can work in it. */

/** Sections and kinds of WebAssembly's binary format. */
const [IMPORTS, MEMORIES] = [2, 5];
const [TABLE, MEMORY, GLOBAL] = [1, 2, 3];
/** Flags of a memory's limits. */
const [HAS_MAXIMUM, IS_SHARED] = [1, 2];

/**
 * A copy of a module whose memory, imported or its own, is shared. Nothing else differs, so it computes the same bits.
 *
 * Source: "WebAssembly Core Specification", chapter 5, and its threads proposal: bit 1 of the limits.
 *
 * @param binary A valid module.
 * @returns The copy, or `null` where a memory has no maximum, or there is none: no such memory can be shared.
 */
export function declareShared(
  binary: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> | null {
  const copy = binary.slice();
  const reader = new Reader(copy);
  reader.position = 8; // magic number, version
  const flags: number[] = []; // positions
  while (reader.position < copy.length) {
    const section = reader.readByte();
    const byteCount = reader.readInteger();
    const end = reader.position + byteCount;
    if (section === IMPORTS) flags.push(...findImportedMemories(reader));
    if (section === MEMORIES && reader.readInteger() > 0) flags.push(reader.position);
    reader.position = end;
  }
  if (flags.length === 0 || flags.some((at) => !(copy[at]! & HAS_MAXIMUM))) return null;
  for (const at of flags) copy[at]! |= IS_SHARED;
  return copy;
}

/** Positions of the flags of imported memories. */
function findImportedMemories(reader: Reader): number[] {
  const found: number[] = [];
  for (let count = reader.readInteger(); count > 0; count--) {
    reader.skipName(); // module
    reader.skipName(); // field
    const kind = reader.readByte();
    if (kind === TABLE) reader.readByte(); // type of its elements
    if (kind === MEMORY) found.push(reader.position);
    if (kind === TABLE || kind === MEMORY) reader.skipLimits();
    else if (kind === GLOBAL) reader.position += 2; // type, mutability
    else reader.readInteger(); // type of a function
  }
  return found;
}

/** Reads bytes one after the other. */
class Reader {
  readonly #bytes: Uint8Array;
  position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  readByte(): number {
    return this.#bytes[this.position++]!;
  }

  /** An unsigned LEB128. */
  readInteger(): number {
    let value = 0;
    for (let shift = 0;; shift += 7) {
      const byte = this.readByte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }

  skipName(): void {
    const byteCount = this.readInteger();
    this.position += byteCount;
  }

  skipLimits(): void {
    const hasMaximum = this.readByte() & HAS_MAXIMUM;
    this.readInteger();
    if (hasMaximum) this.readInteger();
  }
}
