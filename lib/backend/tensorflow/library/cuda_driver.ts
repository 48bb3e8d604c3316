/** NVIDIA's driver: whether it is here, and which GPUs it sees. It is asked itself, as TensorFlow keeps its reasons to itself. */

/** A GPU, as the driver knows it. */
export interface CudaDevice {
  /** Such as `NVIDIA H100 80GB HBM3`. */
  readonly name: string;
  readonly memoryBytes: number;
}

/** The driver, or why it cannot be used. */
export type CudaDriver =
  | { readonly isPresent: true; readonly devices: readonly CudaDevice[] }
  | { readonly isPresent: false; readonly reason: string };

/** The part of the driver's API that is called; every function returns an error code. */
const SYMBOLS = {
  cuInit: { parameters: ["u32"], result: "i32" },
  cuDeviceGetCount: { parameters: ["buffer"], result: "i32" },
  cuDeviceGet: { parameters: ["buffer", "i32"], result: "i32" },
  cuDeviceGetName: { parameters: ["buffer", "i32", "i32"], result: "i32" },
  cuDeviceTotalMem_v2: { parameters: ["buffer", "i32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** The functions, by their C names. */
export type DriverSymbols = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

/** Names of the driver's library by operating system; there is none for another. */
const DRIVER_NAMES: Readonly<Record<string, string>> = {
  linux: "libcuda.so.1",
  windows: "nvcuda.dll",
};

/** Codes of `cuda.h` that say something to a user. */
const ERROR_NAMES: Readonly<Record<number, string>> = {
  100: "no device",
  802: "system not yet initialized",
  803: "system driver mismatch",
  804: "forward compatibility not supported",
};

const NAME_SIZE_BYTES = 256;

function openDriver(): DriverSymbols {
  const name = DRIVER_NAMES[Deno.build.os];
  if (name === undefined) throw new Error(`${Deno.build.os} has none`);
  return Deno.dlopen(name, SYMBOLS).symbols;
}

/**
 * Asks the driver. Never throws.
 *
 * @param open Opens the driver's library; stands in for it in tests.
 */
export function readCudaDriver(open: () => DriverSymbols = openDriver): CudaDriver {
  let driver: DriverSymbols;
  try {
    driver = open();
  } catch (error) {
    const reason = (error as Error).message.split("\n")[0]!.replace(
      /^(Could not open library: )+/,
      "",
    );
    return { isPresent: false, reason: `NVIDIA's driver does not open: ${reason}` };
  }
  const code = driver.cuInit(0);
  if (code === 0) return { isPresent: true, devices: listDevices(driver) };
  const name = ERROR_NAMES[code] ?? "see CUresult in cuda.h";
  return { isPresent: false, reason: `NVIDIA's driver gives error ${code} (${name})` };
}

function listDevices(driver: DriverSymbols): CudaDevice[] {
  const [count, device] = [new Int32Array(1), new Int32Array(1)];
  driver.cuDeviceGetCount(count);
  return Array.from({ length: count[0]! }, (_, i) => {
    driver.cuDeviceGet(device, i);
    const name = new Uint8Array(NAME_SIZE_BYTES);
    driver.cuDeviceGetName(name, NAME_SIZE_BYTES, device[0]!);
    const memory = new BigUint64Array(1);
    driver.cuDeviceTotalMem_v2(memory, device[0]!);
    const text = new TextDecoder().decode(name.subarray(0, name.indexOf(0)));
    return { name: text, memoryBytes: Number(memory[0]!) };
  });
}
