/** Processes in groups of their own, so that what they start, such as compilers, ends with them; and what they print. */

/** Those that have not ended. */
const running = new Set<Deno.ChildProcess>();
const SIGNALS = Deno.build.os === "windows" ? [] : ["SIGTERM", "SIGINT"] as const;

/**
 * Starts a program; {@linkcode forget} it once it has ended.
 *
 * @throws {Deno.errors.NotFound} If there is no such program.
 */
export function spawnGroup(
  program: string,
  args: readonly string[],
  stdin: "piped" | "null",
): Deno.ChildProcess {
  const child = new Deno.Command(program, {
    args: [...args],
    stdin,
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1" }, // what it complains of is quoted
    detached: Deno.build.os !== "windows",
  }).spawn();
  if (running.size === 0) SIGNALS.forEach((name) => Deno.addSignalListener(name, endAll));
  running.add(child);
  return child;
}

/** Groups of their own hear nothing of a signal to ours: they are told. */
function endAll(): void {
  for (const child of running) killGroup(child, "SIGTERM");
  Deno.exit(1);
}

/** For a process that has ended. */
export function forget(child: Deno.ChildProcess): void {
  if (!running.delete(child) || running.size > 0) return;
  SIGNALS.forEach((name) => Deno.removeSignalListener(name, endAll));
}

/** Sends a signal to a process and what it started, if anything of it is left. */
export function killGroup({ pid }: Deno.ChildProcess, signal: "SIGTERM" | "SIGKILL"): void {
  try {
    Deno.kill(Deno.build.os === "windows" ? pid : -pid, signal);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** What a promise gives, or `null` if it takes longer. */
export async function within<T>(seconds: number, promise: Promise<T>): Promise<T | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), seconds * 1000);
  });
  return await Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

/** Lines as they come. */
export async function* readLines(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<string, undefined> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest) yield rest;
}

/** The last line so far that says something. */
export function followLastLine(stream: ReadableStream<Uint8Array>) {
  let last = "";
  const follow = async () => {
    for await (const line of readLines(stream)) last = line.trim() || last;
  };
  return { line: () => last, ended: follow() };
}
