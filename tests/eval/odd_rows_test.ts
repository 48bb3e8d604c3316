import { assertEquals } from "@std/assert";
import { openEmbeddings } from "../../lib/eval/embedding_matrix.ts";
import { countOddRows } from "../../lib/eval/odd_rows.ts";

Deno.test("rows of zeros and short ones are counted, whatever their number", () => {
  const rows = [[0, 0], [1, 0], [1e-30, 0], [6e-6, 7.9e-6], [6e-6, 8.1e-6], [1e30, 1e30], [-0, 0]];
  const data = Float32Array.from(rows.flat());
  const source = openEmbeddings("rows", { data, rowCount: rows.length, columnCount: 2 });
  assertEquals(countOddRows(source), { zeroCount: 2, shortCount: 2, equalCount: 0, rowCount: 7 });
  const many = new Float32Array(3 * 2 ** 20); // several parts
  many.fill(1, 0, many.length - 6);
  const large = openEmbeddings("rows", { data: many, rowCount: 2 ** 20, columnCount: 3 });
  assertEquals(countOddRows(large), {
    zeroCount: 2,
    shortCount: 0,
    equalCount: 0,
    rowCount: 2 ** 20,
  });
});

Deno.test("rows that are all the same are counted, and no others", () => {
  const equalCount = (rows: readonly (readonly number[])[]) => {
    const data = Float32Array.from(rows.flat());
    const matrix = { data, rowCount: rows.length, columnCount: rows[0]!.length };
    return countOddRows(openEmbeddings("rows", matrix)).equalCount;
  };
  assertEquals(equalCount([[1, 2], [1, 2], [1, 2]]), 3);
  assertEquals(equalCount([[1, 2], [1, 2], [1, 3]]), 0);
  assertEquals(equalCount([[3, 2], [1, 2], [1, 2]]), 0);
  assertEquals(equalCount([[1, 2]]), 0);
  assertEquals(equalCount([[0, 0], [0, 0]]), 0); // told as zeros
});
