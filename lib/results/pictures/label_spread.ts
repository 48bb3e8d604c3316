/** Places labels beside points so that they do not overlap. */

/**
 * Moves positions apart until neighbors are `distance` apart, as little as needed.
 *
 * Labels that would overlap form a block around their common center: pool adjacent violators.
 *
 * @returns One position for each, in the order given; within the bounds if there is room.
 */
export function spreadApart(
  positions: readonly number[],
  distance: number,
  minimum: number,
  maximum: number,
): number[] {
  const order = positions.map((_, i) => i).toSorted((a, b) => positions[a]! - positions[b]!);
  // Without their mutual distances, positions only have to ascend: isotonic regression.
  const blocks: { sum: number; members: number[] }[] = [];
  order.forEach((index, rank) => {
    blocks.push({ sum: positions[index]! - rank * distance, members: [index] });
    while (blocks.length > 1 && center(blocks.at(-2)!) > center(blocks.at(-1)!)) {
      const { sum, members } = blocks.pop()!;
      const below = blocks.at(-1)!;
      below.sum += sum;
      below.members.push(...members);
    }
  });
  const [lowest, highest] = [minimum, maximum - (positions.length - 1) * distance];
  const spread = [...positions];
  let rank = 0;
  for (const block of blocks) {
    const start = Math.max(lowest, Math.min(highest, center(block)));
    for (const index of block.members) spread[index] = start + distance * rank++;
  }
  return spread;
}

function center({ sum, members }: { sum: number; members: readonly number[] }): number {
  return sum / members.length;
}
