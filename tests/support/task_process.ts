/** Tasks as processes of their own, as a user starts them. */

import { fromFileUrl } from "@std/path";

/** The folder of the repository. */
export const ROOT = fromFileUrl(new URL("../..", import.meta.url));
/** Flags of a run of seconds: five classes of three or four images. */
export const TINY = [
  "--classes-per-batch",
  "2",
  "--images-per-class",
  "2",
  "--epochs",
  "4",
  "--backend",
  "wasm",
];

/** The process of a task, allowed to read and write everywhere: its data is in a temporary folder. */
export function taskCommand(
  task: string,
  args: readonly string[],
  more: readonly string[] = [],
): Deno.Command {
  const permissions = [
    "--allow-read",
    "--allow-write",
    "--allow-env",
    "--allow-ffi",
    "--allow-sys",
  ];
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", ...permissions, ...more, `tasks/${task}.ts`, ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  });
}

/** Runs a task to its end. */
export async function runTask(task: string, ...args: string[]) {
  const { code, stdout, stderr } = await taskCommand(task, args).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: decode(stdout), errors: decode(stderr) };
}
