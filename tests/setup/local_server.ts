/** A server on this machine that answers byte by byte as it is told, rightly or not. */

/** What to answer. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Closes the connection after so many bytes of the body. */
  readonly cutAt?: number;
}

/** What was asked. */
export interface Question {
  readonly path: string;
  readonly range: string | null;
}

/** A running server. */
export interface LocalServer {
  readonly url: string;
  readonly questions: readonly Question[];
  close(): Promise<void>;
}

/** Starts a server; `answer` is asked for every request. */
export function startServer(answer: (question: Question) => Answer): LocalServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const questions: Question[] = [];
  const serving = (async () => {
    for await (const connection of listener) {
      await serve(connection, answer, questions).catch(() => {}); // the client went away
    }
  })();
  return {
    url: `http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}`,
    questions,
    async close() {
      listener.close();
      await serving;
    },
  };
}

async function serve(
  connection: Deno.TcpConn,
  answer: (question: Question) => Answer,
  questions: Question[],
): Promise<void> {
  using open = connection;
  let head = "";
  const buffer = new Uint8Array(4096);
  while (!head.includes("\r\n\r\n")) {
    const count = await open.read(buffer);
    if (count === null) return;
    head += new TextDecoder().decode(buffer.subarray(0, count));
  }
  const question = {
    path: head.split(" ")[1]!,
    range: head.match(/^range: (.*?)\r$/im)?.[1] ?? null,
  };
  questions.push(question);
  const { status = 200, headers = {}, body = new Uint8Array(0), cutAt = body.length } = answer(
    question,
  );
  const all = { "content-length": String(body.length), connection: "close", ...headers };
  const lines = Object.entries(all).filter(([, value]) => value !== "")
    .map(([name, value]) => `${name}: ${value}\r\n`);
  const bytes = [
    new TextEncoder().encode(`HTTP/1.1 ${status} Status\r\n${lines.join("")}\r\n`),
    body.subarray(0, cutAt),
  ];
  for (const part of bytes) {
    for (let at = 0; at < part.length;) at += await open.write(part.subarray(at));
  }
}

/** Answers with the part of a file that is asked for, as servers with ranges do. */
export function answerRange(content: Uint8Array, { range }: Question): Answer {
  const start = Number(range?.match(/^bytes=(\d+)-$/)?.[1] ?? 0);
  if (start >= content.length) return { status: 416 };
  if (range === null) return { body: content };
  return {
    status: 206,
    headers: { "content-range": `bytes ${start}-${content.length - 1}/${content.length}` },
    body: content.subarray(start),
  };
}
