/** TensorFlow's `ConfigProto`, as far as we set it, in protocol buffer's wire format. */

/** What is set. */
export interface Config {
  /** Threads of one op, and of ops side by side. @default all cores */
  readonly threads?: number | undefined;
}

const VARINT = 0;
const LENGTH_DELIMITED = 2;

// Numbers of fields in tensorflow/core/protobuf/config.proto.
const INTRA_OP_THREADS = 2;
const INTER_OP_THREADS = 5;
const GPU_OPTIONS = 6;
const ALLOW_GROWTH = 4; // of GPUOptions
const GRAPH_OPTIONS = 10;
const REWRITE_OPTIONS = 10; // of GraphOptions
const REMAPPING = 14; // of RewriterConfig, in rewriter_config.proto
const NO_OPTIMIZER = 19; // of RewriterConfig: disable_meta_optimizer
const OFF = 2; // of RewriterConfig.Toggle

/**
 * Formats a `ConfigProto`: threads, and GPU memory that is taken as it is needed, so that two runs fit side by side.
 *
 * @throws {RangeError} If threads is not a whole number of at least 1.
 */
export function formatConfig({ threads }: Config): Uint8Array<ArrayBuffer> {
  if (threads !== undefined && (!Number.isInteger(threads) || threads < 1)) {
    throw new RangeError(
      `Cannot configure TensorFlow as threads must be a whole number of at least 1: it is ${threads}`,
    );
  }
  const gpuOptions = [key(ALLOW_GROWTH, VARINT), 1];
  const counts = threads === undefined ? [] : [
    key(INTRA_OP_THREADS, VARINT),
    ...varint(threads),
    key(INTER_OP_THREADS, VARINT),
    ...varint(threads),
  ];
  return Uint8Array.from([
    ...counts,
    key(GPU_OPTIONS, LENGTH_DELIMITED),
    gpuOptions.length,
    ...gpuOptions,
  ]);
}

/** A `ConfigProto` that keeps the remapper from putting ops together; it can be appended to another. */
export function formatWithoutRemapping(): Uint8Array<ArrayBuffer> {
  return formatRewriting([key(REMAPPING, VARINT), OFF]);
}

/** A `ConfigProto` that keeps grappler from rewriting graphs; it can be appended to another. */
export function formatWithoutOptimizer(): Uint8Array<ArrayBuffer> {
  return formatRewriting([...varint(key(NO_OPTIMIZER, VARINT)), 1]);
}

/** A `ConfigProto` of a `RewriterConfig`. */
function formatRewriting(rewrite: readonly number[]): Uint8Array<ArrayBuffer> {
  const graph = [key(REWRITE_OPTIONS, LENGTH_DELIMITED), rewrite.length, ...rewrite];
  return Uint8Array.from([key(GRAPH_OPTIONS, LENGTH_DELIMITED), graph.length, ...graph]);
}

function key(field: number, wireType: number): number {
  return field << 3 | wireType;
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [value % 128 + 128, ...varint(Math.floor(value / 128))];
}
