/** The part of TensorFlow's C API that we call, with the types of `Deno.dlopen`. Stable since TensorFlow 2.9. */

import { InputError } from "../../errors.ts";
import type { LibraryFiles } from "./library_files.ts";
import { isQuiet, raiseLogThreshold, setLogLevel } from "./log_threshold.ts";
import { callQuietly, keepLoaded } from "./system_library.ts";

const SYMBOLS = {
  TF_NewStatus: { parameters: [], result: "pointer" },
  TF_DeleteStatus: { parameters: ["pointer"], result: "void" },
  TF_GetCode: { parameters: ["pointer"], result: "i32" },
  TF_Message: { parameters: ["pointer"], result: "pointer" },

  TF_AllocateTensor: { parameters: ["i32", "buffer", "i32", "usize"], result: "pointer" },
  TF_DeleteTensor: { parameters: ["pointer"], result: "void" },
  TF_TensorData: { parameters: ["pointer"], result: "pointer" },
  TF_TensorByteSize: { parameters: ["pointer"], result: "usize" },
  TF_StringInit: { parameters: ["pointer"], result: "void" },
  TF_StringCopy: { parameters: ["pointer", "buffer", "usize"], result: "void" },
  TF_StringGetDataPointer: { parameters: ["pointer"], result: "pointer" },
  TF_StringGetSize: { parameters: ["pointer"], result: "usize" },
  TF_StringDealloc: { parameters: ["pointer"], result: "void" },

  TFE_NewContextOptions: { parameters: [], result: "pointer" },
  TFE_ContextOptionsSetConfig: {
    parameters: ["pointer", "buffer", "usize", "pointer"],
    result: "void",
  },
  TFE_DeleteContextOptions: { parameters: ["pointer"], result: "void" },
  TFE_NewContext: { parameters: ["pointer", "pointer"], result: "pointer" },
  TFE_DeleteContext: { parameters: ["pointer"], result: "void" },
  TFE_ContextListDevices: { parameters: ["pointer", "pointer"], result: "pointer" },
  TF_DeleteDeviceList: { parameters: ["pointer"], result: "void" },
  TF_DeviceListCount: { parameters: ["pointer"], result: "i32" },
  TF_DeviceListName: { parameters: ["pointer", "i32", "pointer"], result: "pointer" },
  TF_DeviceListType: { parameters: ["pointer", "i32", "pointer"], result: "pointer" },
  TF_DeviceListMemoryBytes: { parameters: ["pointer", "i32", "pointer"], result: "i64" },

  TFE_NewTensorHandle: { parameters: ["pointer", "pointer"], result: "pointer" },
  TFE_DeleteTensorHandle: { parameters: ["pointer"], result: "void" },
  TFE_TensorHandleDataType: { parameters: ["pointer"], result: "i32" },
  TFE_TensorHandleNumDims: { parameters: ["pointer", "pointer"], result: "i32" },
  // The C result is an int64; its low half arrives without a BigInt. A tensor that fits has no larger dimension.
  TFE_TensorHandleDim: { parameters: ["pointer", "i32", "pointer"], result: "i32" },
  TFE_TensorHandleResolve: { parameters: ["pointer", "pointer"], result: "pointer" },
  TFE_TensorHandleCopyToDevice: {
    parameters: ["pointer", "pointer", "buffer", "pointer"],
    result: "pointer",
  },

  TFE_NewOp: { parameters: ["pointer", "buffer", "pointer"], result: "pointer" },
  TFE_DeleteOp: { parameters: ["pointer"], result: "void" },
  TFE_OpAddInput: { parameters: ["pointer", "pointer", "pointer"], result: "void" },
  TFE_OpNameGetAttrType: {
    parameters: ["pointer", "buffer", "buffer", "buffer", "pointer"],
    result: "i32",
  },
  TFE_Execute: { parameters: ["pointer", "buffer", "buffer", "pointer"], result: "void" },

  TFE_OpSetAttrString: { parameters: ["pointer", "buffer", "buffer", "usize"], result: "void" },
  TFE_OpSetAttrInt: { parameters: ["pointer", "buffer", "i64"], result: "void" },
  TFE_OpSetAttrFloat: { parameters: ["pointer", "buffer", "f32"], result: "void" },
  TFE_OpSetAttrBool: { parameters: ["pointer", "buffer", "u8"], result: "void" },
  TFE_OpSetAttrType: { parameters: ["pointer", "buffer", "i32"], result: "void" },
  TFE_OpSetAttrShape: {
    parameters: ["pointer", "buffer", "buffer", "i32", "pointer"],
    result: "void",
  },
  TFE_OpSetAttrStringList: {
    parameters: ["pointer", "buffer", "buffer", "buffer", "i32"],
    result: "void",
  },
  TFE_OpSetAttrIntList: { parameters: ["pointer", "buffer", "buffer", "i32"], result: "void" },
  TFE_OpSetAttrFloatList: { parameters: ["pointer", "buffer", "buffer", "i32"], result: "void" },
  TFE_OpSetAttrBoolList: { parameters: ["pointer", "buffer", "buffer", "i32"], result: "void" },
  TFE_OpSetAttrTypeList: { parameters: ["pointer", "buffer", "buffer", "i32"], result: "void" },
  TFE_OpSetAttrShapeList: {
    parameters: ["pointer", "buffer", "buffer", "buffer", "i32", "pointer"],
    result: "void",
  },
} as const satisfies Deno.ForeignLibraryInterface;

