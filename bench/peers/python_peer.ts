/** A Python program that answers one number per line: the other side of a comparison. */

import { fromFileUrl } from "@std/path";
import { findPython } from "./find_python.ts";

/** A running peer. */
export interface Peer {
  /** Its first line, such as the version of what it measures. */
  readonly greeting: string;
  /** Sends one case and waits for its number. */
  ask(request: Readonly<Record<string, unknown>>): Promise<number>;
  close(): Promise<void>;
}

/**
 * Starts a peer with the Python of `PROXYAN_PYTHON`, or python3.
 *
 * @returns null if there is no such Python, or the program ends before its first line, as it does without its package.
 */
export async function openPeer(script: URL, args: readonly string[]): Promise<Peer | null> {
  const python = findPython();
  try {
    const child = new Deno.Command(python, {
      args: [fromFileUrl(script), ...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const writer = child.stdin.getWriter();
    const lines = readLines(child.stdout);
    const next = async () => (await lines.next()).value;
    const greeting = await next();
    if (greeting === undefined) {
      await child.status;
      return null;
    }
    return {
      greeting,
      async ask(request) {
        await writer.write(new TextEncoder().encode(`${JSON.stringify(request)}\n`));
        return Number(await next());
      },
      async close() {
        await writer.close();
        await child.status;
      },
    };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

async function* readLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, undefined> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}
