/** Blocks of unit rows as tensors, the last ones used. */

import * as tf from "@tensorflow/tfjs";
import { type ClassLayout, rowsOfBlock } from "./class_layout.ts";
import type { UnitRows } from "./unit_rows.ts";

/** Blocks of a set of images; all of them stay on the backend if they fit. */
export class BlockTensors {
  /** Blocks that are held. */
  readonly capacity: number;
  readonly #rows: UnitRows;
  readonly #layout: ClassLayout;
  /** By block, the one used last at the end. */
  readonly #tensors = new Map<number, tf.Tensor2D>();

  /** @param byteCount Bytes that the blocks may take on the backend. */
  constructor(rows: UnitRows, layout: ClassLayout, byteCount: number) {
    this.#rows = rows;
    this.#layout = layout;
    const blockBytes = layout.blockSize * rows.columnCount * 4;
    this.capacity = Math.max(4, Math.floor(byteCount / blockBytes));
  }

  /** A block, [slots, D], with rows of zeros where it has no image. It stays the cache's, and may go with the next call. */
  get(block: number): tf.Tensor2D {
    const tensor = this.#tensors.get(block) ?? this.#create(block);
    this.#tensors.delete(block);
    this.#tensors.set(block, tensor);
    return tensor;
  }

  /** Frees them. */
  dispose(): void {
    tf.dispose([...this.#tensors.values()]);
    this.#tensors.clear();
  }

  #create(block: number): tf.Tensor2D {
    for (const [oldest, tensor] of this.#tensors) {
      if (this.#tensors.size < this.capacity) break;
      tensor.dispose();
      this.#tensors.delete(oldest);
    }
    const rows = rowsOfBlock(this.#layout, block);
    const values = new Float32Array(rows.length * this.#rows.columnCount);
    this.#rows.copy(rows, values);
    return tf.tensor2d(values, [rows.length, this.#rows.columnCount]);
  }
}
