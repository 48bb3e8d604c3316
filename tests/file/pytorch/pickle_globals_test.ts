import { assert, assertEquals } from "@std/assert";
import { findGlobal } from "../../../lib/file/pytorch/pickle_globals.ts";
import {
  describePickleValue,
  PickleGlobal,
  type PickleValue,
} from "../../../lib/file/pytorch/pickle_value.ts";
import { StorageReference, StoredTensor } from "../../../lib/file/pytorch/stored_tensor.ts";

const FLOATS = { name: "torch.FloatStorage", format: "F32", entryBytes: 4 } as const;

function build(name: string, args: readonly PickleValue[]): PickleValue | undefined {
  const found = findGlobal(name, () => {});
  assert(found instanceof PickleGlobal);
  return found.build(args);
}

Deno.test("a tensor that is stored with its sign turned is no tensor that can be read", () => {
  const args = [new StorageReference("0", FLOATS, 1), 0, [1], [1], false, new Map()];
  const dtype = findGlobal("torch.float32", () => {})!;
  const calls = [["torch._utils._rebuild_tensor_v2", args], [
    "torch._utils._rebuild_tensor_v3",
    [...args, dtype],
  ]] as const;
  for (const [name, plain] of calls) {
    assert(build(name, plain) instanceof StoredTensor);
    assert(build(name, [...plain, new Map([["neg", false]])]) instanceof StoredTensor);
    const turned = build(name, [...plain, new Map([["neg", true]])]);
    assertEquals(
      describePickleValue(turned!),
      "an object of torch.Tensor that is stored with its sign turned",
    );
  }
});
