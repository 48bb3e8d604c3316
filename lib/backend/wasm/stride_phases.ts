/** Pure arithmetic: the positions of a strided convolution's input, by their remainder modulo the stride. */

/** Input positions of one remainder along one axis, and the filter entries that reach them. */
export interface AxisPhase {
  /** First input position. The next ones follow at the stride. */
  readonly start: number;
  /** Number of input positions. */
  readonly count: number;
  /** First output position that the first input position sees; may lie before the output. The next ones follow at 1. */
  readonly first: number;
  /** Filter entries, for the output positions first, first + 1, ...: descending at the stride. */
  readonly entries: readonly number[];
}

/** All remainders along one axis. */
export interface AxisPhases {
  readonly phases: readonly AxisPhase[];
  /** Output positions before and after the output that the phases see. */
  readonly before: number;
  readonly after: number;
  /** Whether some input position is reached by no filter entry. */
  readonly hasGap: boolean;
}

/**
 * Splits one axis. Input position p sees output position q through filter entry f where p + pad = stride · q + f.
 *
 * @param inSize Number of input positions.
 * @param outSize Number of output positions.
 * @param pad Zeros before the input.
 */
export function splitPhases(
  inSize: number,
  outSize: number,
  filterSize: number,
  stride: number,
  pad: number,
): AxisPhases {
  const phases: AxisPhase[] = [];
  let [before, after, hasGap] = [0, 0, false];
  for (let start = 0; start < Math.min(stride, inSize); start++) {
    const remainder = (start + pad) % stride;
    const count = Math.ceil((inSize - start) / stride);
    const entries: number[] = [];
    for (let f = remainder; f < filterSize; f += stride) entries.unshift(f);
    if (entries.length === 0) {
      hasGap = true;
      continue;
    }
    const last = (start + pad - remainder) / stride; // seen through the smallest entry
    const first = last - entries.length + 1;
    before = Math.max(before, -first);
    after = Math.max(after, last + count - outSize);
    phases.push({ start, count, first, entries });
  }
  return { phases, before, after, hasGap };
}
