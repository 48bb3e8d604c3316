import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { InputError } from "../../lib/errors.ts";
import { openEmbeddingFile } from "../../lib/eval/embedding_file.ts";
import { formatNpy } from "../../lib/file/npy.ts";
import { testInFolder } from "../support/temporary_folder.ts";

testInFolder("embeddings stay on disk or are read whole, with the same rows", async (folder) => {
  const path = join(folder, "x.npy");
  await Deno.writeFile(path, formatNpy(Float32Array.of(0, 0.5, 1, 1.5, 2, 2.5), [2, 3]));
  for (
    const file of [path, "tests/fixtures/arrays/fortran.npy", "tests/fixtures/arrays/stored.npz"]
  ) {
    using embeddings = await openEmbeddingFile(file);
    const rows = new Float32Array(6);
    embeddings.readRows(0, 2, rows);
    assertEquals([embeddings.rowCount, embeddings.columnCount], [2, 3]);
    assertEquals([...rows], [0, 0.5, 1, 1.5, 2, 2.5]);
  }
});

testInFolder("a value on disk that is not finite is named", async (folder) => {
  const path = join(folder, "x.npy");
  await Deno.writeFile(path, formatNpy(Float32Array.of(0, 1, 2, NaN), [2, 2]));
  assertEquals(
    (await assertRejects(() => openEmbeddingFile(path), InputError)).message.replace(
      folder,
      "ROOT",
    ),
    "ROOT/x.npy: Cannot read embeddings as they must be finite, as float32: it is NaN in row 1",
  );
});
