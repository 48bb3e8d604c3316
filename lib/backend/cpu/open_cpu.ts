/** Backend `cpu`: plain JavaScript, the reference for all others. Our ops run there as compositions of tfjs's ops. */

import * as tf from "@tensorflow/tfjs";
import type { Backend } from "../backend.ts";

/** Opens backend `cpu`, which always works. */
export async function openCpu(): Promise<Backend> {
  await tf.setBackend("cpu");
  return {
    name: "cpu",
    version: tf.version.tfjs,
    device: `${Deno.build.arch} ${Deno.build.os}`,
    threads: 1,
    isGpu: false,
  };
}
