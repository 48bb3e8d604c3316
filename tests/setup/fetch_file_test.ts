import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { createHash } from "node:crypto";
import { zipSync } from "fflate";
import { InputError } from "../../lib/errors.ts";
import { fetchFile } from "../../lib/setup/fetch_file.ts";
import type { PublishedDownload, PublishedSource } from "../../lib/setup/published_source.ts";
import { formatTarGz } from "../file/made_up_files.ts";
import { listNames, testInFolder } from "../support/temporary_folder.ts";
import { type Answer, answerRange, type Question, startServer } from "./local_server.ts";

const testServed = (name: string, fn: (root: string) => Promise<void>) =>
  testInFolder(name, fn, ["net"]);
const hash = (bytes: Uint8Array, name = "md5") => createHash(name).update(bytes).digest("hex");
const text = (content: string) => new TextEncoder().encode(content);
const PICTURES = {
  "BIRDS/a/1.jpg": text("one"),
  "BIRDS/a/2.jpg": text("two"),
  "BIRDS/list.txt": text("1 a/1.jpg\n"),
  "other.txt": text("not wanted"),
};
const TGZ = await formatTarGz(PICTURES);
const ZIP = zipSync(PICTURES);
const FILE = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7919) % 251);

function describe(files: Partial<PublishedDownload>[]): PublishedSource {
  return {
    name: "birds",
    title: "Birds",
    licence: "free",
    mustAccept: false,
    byHand: "ask the publisher",
    files: files.map((file) => ({
      fileName: "birds.bin",
      addresses: [],
      folder: "BIRDS",
      ...file,
    })),
  };
}

/** Fetches one file of `known` facts from a server that answers as it is told. */
async function fetchFrom(
  dataRoot: string,
  known: Partial<PublishedDownload>,
  answer: (question: Question) => Answer,
  paths: readonly string[] = ["/file"],
) {
  const server = startServer(answer);
  try {
    const source = describe([{
      ...known,
      addresses: paths.map((path) => ({ url: server.url + path })),
    }]);
    const result = await fetchFile(source, source.files[0]!, { dataRoot })
      .catch((error) => error as Error);
    const message = result instanceof Error ? result.message.replaceAll(server.url, "URL") : null;
    return { result, message, questions: server.questions };
  } finally {
    await server.close();
  }
}

const KNOWN = { sizeBytes: FILE.length, md5: hash(FILE) };
const FAILED = (reason: string) =>
  `Birds: Cannot fetch birds.bin as one address must have it: ${reason}. By hand: put birds.bin ` +
  `(100000 bytes, MD5 ${hash(FILE)}) into ROOT/BIRDS and run the same command; ask the publisher`;

testServed("fetchFile() goes on where a server broke off, if it serves ranges", async (root) => {
  let count = 0;
  const answer = (question: Question): Answer => ({
    ...answerRange(FILE, question),
    ...(count++ === 0 ? { cutAt: 40_000 } : {}),
  });
  const first = await fetchFrom(root, KNOWN, answer);
  assertEquals(first.message?.includes("run again to continue"), true, first.message ?? "");
  const second = await fetchFrom(root, KNOWN, answer);
  assertEquals(second.questions, [{ path: "/file", range: "bytes=40000-" }]);
  assertEquals(await Deno.readFile(join(root, "BIRDS", "birds.bin")), FILE);
  assertEquals(await listNames(join(root, "BIRDS")), ["birds.bin"]);
});

testServed("fetchFile() starts again where a server knows no ranges", async (root) => {
  await fetchFrom(root, KNOWN, () => ({ body: FILE, cutAt: 40_000 }));
  const { questions } = await fetchFrom(root, KNOWN, () => ({ body: FILE }));
  assertEquals(questions, [{ path: "/file", range: "bytes=40000-" }]);
  assertEquals(await Deno.readFile(join(root, "BIRDS", "birds.bin")), FILE);
});

testServed("fetchFile() refuses a range that is another than it asked for", async (root) => {
  await fetchFrom(root, KNOWN, () => ({ body: FILE, cutAt: 40_000 }));
  const { message } = await fetchFrom(root, KNOWN, () => ({
    status: 206,
    headers: { "content-range": "bytes 50000-99999/100000" },
    body: FILE.subarray(50_000),
  }));
  const reason =
    "URL/file: Cannot download as the server must answer: it was asked for bytes from 40000 on and " +
    'sends "bytes 50000-99999/100000"';
  assertEquals(message?.replace(root, "ROOT"), FAILED(reason));
});

testServed("fetchFile() does not begin with a file of another size", async (root) => {
  const page = text("<html>Please log in</html>");
  const { message } = await fetchFrom(root, KNOWN, () => ({ body: page }));
  const reason = "URL/file: Cannot use download as it must have 100000 bytes: the server sends 26";
  assertEquals(message?.replace(root, "ROOT"), FAILED(reason));
  assertEquals(await listNames(root), []); // nothing is left behind
});

testServed("fetchFile() stops a server that sends more than it should", async (root) => {
  const endless = new Uint8Array(400_000);
  const { message } = await fetchFrom(root, KNOWN, () => ({
    headers: { "content-length": "" }, // until the connection ends
    body: endless,
  }));
  assertEquals(
    /must have 100000 bytes: the server sends \d{6}\./.test(message ?? ""),
    true,
    message ?? "",
  );
  const { size } = await Deno.stat(join(root, "BIRDS", "birds.bin.part"));
  assertEquals(size <= FILE.length, true);
});

