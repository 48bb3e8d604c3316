import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { downloadFile } from "../../lib/setup/download.ts";
import { InputError } from "../../lib/errors.ts";
import { needs } from "../support/permissions.ts";
import { withFolder } from "../file/made_up_files.ts";

const ignore = needs("read", "write");
const URL_OF_FILE = "https://index.test/files/a.whl";
const CONTENT = new TextEncoder().encode("0123456789".repeat(100));
/** `printf '0123456789%.0s' $(seq 100) | sha256sum` */
const SHA256 = "ab6c5f3237f551d208fc2ca5225a4cca20b3fd638794a804f0ed5549d5041734";

interface FakeServer {
  readonly fetch: typeof fetch;
  /** The ranges that were asked for. */
  readonly ranges: (string | null)[];
}

/** Serves CONTENT, with ranges; breaks off after `limit` bytes of the first answer. */
function serve({ limit = Infinity, hasRanges = true } = {}): FakeServer {
  const ranges: (string | null)[] = [];
  const answer = (_: unknown, init?: RequestInit) => {
    const range = new Headers(init?.headers).get("range");
    ranges.push(range);
    const start = hasRanges ? Number(range?.match(/\d+/)?.[0] ?? 0) : 0;
    if (start >= CONTENT.length) return Promise.resolve(new Response(null, { status: 416 }));
    const rest = CONTENT.subarray(start);
    const body = ranges.length === 1 ? rest.subarray(0, limit) : rest;
    const headers = { "content-length": String(rest.length) };
    return Promise.resolve(new Response(body, { status: start > 0 ? 206 : 200, headers }));
  };
  return { fetch: answer as typeof fetch, ranges };
}

function testInFolder(sentence: string, run: (path: string) => Promise<void>): void {
  Deno.test({
    name: sentence,
    ignore,
    fn: () => withFolder((folder) => run(join(folder, "new", "a.whl"))),
  });
}

testInFolder("downloadFile() writes the file and reports its bytes", async (path) => {
  const counts: [number, number | null][] = [];
  const onBytes = (count: number, total: number | null) => counts.push([count, total]);
  await downloadFile({ url: URL_OF_FILE, sha256: SHA256 }, path, {
    fetch: serve().fetch,
    onBytes,
  });
  assertEquals(await Deno.readFile(path), CONTENT);
  assertEquals(counts.at(-1), [1000, 1000]);
});

for (const hasRanges of [true, false]) {
  const how = hasRanges ? "goes on where it was cut off" : "starts again where there are no ranges";
  testInFolder(`downloadFile() ${how}`, async (path) => {
    const server = serve({ limit: 300, hasRanges });
    const download = () =>
      downloadFile({ url: URL_OF_FILE, sha256: SHA256 }, path, { fetch: server.fetch });
    const error = await assertRejects(download, InputError);
    assertEquals(
      error.message,
      `${URL_OF_FILE}: Cannot use download as it must have 1000 bytes: it has 300; run again to continue`,
    );
    await download();
    assertEquals(server.ranges, [null, "bytes=300-"]);
    assertEquals(await Deno.readFile(path), CONTENT);
  });
}

testInFolder("downloadFile() finishes a part that was whole already", async (path) => {
  await Deno.mkdir(join(path, ".."), { recursive: true });
  await Deno.writeFile(`${path}.part`, CONTENT);
  await downloadFile({ url: URL_OF_FILE, sha256: SHA256 }, path, { fetch: serve().fetch });
  assertEquals(await Deno.readFile(path), CONTENT);
});

testInFolder("downloadFile() removes a file whose hash is another", async (path) => {
  const sha256 = "0".repeat(64);
  const error = await assertRejects(
    () => downloadFile({ url: URL_OF_FILE, sha256 }, path, { fetch: serve().fetch }),
    InputError,
  );
  assertEquals(
    error.message,
    `${URL_OF_FILE}: Cannot use download as its SHA-256 must be ${sha256}: it is ${SHA256}; it was removed`,
  );
  assertEquals(await Array.fromAsync(Deno.readDir(join(path, ".."))), []);
});

const FAILURES = [
  [() => Promise.reject(new TypeError("dns error")), "it does not (dns error)"],
  [
    () => Promise.reject(new Deno.errors.NotCapable("net")),
    "Deno may not ask it: pass --allow-net=index.test",
  ],
  [() => Promise.resolve(new Response("", { status: 503 })), "it answers 503"],
] as const;

for (const [fetch, reason] of FAILURES) {
  testInFolder(`downloadFile() says "${reason}"`, async (path) => {
    const error = await assertRejects(
      () => downloadFile({ url: URL_OF_FILE }, path, { fetch }),
      InputError,
    );
    assertEquals(
      error.message,
      `${URL_OF_FILE}: Cannot download as the server must answer: ${reason}`,
    );
  });
}
