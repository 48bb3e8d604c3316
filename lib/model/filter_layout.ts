/** Convolution filters between PyTorch's layout [O, I, H, W] and the backend's [H, W, I, O]. */

type FilterShape = readonly [number, number, number, number];

/**
 * Reorders a filter for the backend.
 *
 * @param data Row-major [O, I, H, W].
 * @param shape [O, I, H, W]
 * @returns Row-major [H, W, I, O], a new array.
 */
export function convertFilterToHwio(
  data: ArrayLike<number>,
  [outputs, inputs, height, width]: FilterShape,
): Float32Array<ArrayBuffer> {
  const window = height * width;
  const converted = new Float32Array(outputs * inputs * window);
  let from = 0;
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      for (let at = 0; at < window; at++) {
        converted[(at * inputs + input) * outputs + output] = data[from++]!;
      }
    }
  }
  return converted;
}

/**
 * Reorders a filter for PyTorch.
 *
 * @param data Row-major [H, W, I, O].
 * @param shape [O, I, H, W], the shape of the result.
 * @returns Row-major [O, I, H, W], a new array.
 */
export function convertFilterToOihw(
  data: ArrayLike<number>,
  [outputs, inputs, height, width]: FilterShape,
): Float32Array<ArrayBuffer> {
  const window = height * width;
  const converted = new Float32Array(outputs * inputs * window);
  let to = 0;
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      for (let at = 0; at < window; at++) {
        converted[to++] = data[(at * inputs + input) * outputs + output]!;
      }
    }
  }
  return converted;
}
