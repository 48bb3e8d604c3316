/** A Python program that answers one number per line: the other side of a comparison. What is late or lost is said, not waited for. */

import { fromFileUrl } from "@std/path";
import { findPython } from "./find_python.ts";
import {
  followLastLine,
  forget,
  killGroup,
  readLines,
  spawnGroup,
  within,
} from "./process_group.ts";

/** Wait for the rest of stderr: what a peer started in a group of its own may hold it for longer. */
const DRAIN_SECONDS = 5;

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
  /** Program and first arguments that run the script. @default the Python of `PROXYAN_PYTHON`, or python3 */
  readonly command?: readonly [string, ...string[]];
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
  const { limitSeconds, command: [program, ...before] = [findPython()] } = options;
  try {
    const child = spawnGroup(program, [...before, fromFileUrl(script), ...args], "piped");
    return await converse(child, limitSeconds);
  } catch (error) {
    if (error instanceof PeerFailure) return error;
    if (error instanceof Deno.errors.NotFound) return new PeerFailure(`there is no ${program}`);
    throw error;
  }
}

/** Waits for the greeting of a process; its answers come line by line. */
async function converse(child: Deno.ChildProcess, limitSeconds: number): Promise<Peer> {
  const writer = child.stdin.getWriter();
  const lines = readLines(child.stdout);
  const complaint = followLastLine(child.stderr);
  const fail = async (how: string): Promise<never> => {
    killGroup(child, "SIGKILL");
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
      if (await within(limitSeconds, child.status) === null) killGroup(child, "SIGKILL");
      await child.status;
      forget(child);
    },
  };
}
