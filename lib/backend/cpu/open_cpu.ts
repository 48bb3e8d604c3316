/** Backend `cpu`: plain JavaScript, the reference for all others. Our ops run there as compositions of tfjs's ops. */

import * as tf from "@tensorflow/tfjs";
import type { PlainBackend } from "../backend.ts";

/** Opens backend `cpu`, which always works. */
export async function openCpu(): Promise<PlainBackend> {
  await tf.setBackend("cpu");
  return {
    name: "cpu",
    version: tf.version.tfjs,
    device: `${Deno.build.arch} ${Deno.build.os}`,
    deviceKind: "cpu",
    threads: 1,
  };
}