/** The functions, by their C names. */
export type CSymbols = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

/** An open library. */
export interface CApi {
  readonly symbols: CSymbols;
  /** TensorFlow's version, such as `2.21.0`. */
  readonly version: string;
}

/** The first version whose C API has all that we call. */
const OLDEST = { major: 2, minor: 9 };

/** Libraries stay open for the life of the process: TensorFlow's threads outlive any handle. */
const openApis = new Map<string, CApi>();

/**
 * Opens libtensorflow, once per process and path.
 *
 * @throws {InputError} One line, if Deno may not, the file is no library or for another machine, or it is too old.
 */
export function openCApi({ libraryPath, frameworkPath }: LibraryFiles): CApi {
  const known = openApis.get(libraryPath);
  if (known) return known;
  setLogLevel();
  if (frameworkPath !== null) openFramework(frameworkPath);
  const version = readVersion(libraryPath);
  const { symbols } = openLibrary(libraryPath, SYMBOLS);
  keepLoaded(libraryPath);
  const api = { symbols, version };
  openApis.set(libraryPath, api);
  return api;
}

/** Opens the library that the other one needs. A note of its loading heeds no level, so loading is quiet as a whole. */
function openFramework(path: string): void {
  const open = () => openLibrary(path, {});
  if (isQuiet()) callQuietly(open);
  else open();
  keepLoaded(path);
  raiseLogThreshold(path);
}

/** Asks for the version alone, so that a library without a newer function can still say how old it is. */
function readVersion(path: string): string {
  const { symbols } = openLibrary(path, { TF_Version: { parameters: [], result: "pointer" } });
  keepLoaded(path);
  const version = Deno.UnsafePointerView.getCString(symbols.TF_Version()!);
  checkVersion(version, path);
  return version;
}

/**
 * Checks that a version of TensorFlow is new enough.
 *
 * @throws {InputError} If it is older than 2.9.
 */
export function checkVersion(version: string, path: string): void {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) return;
  throw new InputError(
    `${path}: Cannot use TensorFlow as its version must be at least ` +
      `${OLDEST.major}.${OLDEST.minor}: it is ${version}`,
  );
}

function openLibrary<const S extends Deno.ForeignLibraryInterface>(
  path: string,
  symbols: S,
): Deno.DynamicLibrary<S> {
  try {
    return Deno.dlopen(path, symbols);
  } catch (error) {
    throw explainOpenError(error, path);
  }
}

/** The one line for a library that does not open. */
export function explainOpenError(error: unknown, path: string): InputError {
  const options = { cause: error };
  if (error instanceof Deno.errors.NotCapable || error instanceof Deno.errors.PermissionDenied) {
    return new InputError(
      `${path}: Cannot open library as Deno must be permitted to: it is not; pass --allow-ffi`,
      options,
    );
  }
  const text = error instanceof Error ? error.message : String(error);
  const reason = text.split("\n")[0]!
    .replace(/^Could not open library: /, "").replace(`${path}: `, "");
  return new InputError(
    `${path}: Cannot open library as the system must be able to load it: ${reason}`,
    options,
  );
}
