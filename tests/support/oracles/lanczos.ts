/** Reduction by Lanczos with three lobes, in float64 and plain loops, first columns and then rows. */

/** An image of one channel: `values[y][x]`. */
export type Plane = readonly (readonly number[])[];

/** The plane at another size; the filter is as much wider as the plane is reduced. */
export function reduceByLanczos(plane: Plane, width: number, height: number): number[][] {
  const wide = plane.map((row) => reduceLine(row, width));
  const columns = Array.from({ length: width }, (_, x) => wide.map((row) => row[x]!));
  const reduced = columns.map((column) => reduceLine(column, height));
  return Array.from({ length: height }, (_, y) => reduced.map((column) => column[y]!));
}

function reduceLine(line: readonly number[], length: number): number[] {
  const scale = line.length / length;
  return Array.from({ length }, (_, i) => {
    const center = (i + 0.5) * scale;
    let [sum, total] = [0, 0];
    for (let k = 0; k < line.length; k++) {
      const weight = lanczos((k + 0.5 - center) / scale);
      sum += weight * line[k]!;
      total += weight;
    }
    return sum / total;
  });
}

function lanczos(x: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= 3) return 0;
  const t = Math.PI * x;
  return 3 * Math.sin(t) * Math.sin(t / 3) / (t * t);
}
