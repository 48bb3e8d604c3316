/** tfjs's WebGPU backend, but nothing that goes wrong on the device goes unnoticed. */

import type * as tf from "@tensorflow/tfjs";
import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { InputError } from "../../errors.ts";
import { SMALLER_BATCH } from "../smaller_batch.ts";
import { describeTensorLimit } from "./tensor_limit.ts";

type Program = Parameters<WebGPUBackend["runWebGPUProgram"]>;

/**
 * WebGPU reports errors beside the program: an operation that fails leaves zeros. This backend throws instead:
 *
 * 1. when a tensor is larger than a binding may be, before it is allocated;
 * 2. at the next operation or read after the device was lost;
 * 3. at the next read after the device reported an error, such as too little memory.
 */
export class GuardedBackend extends WebGPUBackend {
  #failure: InputError | null = null;
  readonly #limitBytes: number;

  /** Watches `device`; the backend owns it. */
  constructor(device: GPUDevice, info: GPUAdapterInfo) {
    super(device, info);
    const { maxStorageBufferBindingSize, maxBufferSize } = device.limits;
    this.#limitBytes = Math.min(maxStorageBufferBindingSize, maxBufferSize);
    device.addEventListener("uncapturederror", (event) => {
      event.preventDefault();
      this.#failure ??= describeError((event as GPUUncapturedErrorEvent).error);
    });
    device.lost.then(({ message, reason }) => this.#failure = describeLoss(message || reason));
  }

  override uploadToGPU(dataId: tf.TensorInfo["dataId"]): void {
    const { shape, resource } = this.tensorMap.get(dataId);
    if (!resource) {
      const message = describeTensorLimit(shape, this.#limitBytes);
      if (message !== null) throw new InputError(message);
    }
    super.uploadToGPU(dataId);
  }

  override runWebGPUProgram(...call: Program): ReturnType<WebGPUBackend["runWebGPUProgram"]> {
    if (this.#failure) throw this.#failure;
    try {
      return super.runWebGPUProgram(...call);
    } catch (error) {
      throw translate(error as Error);
    }
  }

  override async read(dataId: object): ReturnType<WebGPUBackend["read"]> {
    if (this.#failure) throw this.#failure;
    try {
      const values = await super.read(dataId);
      if (this.#failure) throw this.#failure;
      return values;
    } catch (error) {
      if (error instanceof InputError) throw error;
      await waitAtMost(LOSS_SECONDS, this.device.lost);
      throw this.#failure ?? describeError(error as Error);
    }
  }

  override readSync(dataId: object): ReturnType<WebGPUBackend["readSync"]> {
    const { values, dtype } = this.tensorMap.get(dataId);
    if (values !== null && values !== undefined || dtype === "string") return values;
    throw new Error("Cannot read tensor at once as backend webgpu reads with await data() only");
  }
}

const RESUME = "run the same command again, it goes on from the last checkpoint";

/** How long after a failed read the news of a lost device may take. */
const LOSS_SECONDS = 0.5;

async function waitAtMost(seconds: number, event: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, seconds * 1000);
  await Promise.race([event, promise]);
  clearTimeout(timer);
}

/** tfjs says that a tensor needs too many workgroups; the driver, that a new buffer is none. */
function translate(error: Error): Error {
  if (/dispatch size exceeds/i.test(error.message)) {
    return new InputError(
      `Cannot go on as the GPU must have workgroups for a batch: it has too few; ${SMALLER_BATCH}`,
    );
  }
  if (!(error instanceof DOMException)) return error;
  return new InputError(
    "Cannot go on as the GPU must give memory: it gives none, as it has too little or was lost; " +
      `${RESUME}, or ${SMALLER_BATCH}`,
  );
}

function describeLoss(reason: string): InputError {
  return new InputError(
    `Cannot go on as the GPU must stay available: it was lost (${firstLine(reason)}); ` +
      RESUME,
  );
}

function describeError(error: GPUError | Error): InputError {
  return error instanceof GPUOutOfMemoryError
    ? new InputError(
      `Cannot go on as the GPU must have memory for a batch: it has not; ${SMALLER_BATCH}`,
    )
    : new InputError(
      `Cannot go on as the GPU must carry out every operation: it says ${
        firstLine(error.message)
      }; ${RESUME}`,
    );
}

function firstLine(message: string): string {
  return message.trim().split(/\s*\n\s*/).slice(0, 2).join(" ");
}
