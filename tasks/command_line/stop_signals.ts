/** Ctrl-C, SIGTERM and SIGUSR1 end work cleanly: what is under way stops after its present step. */

/** Signals that ask a program to end (SIGUSR1: as a scheduler announces the end of its time, and will start it again), and the exit codes that say so. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGUSR1: 138 } as const;
type StopSignal = keyof typeof EXIT_CODES;

/** The work was ended by a signal. Tasks print the line, which has the command that goes on, and exit with its code. */
export class StoppedError extends Error {
  /** Name of the class, for printing. */
  override name = "StoppedError";

  /** @param exitCode 128 and the signal's number. */
  constructor(message: string, readonly exitCode: number) {
    super(message);
  }
}

/** Signals that come within this time of the first are the same one. */
const REPEAT_MS = 1000;

/** What a stop signal did. */
export interface StopSignals {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** The signal that came, if one did. */
  received(): { readonly name: StopSignal; readonly exitCode: number } | null;
  /** Signals end the process at once again. */
  ignore(): void;
}

/**
 * Takes signals from now on. The first one aborts, the second one ends the process at once.
 *
 * @param onFirst Told of the first signal.
 */
export function takeStopSignals(onFirst: (name: string) => void): StopSignals {
  const controller = new AbortController();
  let received: StopSignal | null = null;
  const names = Object.keys(EXIT_CODES) as StopSignal[];
  let receivedMs = 0;
  const take = (name: StopSignal) => {
    // One Ctrl-C comes several times: from the terminal, and from each parent that passes it on.
    if (received && performance.now() - receivedMs < REPEAT_MS) return;
    if (received) Deno.exit(EXIT_CODES[name]);
    [received, receivedMs] = [name, performance.now()];
    onFirst(name);
    controller.abort();
  };
  const known = names.filter((name) => Deno.build.os !== "windows" || name === "SIGINT");
  const listeners = known.map((name) => {
    const listener = () => take(name);
    Deno.addSignalListener(name, listener);
    return [name, listener] as const;
  });
  return {
    signal: controller.signal,
    received: () => received && { name: received, exitCode: EXIT_CODES[received] },
    ignore: () =>
      listeners.forEach(([name, listener]) => Deno.removeSignalListener(name, listener)),
  };
}
