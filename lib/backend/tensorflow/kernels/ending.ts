/** What oneDNN's products and convolutions add and do to their result in the same op. */

import {
  floatAttribute,
  intAttribute,
  type OpAttribute,
  stringAttribute,
} from "../library/attributes.ts";

/** Attributes of `_FusedMatMul` and `_FusedConv2D`: a bias, then what its remapper calls so. */
export function endingAttributes(activation: "Relu" | "GeluExact" | null): OpAttribute[] {
  return [
    intAttribute("num_args", 1),
    floatAttribute("epsilon", 0),
    stringAttribute("fused_ops", ["BiasAdd", ...(activation ? [activation] : [])]),
  ];
}
