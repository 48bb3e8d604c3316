/** One question to a new worker. */

/** Seconds after which a worker counts as stuck. */
const PATIENCE_SECONDS = 60;

/**
 * Posts a request to a new worker and waits for its first message; the worker is ended then.
 *
 * @param explain Makes an answer of a worker that failed or got stuck. So this never rejects.
 */
export function askWorker<Request, Answer>(
  url: URL,
  request: Request,
  explain: (reason: string) => Answer,
): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const worker = new Worker(url, { type: "module" });
  const timer = setTimeout(
    () => resolve(explain(`it did not answer within ${PATIENCE_SECONDS} seconds`)),
    PATIENCE_SECONDS * 1000,
  );
  worker.onmessage = ({ data }: MessageEvent<Answer>) => resolve(data);
  worker.onerror = (event) => {
    event.preventDefault();
    resolve(explain(event.message.split("\n")[0]!));
  };
  worker.postMessage(request);
  return promise.finally(() => {
    clearTimeout(timer);
    worker.terminate();
  });
}
