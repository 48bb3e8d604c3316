/** The parts of a trained network in one file, whatever their owners call them: backbone, head, proxies. */

import type { NamedTensor } from "../../file/named_tensor.ts";
import type { Backbone } from "../backbone.ts";
import { headSpecs } from "../head.ts";

/** Tensors of a file, told apart. */
export interface NetworkParts {
  /** Under the backbone's prefix, which is taken off; without a head and proxies. */
  readonly backbone: readonly NamedTensor[];
  /** LayerNorm, BatchNorm, Linear by the names of `headSpecs`; empty if there is none. */
  readonly head: readonly NamedTensor[];
  /** [C, D], called `proxies`; `null` if there are none. */
  readonly proxies: NamedTensor | null;
  /** Everything else, by its own names. */
  readonly others: readonly NamedTensor[];
}

const HEAD_PREFIX = "head.";
/** Last tensor of a head; it tells D. */
const LINEAR_SUFFIX = "2.weight";
const COUNTER_SUFFIX = ".num_batches_tracked";

/** Tells the parts apart by the names and shapes of a backbone and of the heads that belong to it. */
export function splitNetwork(backbone: Backbone, tensors: readonly NamedTensor[]): NetworkParts {
  const headPrefix = findHeadPrefix(backbone, tensors);
  const isOfHead = ({ name }: NamedTensor) => headPrefix !== null && name.startsWith(headPrefix);
  const head = tensors.filter((tensor) => isOfHead(tensor) && !tensor.name.endsWith(COUNTER_SUFFIX))
    .map((tensor) => ({ ...tensor, name: HEAD_PREFIX + tensor.name.slice(headPrefix!.length) }));
  const size = head.find(({ name }) => name === HEAD_PREFIX + LINEAR_SUFFIX)?.shape[0];
  const named = tensors.filter((tensor) => isProxies(tensor, size));
  const proxies = named.length === 1 ? named[0]! : null;
  const rest = tensors.filter((tensor) => !isOfHead(tensor) && tensor !== proxies);
  const prefix = findBackbonePrefix(backbone, rest);
  return {
    backbone: rest.filter(({ name }) => name.startsWith(prefix))
      .map((tensor) => ({ ...tensor, name: tensor.name.slice(prefix.length) })),
    head,
    proxies: proxies && { ...proxies, name: "proxies" },
    others: rest.filter(({ name }) => !name.startsWith(prefix)),
  };
}

/** What stands before the names of a head of this backbone, with its dot. */
function findHeadPrefix(
  { featureCount, specs }: Backbone,
  tensors: readonly NamedTensor[],
): string | null {
  const shapes = new Map(tensors.map(({ name, shape }) => [name, shape.join()]));
  const own = new Set(specs.map(({ name }) => name));
  for (const { name, shape } of tensors) {
    if (!name.endsWith(`.${LINEAR_SUFFIX}`) || shape.length !== 2 || own.has(name)) continue;
    const prefix = name.slice(0, -LINEAR_SUFFIX.length);
    const expected = headSpecs(featureCount, shape[0]!);
    const isHead = expected.every((spec) =>
      shapes.get(prefix + spec.name.slice(HEAD_PREFIX.length)) === spec.shape.join()
    );
    if (isHead) return prefix;
  }
  return null;
}

function isProxies({ name, shape }: NamedTensor, embeddingSize: number | undefined): boolean {
  const isOfSize = shape.length === 2 && (embeddingSize ?? shape[1]) === shape[1];
  return isOfSize && /^prox(y|ies)$/i.test(name.split(".").at(-1)!);
}

/** The prefix under which most of the backbone's tensors are found. */
function findBackbonePrefix({ specs }: Backbone, tensors: readonly NamedTensor[]): string {
  const names = new Set(tensors.map(({ name }) => name));
  const anchors = [specs[0]!, specs[specs.length >> 1]!, specs.at(-1)!].map(({ name }) => name);
  const prefixes = new Set([
    "",
    ...anchors.flatMap((anchor) =>
      [...names].filter((name) => name.endsWith(`.${anchor}`))
        .map((name) => name.slice(0, -anchor.length))
    ),
  ]);
  const countFound = (prefix: string) =>
    specs.filter(({ name }) => names.has(prefix + name)).length;
  const counts = new Map([...prefixes].map((prefix) => [prefix, countFound(prefix)]));
  return [...prefixes].reduce((best, prefix) =>
    counts.get(prefix)! > counts.get(best)! ? prefix : best
  );
}
