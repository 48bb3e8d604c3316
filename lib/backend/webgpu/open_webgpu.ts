/**
 * Backend `webgpu`: tfjs's WebGPU kernels and some of ours on Deno's own WebGPU (Vulkan, Metal, DirectX 12).
 *
 * Tested on Mesa's software driver; it has not been measured on a GPU yet.
 */

import * as tf from "@tensorflow/tfjs";
import type { PlainBackend } from "../backend.ts";
import { describeAdapter, isSoftwareAdapter, requestAdapter } from "./adapter.ts";
import { requestDevice } from "./device.ts";

/** How to open the backend. */
export interface OpenWebgpuOptions {
  /** Whether a software driver is refused. */
  readonly isGpuRequired?: boolean | undefined;
}

/** Of the device that is open in this process or worker. */
let openInfo: GPUAdapterInfo | null = null;

/**
 * Opens backend `webgpu` and makes it tfjs's current one. Works in a Web Worker as well; every worker has its own device.
 *
 * Tensors are read with `await tensor.data()` only.
 *
 * @throws {InputError} If there is no adapter, or only a software driver and a GPU is required.
 */
export async function openWebgpu(
  { isGpuRequired = false }: OpenWebgpuOptions,
): Promise<PlainBackend> {
  if (openInfo === null || (isGpuRequired && isSoftwareAdapter(openInfo))) {
    const adapter = await requestAdapter(isGpuRequired);
    const device = await requestDevice(adapter);
    await registerBackend(device, adapter.info);
    openInfo = adapter.info;
  }
  await tf.setBackend("webgpu");
  return {
    name: "webgpu",
    version: tf.version.tfjs,
    device: describeAdapter(openInfo),
    deviceKind: "gpu",
    threads: 1,
  };
}

/** Puts our backend in place of the one that tfjs's package registers when it is imported. */
async function registerBackend(device: GPUDevice, info: GPUAdapterInfo): Promise<void> {
  const [{ GuardedBackend }, { registerKernels }] = await Promise.all([
    import("./guarded_backend.ts"), // these load tfjs's package, which only this backend needs
    import("./register_kernels.ts"),
  ]);
  tf.removeBackend("webgpu");
  tf.registerBackend("webgpu", () => new GuardedBackend(device, info), 0);
  registerKernels();
}
