/** The GPU adapter that Deno offers, and whether there is hardware behind it. */

import { InputError } from "../../errors.ts";

/** What is looked at of a `GPUAdapterInfo`. */
export interface AdapterDescription {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  readonly isFallbackAdapter?: boolean;
}

/** Drivers that compute on the processor: Mesa's, SwiftShader, Microsoft's. */
const SOFTWARE_DRIVERS = /llvmpipe|lavapipe|softpipe|swiftshader|warp\b|basic render|software/i;

/** Whether an adapter is no GPU but a program that plays one. */
export function isSoftwareAdapter(info: AdapterDescription): boolean {
  const { vendor, architecture, device, description } = info;
  return info.isFallbackAdapter === true ||
    [vendor, architecture, device, description].some((text) => SOFTWARE_DRIVERS.test(text));
}

/** Name of what computes, such as `NVIDIA H200` or `llvmpipe (LLVM 15.0.6, 256 bits)`. */
export function describeAdapter(info: AdapterDescription): string {
  const { vendor, architecture, device, description } = info;
  return description || [vendor, architecture, device].filter(Boolean).join(" ") || "unnamed GPU";
}

/**
 * Requests the fastest adapter.
 *
 * @param isGpuRequired Whether a software driver is refused.
 * @throws {InputError} If there is no adapter, or only a software driver and a GPU is required.
 */
export async function requestAdapter(isGpuRequired: boolean): Promise<GPUAdapter> {
  prepareEnvironment();
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) {
    throw new InputError(
      `Cannot open backend webgpu as there must be a GPU with a Vulkan, Metal or DirectX 12 driver: there is none${
        Deno.build.os === "linux"
          ? "; install the Vulkan driver of the GPU, or mesa-vulkan-drivers for a software one"
          : ""
      }`,
    );
  }
  if (isGpuRequired && isSoftwareAdapter(adapter.info)) {
    throw new InputError(
      `Cannot open backend webgpu on a GPU as there must be one: there is only the software driver ${
        describeAdapter(adapter.info)
      }, which --backend webgpu uses`,
    );
  }
  return adapter;
}

/**
 * Vulkan, Metal and DirectX only. Deno asks OpenGL too, which is not what tfjs's kernels are written for; and Mesa's OpenGL
 * with a TensorFlow loaded after it ends in a segmentation fault.
 */
const ENVIRONMENT = {
  DENO_WEBGPU_BACKEND: "vulkan,metal,dx12",
  XDG_RUNTIME_DIR: "/nonexistent", // where it is not set, Wayland's library complains on standard error
} as const;

/** Sets what is not set, as far as permissions go. */
function prepareEnvironment(): void {
  for (const [variable, value] of Object.entries(ENVIRONMENT)) {
    const { state } = Deno.permissions.querySync({ name: "env", variable });
    if (state === "granted" && Deno.env.get(variable) === undefined) Deno.env.set(variable, value);
  }
}
