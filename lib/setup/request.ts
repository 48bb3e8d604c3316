/** Asks a server, follows its redirects, and says why it gives nothing. */

import { InputError } from "../errors.ts";

/** Redirects that are followed; browsers follow 20, publishers use one or two. */
const REDIRECT_LIMIT = 10;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Asks a server. Redirects are followed one by one, so that an error names the server that does not answer, and a host that
 * Deno may not ask is told by its name.
 *
 * @throws {InputError} If a server does not answer, or redirects without end or to what is no web address.
 */
export async function request(
  url: string,
  fetchUrl: typeof fetch,
  headers: HeadersInit = {},
): Promise<Response> {
  let address = url;
  for (let count = 0; count <= REDIRECT_LIMIT; count++) {
    const response = await ask(address, fetchUrl, headers);
    const location = response.headers.get("location");
    if (!REDIRECTS.has(response.status) || location === null) return response;
    await response.body?.cancel();
    address = resolve(url, address, location);
  }
  throw refused(url, `it redirects more than ${REDIRECT_LIMIT} times`);
}

/** The error for a server that does not give what it should. */
export function refused(url: string, reason: string, cause?: unknown): InputError {
  return new InputError(`${url}: Cannot download as the server must answer: ${reason}`, { cause });
}

async function ask(
  url: string,
  fetchUrl: typeof fetch,
  headers: HeadersInit,
): Promise<Response> {
  try {
    return await fetchUrl(url, { headers, redirect: "manual" });
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) {
      throw refused(url, `Deno may not ask it: pass --allow-net=${new URL(url).host}`, error);
    }
    const { message, cause } = error as Error;
    const [reason] = (cause instanceof Error ? cause.message : message).split("\n");
    const short = reason!.replace(/^error sending request for url \(\S*\): /, ""); // which is named already
    throw refused(url, `it does not (${short})`);
  }
}

function resolve(url: string, from: string, location: string): string {
  const next = URL.parse(location, from);
  if (next?.protocol === "https:" || next?.protocol === "http:") return next.href;
  throw refused(url, `it redirects to ${JSON.stringify(location)}, which is no web address`);
}
