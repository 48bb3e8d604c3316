/**
 * What the C library does for us: keep a library in memory, keep its loading quiet, and look into `/proc` and `/sys`, where Deno's own
 * functions go with all permissions alone.
 */

/** Flags of `dlfcn.h`, by operating system. */
const SYSTEMS = {
  linux: { name: "libc.so.6", now: 2, noLoad: 4, noDelete: 0x1000 },
  darwin: { name: "libSystem.B.dylib", now: 2, noLoad: 0x10, noDelete: 0x80 },
} as const;

const STDERR = 2;
const READ_ONLY = 0;
const WRITE_ONLY = 1;
/** The kernel's files tell no size: they are read in parts of this many bytes. */
const PART_BYTES = 1 << 14;

function openSystemLibrary() {
  const system = SYSTEMS[Deno.build.os as keyof typeof SYSTEMS];
  if (!system) return null;
  const { symbols } = Deno.dlopen(system.name, {
    dlopen: { parameters: ["buffer", "i32"], result: "pointer" },
    open: { parameters: ["buffer", "i32"], result: "i32" },
    close: { parameters: ["i32"], result: "i32" },
    read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
    dup: { parameters: ["i32"], result: "i32" },
    dup2: { parameters: ["i32", "i32"], result: "i32" },
  });
  return { system, symbols };
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}

/**
 * Marks an open library as never to be unloaded.
 *
 * Deno closes its libraries when a program or worker ends, while TensorFlow's threads still run in them: a crash. Where
 * the system has no such mark, nothing happens.
 *
 * @param path As given to `Deno.dlopen`.
 */
export function keepLoaded(path: string): void {
  try {
    const library = openSystemLibrary();
    if (!library) return;
    const { system, symbols } = library;
    symbols.dlopen(encode(path), system.now | system.noLoad | system.noDelete);
  } catch {
    // A C library of another name: the end of the process is then the system's to manage.
  }
}

/**
 * Calls a function while nothing of this process reaches standard error.
 *
 * @param action What must be quiet; it must not wait.
 * @returns What it returns.
 */
export function callQuietly<T>(action: () => T): T {
  const restore = closeStderr();
  try {
    return action();
  } finally {
    restore();
  }
}

function closeStderr(): () => void {
  try {
    const library = openSystemLibrary();
    if (!library) return () => {};
    const { symbols } = library;
    const saved = symbols.dup(STDERR);
    const nowhere = symbols.open(encode("/dev/null"), WRITE_ONLY);
    symbols.dup2(nowhere, STDERR);
    symbols.close(nowhere);
    return () => {
      symbols.dup2(saved, STDERR);
      symbols.close(saved);
    };
  } catch {
    return () => {};
  }
}

/** The text of one of the kernel's files; `null` where there is none, it cannot be read, or FFI is not permitted. */
export function readKernelText(path: string): string | null {
  return withKernelFile(path, (read) => {
    const [decoder, part] = [new TextDecoder(), new Uint8Array(PART_BYTES)];
    let text = "";
    for (let size = read(part); size !== 0; size = read(part)) {
      if (size < 0) return null;
      text += decoder.decode(part.subarray(0, size), { stream: true });
    }
    return text;
  });
}

/** Whether the kernel has such a file or folder; `false` also where FFI is not permitted. */
export function hasKernelPath(path: string): boolean {
  return withKernelFile(path, () => true) ?? false;
}

/** Opens a path for one action; `null` where it does not open. */
function withKernelFile<T>(
  path: string,
  action: (read: (into: Uint8Array<ArrayBuffer>) => number) => T | null,
): T | null {
  let library: ReturnType<typeof openSystemLibrary>;
  try {
    library = openSystemLibrary();
  } catch {
    return null; // not permitted, or a C library of another name
  }
  if (!library) return null;
  const { symbols } = library;
  const file = symbols.open(encode(path), READ_ONLY);
  if (file < 0) return null;
  try {
    return action((into) => Number(symbols.read(file, into, BigInt(into.length))));
  } finally {
    symbols.close(file);
  }
}
