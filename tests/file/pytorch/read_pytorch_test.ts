import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../lib/errors.ts";
import { ByteSource } from "../../../lib/file/byte_source.ts";
import { readZipCheckpoint } from "../../../lib/file/pytorch/read_pytorch.ts";
import { StorageReference, StoredTensor } from "../../../lib/file/pytorch/stored_tensor.ts";
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
