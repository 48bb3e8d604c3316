import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { InputError } from "../../../lib/errors.ts";
import { ByteSource } from "../../../lib/file/byte_source.ts";
import {
  readTensorData,
  StorageReference,
  StoredTensor,
} from "../../../lib/file/pytorch/stored_tensor.ts";
import { testInFolder } from "../../support/temporary_folder.ts";

/** A file of the numbers 0...9, of which the storage is 2...7. */
async function openNumbers(folder: string): Promise<ByteSource> {
  const path = join(folder, "numbers");
  await Deno.writeFile(path, new Uint8Array(Float32Array.from(Array(10).keys()).buffer));
  return ByteSource.open(path, "read weights");
}
const FLOATS = { name: "torch.FloatStorage", format: "F32", entryBytes: 4 } as const;
const LOCATION = { position: 8, sizeBytes: 24 };

testInFolder("a tensor is read from its storage alone", async (folder) => {
  using source = await openNumbers(folder);
  const read = (offset: number, shape: number[], strides: number[]) => {
    const tensor = new StoredTensor(new StorageReference("0", FLOATS, 6), offset, shape, strides);
    return [...readTensorData(source, "w", tensor, LOCATION)];
  };
  assertEquals(read(0, [6], [1]), [2, 3, 4, 5, 6, 7]);
  assertEquals(read(1, [2, 2], [1, 3]), [3, 6, 4, 7]);
  assertEquals(read(5, [1, 1], [99, 99]), [7]);
  assertEquals(read(9, [0], [1]), []);
  const messageOf = (...tensor: Parameters<typeof read>) => {
    const { message } = assertThrows(() => read(...tensor), InputError);
    return message.replace(source.path, "PATH");
  };
  const rule = 'PATH: Cannot read tensor "w" as it must lie within its 6 stored entries: it is ';
  assertEquals(messageOf(1, [6], [1]), `${rule}7`);
  assertEquals(messageOf(0, [2, 2], [1, 6]), `${rule}8`);
  assertEquals(
    messageOf(0, [1e6, 1e6], [0, 0]),
    'PATH: Cannot read tensor "w" as its strides must not unfold more entries than the file has bytes: it is 1000000000000',
  );
});

testInFolder("a view of a storage, as in old files, begins where it says", async (folder) => {
  using source = await openNumbers(folder);
  const view = new StorageReference("0", FLOATS, 3, 2);
  const tensor = new StoredTensor(view, 1, [2], [1]);
  assertEquals([...readTensorData(source, "w", tensor, LOCATION)], [5, 6]);
  const beyond = new StoredTensor(view, 1, [3], [1]);
  assertThrows(() => readTensorData(source, "w", beyond, LOCATION), InputError);
});
