import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../lib/errors.ts";
import { PickleObject, type PickleValue } from "../../../lib/file/pytorch/pickle_value.ts";
import { StorageReference, StoredTensor } from "../../../lib/file/pytorch/stored_tensor.ts";
import { findState } from "../../../lib/model/weights/find_state.ts";

const FLOATS = { name: "torch.FloatStorage", format: "F32", entryBytes: 4 } as const;
const tensor = (key: string) => new StoredTensor(new StorageReference(key, FLOATS, 1), 0, [1], [1]);
const dict = (entries: Readonly<Record<string, PickleValue>>) =>
  new Map<PickleValue, PickleValue>(Object.entries(entries));
const network = (key: string) => dict({ weight: tensor(key) });
/** The storage that tells which network was taken, its key, and the others. */
function take(checkpoint: PickleValue, key?: string) {
  const found = findState(checkpoint, "x.pth", key);
  return [found.tensors.get("weight")?.storage.key, found.key, found.otherKeys];
}
const messageOf = (checkpoint: PickleValue, key?: string) =>
  assertThrows(() => findState(checkpoint, "x.pth", key), InputError).message;

Deno.test("a network is found wherever programs put it", () => {
  assertEquals(take(network("a")), ["a", "", []]);
  for (
    const key of ["state_dict", "model_state_dict", "model", "net", "ema", "teacher", "anything"]
  ) {
    assertEquals(take(dict({ epoch: 3, [key]: network("a") })), ["a", key, []], key);
  }
  const nested = dict({ model: dict({ state_dict: network("a") }), epoch: 3 });
  assertEquals(take(nested), ["a", "model.state_dict", []]);
});

Deno.test("of several networks the plain one is taken, the others are told, and any can be chosen", () => {
  const checkpoint = dict({
    model_ema: network("average"),
    state_dict: network("plain"),
    optimizer: dict({ state: new Map([[0, network("moment")]]) }),
    rng_state: tensor("random"),
  });
  assertEquals(take(checkpoint), ["plain", "state_dict", ["model_ema"]]);
  assertEquals(take(checkpoint, "model_ema"), ["average", "model_ema", ["state_dict"]]);
  const pair = dict({ student: network("s"), teacher: network("t") });
  assertEquals(take(pair), ["t", "teacher", ["student"]]);
  assertEquals(
    messageOf(checkpoint, "ema"),
    "x.pth: Cannot read weights as --state must name one of its networks: " +
      'it is "ema"; there are "", "model_ema", "state_dict"',
  );
});

Deno.test("a tensor beside networks makes no network of the whole checkpoint", () => {
  const large = (key: string) =>
    dict({ weight: tensor(key), bias: tensor(key), scale: tensor(key), shift: tensor(key) });
  const best_acc = tensor("score");
  assertEquals(take(dict({ weights: large("a"), best_acc })), ["a", "weights", []]);
  const pair = dict({ student: large("s"), teacher: large("t"), best_acc });
  assertEquals(take(pair), ["t", "teacher", ["student"]]);
  assertEquals(
    messageOf(dict({ weight: tensor("a"), bias: tensor("a"), sums: network("b") })),
    'x.pth: Cannot read weights as entry "sums" must be a tensor: it is a dict',
  );
});

Deno.test("networks of which none is likelier must be chosen", () => {
  const checkpoint = dict({ generator: network("g"), critic: network("c") });
  assertEquals(
    messageOf(checkpoint),
    "x.pth: Cannot read weights as --state must name one of its networks: " +
      'it is missing; there are "generator", "critic"',
  );
  assertEquals(take(checkpoint, "critic"), ["c", "critic", []]);
});

Deno.test("an object among the weights is refused, beside them it is of no account", () => {
  const object = new PickleObject("argparse.Namespace");
  assertEquals(take(dict({ state_dict: network("a"), args: object })), ["a", "state_dict", []]);
  assertEquals(
    messageOf(dict({ state_dict: dict({ weight: tensor("a"), extra: object }) })),
    'x.pth: Cannot read weights as entry "extra" must be a tensor: it is an object of argparse.Namespace',
  );
  assertEquals(
    messageOf(
      dict({ weight: tensor("a"), quantized: new PickleObject("torch._utils._rebuild_qtensor") }),
    ),
    'x.pth: Cannot read weights as entry "quantized" must be a tensor: it is an object of torch._utils._rebuild_qtensor',
  );
});

Deno.test("a checkpoint without tensors is refused in one short line, whatever it holds", () => {
  assertEquals(
    messageOf(dict({ epoch: 3, "no\nte": "x" })),
    "x.pth: Cannot read weights as it must hold tensors by name, or in state_dict, model_state_dict, model, " +
      'network, net, module, params: it is a dict of "epoch", "no\\nte"',
  );
  assertEquals(
    messageOf([]),
    "x.pth: Cannot read weights as it must hold tensors by name: it is a list",
  );
  let deep: PickleValue = network("a");
  for (let i = 0; i < 100000; i++) deep = dict({ model: deep });
  assertEquals(messageOf(deep).endsWith('it is a dict of "model"'), true);
  const wide = new Map<PickleValue, PickleValue>(
    Array.from({ length: 200000 }, (_, i) => [[i], null]),
  );
  assertEquals(messageOf(wide).length < 400, true);
});