testServed("fetchFile() says that a server sent less than it announced", async (root) => {
  const { message } = await fetchFrom(root, { md5: hash(FILE) }, () => ({
    headers: { "content-length": "200000" },
    body: FILE,
  }));
  assertEquals(message?.includes("run again to continue"), true, message ?? "");
});

testServed("fetchFile() removes a file of another checksum", async (root) => {
  const other = FILE.map((byte) => byte ^ 1);
  const { message } = await fetchFrom(root, KNOWN, () => ({ body: other }));
  const reason = `URL/file: Cannot use download as its MD5 must be ${hash(FILE)}: it is ${
    hash(other)
  }; it was removed`;
  assertEquals(message?.replace(root, "ROOT"), FAILED(reason));
  assertEquals(await listNames(join(root, "BIRDS")), []);
});

testServed(
  "fetchFile() follows redirects, and asks mirrors where others answer 403 or 404",
  async (root) => {
    const { result, questions } = await fetchFrom(root, KNOWN, ({ path, ...question }) => {
      if (path === "/gone") return { status: 404 };
      if (path === "/forbidden") return { status: 403 };
      if (path === "/moved") return { status: 302, headers: { location: "/file" } };
      return answerRange(FILE, { path, ...question });
    }, ["/gone", "/forbidden", "/moved"]);
    assertEquals(questions.map(({ path }) => path), ["/gone", "/forbidden", "/moved", "/file"]);
    assertEquals((result as { url: string }).url.endsWith("/moved"), true);
    assertEquals(await Deno.readFile(join(root, "BIRDS", "birds.bin")), FILE);
  },
);

testServed("fetchFile() names every address that fails", async (root) => {
  const { message } = await fetchFrom(root, KNOWN, ({ path }) => {
    if (path === "/circle") return { status: 301, headers: { location: "/circle" } };
    if (path === "/odd") return { status: 307, headers: { location: "ftp://x/y" } };
    return { status: path === "/gone" ? 404 : 403 };
  }, ["/gone", "/forbidden", "/circle", "/odd"]);
  const reasons = [
    ["gone", "it answers 404"],
    ["forbidden", "it answers 403"],
    ["circle", "it redirects more than 10 times"],
    ["odd", 'it redirects to "ftp://x/y", which is no web address'],
  ].map(([path, reason]) => `URL/${path}: Cannot download as the server must answer: ${reason}`);
  assertEquals(message?.replace(root, "ROOT"), FAILED(reasons.join("; ")));
  assertEquals(await listNames(root), []);
});

for (const [fileName, archive] of [["birds.tgz", TGZ], ["birds.zip", ZIP]] as const) {
  const known = {
    fileName,
    sizeBytes: archive.length,
    md5: hash(archive),
    unpack: "BIRDS",
    folder: "BIRDS/original",
  };
  testServed(`fetchFile() unpacks ${fileName} once, and leaves no archive`, async (root) => {
    const first = await fetchFrom(root, known, () => ({ body: archive }));
    assertEquals(first.message, null);
    assertEquals(await listNames(root), ["BIRDS"]);
    assertEquals(await listNames(join(root, "BIRDS", "original")), ["BIRDS"]);
    const folder = join(root, "BIRDS", "original", "BIRDS");
    assertEquals(await listNames(folder), ["a", "list.txt"]);
    assertEquals(await Deno.readTextFile(join(folder, "a", "2.jpg")), "two");
    const second = await fetchFrom(root, known, () => ({ status: 500 }));
    assertEquals([second.message, second.questions.length], [null, 0]);
  });

  testServed(
    `an archive ${fileName} that a person put there is unpacked without a network, and stays`,
    async (root) => {
      const original = join(root, "BIRDS", "original");
      await Deno.mkdir(original, { recursive: true });
      await Deno.writeFile(join(original, fileName), archive);
      const { message, questions } = await fetchFrom(root, known, () => ({ status: 500 }));
      assertEquals([message, questions.length], [null, 0]);
      assertEquals(await listNames(original), ["BIRDS", fileName].sort());
    },
  );
}

testServed("an archive that a person put there and is not whole is refused", async (root) => {
  await Deno.mkdir(join(root, "BIRDS"));
  await Deno.writeFile(join(root, "BIRDS", "birds.tgz"), TGZ.subarray(0, 50));
  const known = { fileName: "birds.tgz", sizeBytes: TGZ.length, md5: hash(TGZ), unpack: "BIRDS" };
  const { message } = await fetchFrom(root, known, () => ({ status: 500 }));
  assertEquals(
    message,
    `${root}/BIRDS/birds.tgz: Cannot use file as it must have ${TGZ.length} bytes: it has 50; is it whole? ` +
      "Remove it, and run the same command to fetch it",
  );
});

testInFolder("what only a person can fetch is said with its place", async (root) => {
  const source = describe([{ fileName: "img.zip" }]);
  const error = await assertRejects(
    () => fetchFile(source, source.files[0]!, { dataRoot: root }),
    InputError,
  );
  assertEquals(
    error.message,
    `Birds: Cannot fetch img.zip as only a person can. By hand: put img.zip into ${root}/BIRDS ` +
      "and run the same command; ask the publisher",
  );
});
