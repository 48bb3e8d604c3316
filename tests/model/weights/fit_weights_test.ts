import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../lib/errors.ts";
import { BN_INCEPTION } from "../../../lib/model/bn_inception.ts";
import { RESNET50 } from "../../../lib/model/resnet50.ts";
import { RESNET_MINI } from "../../../lib/model/resnet_mini.ts";
import type { Backbone } from "../../../lib/model/backbone.ts";
import type { NamedTensor } from "../../../lib/file/named_tensor.ts";
import { fitWeights, requireFit } from "../../../lib/model/weights/fit_weights.ts";

/** Zeros for all tensors of a backbone. */
function zerosOf({ specs }: Backbone): NamedTensor[] {
  return specs.map(({ name, shape }) => zeros(name, shape));
}

function zeros(name: string, shape: readonly number[]): NamedTensor {
  return { name, shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) };
}

Deno.test("classifiers and counts of batches are leftovers, and everything else must fit", () => {
  const extra = [zeros("fc.weight", [1000, 2048]), zeros("bn1.num_batches_tracked", [])];
  const tensors = zerosOf(RESNET50);
  const fit = fitWeights(RESNET50, [...tensors, ...extra]);
  assertEquals(fit.problems, []);
  assertEquals(fit.leftovers, ["fc.weight", "bn1.num_batches_tracked"]);
  assertEquals(fit.tensors, tensors);
});

Deno.test("vectors of [1, C], as in BN-Inception's file, become [C], and nothing else is reshaped", () => {
  const older = zerosOf(BN_INCEPTION).map((tensor) =>
    tensor.name.endsWith("_bn.weight") ? { ...tensor, shape: [1, ...tensor.shape] } : tensor
  );
  assertEquals(older.filter(({ shape }) => shape.length === 2).length > 0, true);
  assertEquals(fitWeights(BN_INCEPTION, older).problems, []);
  const filters = zerosOf(RESNET_MINI).map((tensor) =>
    tensor.shape.length === 4 ? { ...tensor, shape: [1, ...tensor.shape] } : tensor
  );
  assertEquals(fitWeights(RESNET_MINI, filters).problems.length, 1);
});

Deno.test("a matrix in place of a vector is misshapen", () => {
  const first = zerosOf(RESNET_MINI).find(({ shape }) => shape.length === 1)!;
  const [length] = first.shape;
  const rest = zerosOf(RESNET_MINI).filter(({ name }) => name !== first.name);
  assertEquals(fitWeights(RESNET_MINI, [...rest, zeros(first.name, [2, length!])]).problems, [
    `1 misshapen: ${first.name} [2,${length}] instead of [${length}]`,
  ]);
});

Deno.test("weights of another network are refused with what differs and where right ones come from", () => {
  const error = assertThrows(
    () => requireFit(RESNET50, zerosOf(RESNET_MINI), "mini.safetensors"),
    InputError,
  );
  const rule =
    /^mini\.safetensors: Cannot load weights as they must be those of resnet50: \d+ missing: (\S+, ){9}\S+ and \d+ more; /;
  assertEquals(rule.test(error.message), true, error.message);
  assertEquals(
    error.message.endsWith(
      "resnet50-0676ba61.pth from https://download.pytorch.org/models/resnet50-0676ba61.pth fits",
    ),
    true,
    error.message,
  );
});
