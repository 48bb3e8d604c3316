/** TensorFlow's eager context: its devices and threads. */

import type { CApi } from "./c_api.ts";
import { formatConfig } from "./config_proto.ts";
import { Status } from "./status.ts";

/** How a context computes. */
export interface ContextOptions {
  /** Threads of one op. @default all cores */
  readonly threads?: number;
}

/** One device that TensorFlow sees. */
export interface TensorflowDevice {
  /** TensorFlow's full name, such as `/job:localhost/replica:0/task:0/device:CPU:0`. */
  readonly name: string;
  /** `CPU`, `GPU`, or a kind that a plug-in brings. */
  readonly type: string;
  /** What TensorFlow may allocate there; says nothing for a CPU. */
  readonly memoryBytes: number;
}

/** An open context. */
export interface Context {
  readonly pointer: Deno.PointerValue;
  readonly status: Status;
  /** `ConfigProto` that it was opened with. */
  readonly config: Uint8Array<ArrayBuffer>;
  readonly devices: readonly TensorflowDevice[];
  /** The first GPU, else the CPU. */
  readonly device: TensorflowDevice;
}

/**
 * Opens a context.
 *
 * @throws {Error} If TensorFlow cannot, with its message.
 */
export function openContext({ symbols: c }: CApi, { threads }: ContextOptions): Context {
  const status = new Status(c);
  const options = c.TFE_NewContextOptions();
  const config = formatConfig({ threads });
  c.TFE_ContextOptionsSetConfig(options, config, BigInt(config.length), status.pointer);
  status.check("configure TensorFlow");
  const pointer = c.TFE_NewContext(options, status.pointer);
  c.TFE_DeleteContextOptions(options);
  status.check("start TensorFlow");
  const list = c.TFE_ContextListDevices(pointer, status.pointer);
  status.check("list TensorFlow's devices");
  const text = (pointer: Deno.PointerValue) => Deno.UnsafePointerView.getCString(pointer!);
  const devices = Array.from({ length: c.TF_DeviceListCount(list) }, (_, i) => ({
    name: text(c.TF_DeviceListName(list, i, status.pointer)),
    type: text(c.TF_DeviceListType(list, i, status.pointer)),
    memoryBytes: Number(c.TF_DeviceListMemoryBytes(list, i, status.pointer)),
  }));
  c.TF_DeleteDeviceList(list);
  const device = devices.find(({ type }) => type === "GPU") ??
    devices.find(({ type }) => type === "CPU")!;
  return { pointer, status, config, devices, device };
}
