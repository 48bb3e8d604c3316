import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../lib/errors.ts";
import { ByteSource } from "../../../lib/file/byte_source.ts";
import { readZipCheckpoint } from "../../../lib/file/pytorch/read_pytorch.ts";
import { StorageReference, StoredTensor } from "../../../lib/file/pytorch/stored_tensor.ts";
import { findEntryData, listZip } from "../../../lib/file/zip.ts";
import { needs } from "../../support/permissions.ts";

const PATH = "tests/fixtures/weights/nested_model.pth";
const FLOATS = { name: "torch.FloatStorage", format: "F32", entryBytes: 4 } as const;

Deno.test({
  name: "tensors that share entries may have twice as many as the file has bytes, and no more",
  ignore: needs("read"),
  fn() {
    using source = ByteSource.open(PATH, "read weights");
    const { readTensor } = readZipCheckpoint(source);
    // One stored number, as many times as the file has bytes.
    const tensor = new StoredTensor(new StorageReference("0", FLOATS, 1), 0, [source.sizeBytes], [
      0,
    ]);
    for (const name of ["a", "b"]) {
      assertEquals(new Set(readTensor(name, tensor)), new Set([1]));
    }
    assertEquals(
      assertThrows(() => readTensor("c", tensor), InputError).message,
      `${PATH}: Cannot read weights as its tensors must have at most ${
        2 * source.sizeBytes
      } entries together: it is more`,
    );
  },
});

Deno.test({
  name: "a number that was damaged on the way is found by the checksum of its storage",
  ignore: needs("read", "write"),
  async fn() {
    const path = await Deno.makeTempFile({ suffix: ".pth" });
    try {
      const bytes = await Deno.readFile(PATH);
      using whole = ByteSource.open(PATH, "read weights");
      const entry = listZip(whole).find(({ name }) => name.endsWith("/data/0"))!;
      bytes[findEntryData(whole, entry)]! ^= 1;
      await Deno.writeFile(path, bytes);
      using source = ByteSource.open(path, "read weights");
      const { readTensor } = readZipCheckpoint(source);
      const tensor = new StoredTensor(new StorageReference("0", FLOATS, 1), 0, [1], [1]);
      assertEquals(
        assertThrows(() => readTensor("a", tensor), InputError).message,
        `${path}: Cannot read weights as "${entry.name}" must be whole, ${entry.sizeBytes} bytes: its checksum differs`,
      );
    } finally {
      await Deno.remove(path);
    }
  },
});
