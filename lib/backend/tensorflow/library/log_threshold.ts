/** Silences TensorFlow's notes on standard error; its errors still come through. */

/** `absl::LogSeverityAtLeast::kError`. */
const ERROR_LEVEL = 2;

/** Matches `absl::log_internal::RawSetStderrThreshold`, whose inline namespace differs between releases. */
const SETTER =
  /_ZN4absl[0-9a-z_]*12log_internal21RawSetStderrThresholdENS[0-9A-Z_]*18LogSeverityAtLeastE/;

/** Sets `TF_CPP_MIN_LOG_LEVEL` where it is not set. It must be set before the library is opened. */
export function setLogLevel(): void {
  if (Deno.env.get("TF_CPP_MIN_LOG_LEVEL") === undefined) {
    Deno.env.set("TF_CPP_MIN_LOG_LEVEL", "2"); // errors only
  }
}

/** Whether notes are unwanted: `TF_CPP_MIN_LOG_LEVEL` is that of errors. */
export function isQuiet(): boolean {
  return Number(Deno.env.get("TF_CPP_MIN_LOG_LEVEL") ?? 0) >= ERROR_LEVEL;
}

/**
 * Raises the threshold of the notes that do not heed `TF_CPP_MIN_LOG_LEVEL`, since about TensorFlow 2.17. Does nothing where
 * the level was lowered on purpose, the library has no such function, or its symbols cannot be read.
 *
 * @param frameworkPath `libtensorflow_framework`, open already.
 */
export function raiseLogThreshold(frameworkPath: string): void {
  if (!isQuiet()) return;
  try {
    const name = findSymbol(frameworkPath, SETTER);
    if (name === null) return;
    const { symbols } = Deno.dlopen(frameworkPath, {
      setThreshold: { name, parameters: ["i32"], result: "void" },
    });
    symbols.setThreshold(ERROR_LEVEL);
  } catch {
    // Notes on standard error are no reason to fail.
  }
}

const STRING_TABLE = 3; // SHT_STRTAB

/** Finds a name in the string tables of a 64-bit little-endian ELF file; null for any other file. */
function findSymbol(path: string, pattern: RegExp): string | null {
  using file = Deno.openSync(path);
  const header = readAt(file, 0, 64);
  if (header.getUint32(0) !== 0x7f454c46) return null;
  const entrySize = header.getUint16(58, true);
  const entryCount = header.getUint16(60, true);
  const sections = readAt(file, Number(header.getBigUint64(40, true)), entrySize * entryCount);
  for (let i = 0; i < entryCount; i++) {
    const at = i * entrySize;
    if (sections.getUint32(at + 4, true) !== STRING_TABLE) continue;
    const offset = Number(sections.getBigUint64(at + 24, true));
    const size = Number(sections.getBigUint64(at + 32, true));
    const names = new TextDecoder("latin1").decode(readAt(file, offset, size));
    const match = pattern.exec(names);
    if (match) return match[0];
  }
  return null;
}

function readAt(file: Deno.FsFile, offset: number, size: number): DataView {
  file.seekSync(offset, Deno.SeekMode.Start);
  const bytes = new Uint8Array(size);
  for (let count = 0; count < size;) {
    const read = file.readSync(bytes.subarray(count));
    if (read === null) throw new RangeError(`Cannot read section as the file ends within it`);
    count += read;
  }
  return new DataView(bytes.buffer);
}
