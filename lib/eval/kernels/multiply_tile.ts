// deno-lint-ignore-file
// @ts-nocheck AssemblyScript: TypeScript's syntax, its own types
// A tile of similarities: rows of A by rows of B, both as panels of 8 rows, [row / 8][k][row % 8]. Every product is one
// chain of sums over k: its bits depend neither on where the rows lie nor on which of them is A.

/**
 * out[a, b] = Σ_k A[a, k] · B[b, k].
 *
 * @param rowPanels, columnPanels How many panels A and B have.
 * @param stride Bytes from row to row of the result, which has 8 · rowPanels rows and 8 · columnPanels columns.
 */
export function multiplyTile(
  a: usize,
  b: usize,
  rowPanels: i32,
  columnPanels: i32,
  depth: i32,
  out: usize,
  stride: usize,
): void {
  const panelBytes = <usize> depth << 5;
  for (let r = 0; r < rowPanels; r++) {
    const target = out + <usize> (r << 3) * stride;
    let panel = b;
    for (let c = 0; c < columnPanels; c++) {
      const to = target + (<usize> c << 5);
      multiplyPart(a, panel, panelBytes, to, stride);
      multiplyPart(a + 16, panel, panelBytes, to + (stride << 2), stride);
      panel += panelBytes;
    }
    a += panelBytes;
  }
}

// 4 rows of A's panel by the 8 of B's.
function multiplyPart(a: usize, b: usize, panelBytes: usize, out: usize, stride: usize): void {
  let c00 = f32x4.splat(0),
    c01 = c00,
    c10 = c00,
    c11 = c00,
    c20 = c00,
    c21 = c00,
    c30 = c00,
    c31 = c00;
  for (const end = b + panelBytes; b < end; b += 32) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load_splat<f32>(a);
    c00 = f32x4.relaxed_madd(x, b0, c00);
    c01 = f32x4.relaxed_madd(x, b1, c01);
    x = v128.load_splat<f32>(a, 4);
    c10 = f32x4.relaxed_madd(x, b0, c10);
    c11 = f32x4.relaxed_madd(x, b1, c11);
    x = v128.load_splat<f32>(a, 8);
    c20 = f32x4.relaxed_madd(x, b0, c20);
    c21 = f32x4.relaxed_madd(x, b1, c21);
    x = v128.load_splat<f32>(a, 12);
    c30 = f32x4.relaxed_madd(x, b0, c30);
    c31 = f32x4.relaxed_madd(x, b1, c31);
    a += 32;
  }
  v128.store(out, c00);
  v128.store(out, c01, 16);
  out += stride;
  v128.store(out, c10);
  v128.store(out, c11, 16);
  out += stride;
  v128.store(out, c20);
  v128.store(out, c21, 16);
  out += stride;
  v128.store(out, c30);
  v128.store(out, c31, 16);
}
