// deno-lint-ignore-file
// @ts-nocheck AssemblyScript: TypeScript's syntax, its own types

/**
 * Adds dy of every window to dx at the window's first entry that equals its maximum y, in row-major order.
 *
 * @param x [B, H, W, C]; y, dy [B, H', W', C]; dx [B, H, W, C], starting values.
 */
export function routeToMaximum(
  x: usize,
  y: usize,
  dy: usize,
  dx: usize,
  batchSize: i32,
  height: i32,
  width: i32,
  channelCount: i32,
  outHeight: i32,
  outWidth: i32,
  filterHeight: i32,
  filterWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  top: i32,
  left: i32,
): void {
  const pixelBytes = <usize> channelCount << 2;
  const rowBytes = pixelBytes * width;
  const vectorBytes = <usize> (channelCount & ~3) << 2;
  for (let b = 0; b < batchSize; b++) {
    for (let oy = 0; oy < outHeight; oy++) {
      const startY = oy * strideHeight - top;
      const firstY = max(0, startY);
      const endY = min(height, startY + filterHeight);
      for (let ox = 0; ox < outWidth; ox++) {
        const startX = ox * strideWidth - left;
        const firstX = max(0, startX);
        const endX = min(width, startX + filterWidth);
        let c: usize = 0;
        for (; c < vectorBytes; c += 16) {
          const largest = v128.load(y + c);
          let upstream = v128.load(dy + c);
          for (let iy = firstY; iy < endY; iy++) {
            let at = rowBytes * iy + pixelBytes * firstX + c;
            for (let ix = firstX; ix < endX; ix++) {
              const isChosen = f32x4.eq(v128.load(x + at), largest);
              v128.store(dx + at, f32x4.add(v128.load(dx + at), v128.and(upstream, isChosen)));
              upstream = v128.andnot(upstream, isChosen);
              at += pixelBytes;
            }
          }
        }
        for (; c < pixelBytes; c += 4) {
          const largest = load<f32>(y + c);
          let upstream = load<f32>(dy + c);
          for (let iy = firstY; iy < endY; iy++) {
            let at = rowBytes * iy + pixelBytes * firstX + c;
            for (let ix = firstX; ix < endX; ix++) {
              if (load<f32>(x + at) == largest) {
                store<f32>(dx + at, load<f32>(dx + at) + upstream);
                upstream = 0;
              }
              at += pixelBytes;
            }
          }
        }
        y += pixelBytes;
        dy += pixelBytes;
      }
    }
    x += rowBytes * height;
    dx += rowBytes * height;
  }
}
