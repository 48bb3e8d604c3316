/** What oneDNN's products and convolutions add and do to their result in the same op. */

import {
  floatAttribute,
  intAttribute,
  type OpAttribute,
  stringAttribute,
} from "../library/attributes.ts";

/**
 * Attributes of `_FusedMatMul` and `_FusedConv2D`: a bias, then what its remapper calls so.
 *
 * @param hasAddend Whether a tensor of the result's shape, the input after the bias, is added before the activation.
 */
export function endingAttributes(
  activation: "Relu" | "GeluExact" | null,
  hasAddend = false,
): OpAttribute[] {
  const names = ["BiasAdd", ...(hasAddend ? ["Add"] : []), ...(activation ? [activation] : [])];
  return [
    intAttribute("num_args", hasAddend ? 2 : 1),
    floatAttribute("epsilon", 0),
    stringAttribute("fused_ops", names),
  ];
}
