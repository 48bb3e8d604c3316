/** Unit rows as `kernels/multiply_tile.ts` reads them: panels of 8 rows, [row / 8][k][row % 8]. */

import { type ClassLayout, rowsOfBlock } from "./class_layout.ts";
import type { UnitRows } from "./unit_rows.ts";

/** Rows of a panel. */
export const PANEL_ROWS = 8;

/**
 * Packs a set of images in the order of its layout, into memory that workers share where there is such memory.
 *
 * @returns [slots / 8, D, 8], rows of zeros where a slot has no image.
 */
export function packPanels(rows: UnitRows, layout: ClassLayout): Float32Array {
  const { columnCount } = rows;
  const { blockSize, blockCount } = layout;
  const size = blockCount * blockSize * columnCount;
  const isShared = typeof SharedArrayBuffer !== "undefined";
  const panels = new Float32Array(
    isShared ? new SharedArrayBuffer(size * 4) : new ArrayBuffer(size * 4),
  );
  const block = new Float32Array(blockSize * columnCount);
  for (let b = 0; b < blockCount; b++) {
    rows.copy(rowsOfBlock(layout, b), block);
    packBlock(block, columnCount, panels.subarray(b * block.length, (b + 1) * block.length));
  }
  return panels;
}

function packBlock(block: Float32Array, columnCount: number, panels: Float32Array): void {
  const panelSize = PANEL_ROWS * columnCount;
  for (let first = 0; first < block.length; first += panelSize) {
    for (let k = 0, to = first; k < columnCount; k++) {
      for (let at = first + k; at < first + panelSize; at += columnCount) panels[to++] = block[at]!;
    }
  }
}
