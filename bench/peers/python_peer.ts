/** A Python program that answers one number per line: the other side of a comparison. What is late or lost is said, not waited for. */

import { fromFileUrl } from "@std/path";
import { findPython } from "./find_python.ts";

/** A running peer. */
export interface Peer {
  /** Its first line, such as the version of what it measures. */
  readonly greeting: string;
  /**
   * Sends one case and waits for its number.
   *
   * @throws {PeerFailure} If it ends instead, or is cut off.
   */
  ask(request: Readonly<Record<string, unknown>>): Promise<number>;
  /** Lets it end; one that does not within the limit is killed. */
  close(): Promise<void>;
}

/** How a peer is run. */
export interface PeerOptions {
  /** Longest wait for its first line, and for each answer. Compilers that it starts count. */
  readonly limitSeconds: number;
  /** What runs the script. @default the Python of `PROXYAN_PYTHON`, or python3 */
  readonly program?: string;
}

/** A peer is absent, ended, or was cut off: the message says which, with the last line that it wrote to stderr. */
export class PeerFailure extends Error {
  /** Name of the class, for printing. */
  override name = "PeerFailure";
}

/** Seconds that a peer may take to open or to answer where no flag says otherwise: compilers of networks take minutes. */
export const PEER_LIMIT_SECONDS = 300;

/**
 * Starts a peer and waits for its first line.
 *
 * @returns The failure if there is no such program, or it ends before its first line, as it does without its package, or is cut off.
 */
export async function openPeer(
  script: URL,
  args: readonly string[],
  options: PeerOptions,
): Promise<Peer | PeerFailure> {
  const { limitSeconds, program = findPython() } = options;
  try {
    const child = spawn(program, [fromFileUrl(script), ...args]);
    return await converse(child, limitSeconds);
  } catch (error) {
    if (error instanceof PeerFailure) return error;
    throw error;
  }
}

/** Waits for the greeting of a process; its answers come line by line. */
async function converse(child: Deno.ChildProcess, limitSeconds: number): Promise<Peer> {
  const writer = child.stdin.getWriter();
  const lines = readLines(child.stdout);
  const complaint = followLastLine(child.stderr);
  const fail = async (how: string): Promise<never> => {
    killAll(child);
    const { code } = await child.status;
    forget(child);
    await within(DRAIN_SECONDS, complaint.ended);
    const last = complaint.line();
    throw new PeerFailure(
      (how || `it ended with exit code ${code}`) +
        (last ? `; its last line: ${last}` : ", without a line on stderr"),
    );
  };
  const next = async () => {
    const line = await within(limitSeconds, lines.next());
    if (line === null) return await fail(`cut off after ${limitSeconds} s without an answer`);
    return line.done ? await fail("") : line.value;
  };
  return {
    greeting: await next(),
    async ask(request) {
      const text = new TextEncoder().encode(`${JSON.stringify(request)}\n`);
      await writer.write(text).catch(() => {}); // one that ended says why below
      return Number(await next());
    },
    async close() {
      await writer.close().catch(() => {});
      if (await within(limitSeconds, child.status) === null) killAll(child);
      await child.status;
      forget(child);
    },
  };
}

/** Wait for the rest of stderr: what a peer started in a group of its own may hold it for longer. */
const DRAIN_SECONDS = 5;

/** Peers that have not ended. */
const running = new Set<Deno.ChildProcess>();
const SIGNALS = Deno.build.os === "windows" ? [] : ["SIGTERM", "SIGINT"] as const;

/** In a group of its own, so that what it starts, such as compilers, ends with it. */
function spawn(program: string, args: readonly string[]): Deno.ChildProcess {
  try {
    const child = new Deno.Command(program, {
      args: [...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      detached: Deno.build.os !== "windows",
    }).spawn();
    if (running.size === 0) SIGNALS.forEach((name) => Deno.addSignalListener(name, endAll));
    running.add(child);
    return child;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new PeerFailure(`there is no ${program}`);
    throw error;
  }
}

function forget(child: Deno.ChildProcess): void {
  if (!running.delete(child) || running.size > 0) return;
  SIGNALS.forEach((name) => Deno.removeSignalListener(name, endAll));
}

/** Groups of their own hear nothing of a signal to ours. */
function endAll(): void {
  for (const child of running) killAll(child);
  Deno.exit(1);
}

/** Kills a peer and what it started, if anything of it is left. */
function killAll({ pid }: Deno.ChildProcess): void {
  try {
    Deno.kill(Deno.build.os === "windows" ? pid : -pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** What a promise gives, or `null` if it takes longer. */
async function within<T>(seconds: number, promise: Promise<T>): Promise<T | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), seconds * 1000);
  });
  return await Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

async function* readLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, undefined> {
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
function followLastLine(stream: ReadableStream<Uint8Array>) {
  let last = "";
  const follow = async () => {
    for await (const line of readLines(stream)) last = line.trim() || last;
  };
  return { line: () => last, ended: follow() };
}
