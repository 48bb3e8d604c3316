/** Git's index, as far as it says what a checkout should hold. Format: git's Documentation/gitformat-index.txt. */

/** One file. */
export interface GitIndexEntry {
  /** Below the checkout, with `/`. */
  readonly path: string;
  /** SHA-1 of its blob, hexadecimal. */
  readonly sha1: string;
}

/** What an index says. */
export interface GitIndex {
  /** Regular files. */
  readonly entries: readonly GitIndexEntry[];
  /** Top folders in which something is staged and not yet committed: the tree that git keeps for them is no longer valid. */
  readonly stagedFolders: ReadonlySet<string>;
}

/** Bytes of an entry before its flags: times, device, inode, mode, owner, size, SHA-1. */
const FIXED_SIZE = 60;
const REGULAR_FILE = 0b1000;

/**
 * Parses an index of version 2 or 3.
 *
 * @returns `null` for other versions, split indexes and damaged files: a checkout is then of unknown state.
 */
export function parseGitIndex(bytes: Uint8Array): GitIndex | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = (start: number, end: number) => new TextDecoder().decode(bytes.subarray(start, end));
  if (bytes.length < 32 || text(0, 4) !== "DIRC" || ![2, 3].includes(view.getUint32(4))) {
    return null;
  }
  const entries: GitIndexEntry[] = [];
  let at = 12;
  for (let i = view.getUint32(8); i > 0; i--) {
    if (at + FIXED_SIZE + 2 > bytes.length) return null;
    const isExtended = (view.getUint16(at + FIXED_SIZE) & 0x4000) !== 0;
    const nameStart = at + FIXED_SIZE + (isExtended ? 4 : 2);
    const nameEnd = bytes.indexOf(0, nameStart);
    if (nameEnd < 0) return null;
    if (view.getUint32(at + 24) >>> 12 === REGULAR_FILE) {
      const sha1 = bytes.subarray(at + 40, at + FIXED_SIZE).toHex();
      entries.push({ path: text(nameStart, nameEnd), sha1 });
    }
    at += Math.ceil((nameEnd + 1 - at) / 8) * 8; // entries are padded with 1-8 zeros
  }
  return findStaged(bytes, at, entries);
}

/** Reads the extension TREE: one line a folder, `<path>\0<entries> <subfolders>\n` and, if it is valid, its SHA-1. */
function findStaged(
  bytes: Uint8Array,
  start: number,
  entries: readonly GitIndexEntry[],
): GitIndex | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = start; at + 8 <= bytes.length - 20;) {
    const name = new TextDecoder().decode(bytes.subarray(at, at + 4));
    const size = view.getUint32(at + 4);
    if (name === "link") return null; // a split index: its entries are in another file
    if (name === "TREE") {
      return { entries, stagedFolders: listInvalid(bytes.subarray(at + 8, at + 8 + size)) };
    }
    at += 8 + size;
  }
  return { entries, stagedFolders: new Set() };
}

function listInvalid(tree: Uint8Array): Set<string> {
  const invalid = new Set<string>();
  const decoder = new TextDecoder();
  const open: number[] = []; // subfolders that are still to come, by depth
  for (let at = 0; at < tree.length;) {
    const pathEnd = tree.indexOf(0, at);
    const lineEnd = tree.indexOf(10, pathEnd);
    if (pathEnd < 0 || lineEnd < 0) break;
    const [count, subfolderCount] = decoder.decode(tree.subarray(pathEnd + 1, lineEnd)).split(" ");
    while (open.length > 0 && open.at(-1) === 0) open.pop();
    if (open.length === 1 && count === "-1") {
      invalid.add(decoder.decode(tree.subarray(at, pathEnd)));
    }
    if (open.length > 0) open[open.length - 1]!--;
    open.push(Number(subfolderCount));
    at = lineEnd + 1 + (count === "-1" ? 0 : 20);
  }
  return invalid;
}
