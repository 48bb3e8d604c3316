/** A device of an adapter, with limits as high as the adapter gives. */

import { InputError } from "../../errors.ts";

/** Limits that computing meets; the others are about pictures. */
const COMPUTE_LIMITS = [
  "maxBindGroups",
  "maxBindingsPerBindGroup",
  "maxBufferSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupSizeY",
  "maxComputeWorkgroupSizeZ",
  "maxComputeWorkgroupStorageSize",
  "maxComputeWorkgroupsPerDimension",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxUniformBufferBindingSize",
  "maxUniformBuffersPerShaderStage",
] as const;

/** The adapter's own limits, as a request. */
function highestLimits(limits: GPUSupportedLimits): Record<string, number> {
  return Object.fromEntries(
    COMPUTE_LIMITS.map((name) => [name, limits[name as keyof GPUSupportedLimits] as number]),
  );
}

/**
 * Requests a device.
 *
 * @throws {InputError} If the driver refuses; the message has its reason.
 */
export async function requestDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  try {
    return await adapter.requestDevice({ requiredLimits: highestLimits(adapter.limits) });
  } catch (error) {
    const [reason] = (error as Error).message.split("\n");
    throw new InputError(
      `Cannot open backend webgpu as the driver must give a device: it says ${reason}`,
    );
  }
}
