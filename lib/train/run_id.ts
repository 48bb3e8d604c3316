/** The identity of a run: a readable name and the hash of its whole configuration. */

import { hashBytes } from "../file/hash.ts";
import { formatSetting } from "../dataset/setting.ts";
import type { TrainConfig } from "./config.ts";

/** SHA-256 (hexadecimal) of a configuration as canonical JSON: keys sorted at every level. */
export function hashConfig(config: TrainConfig): string {
  return hashBytes(JSON.stringify(sortKeys(config)));
}

/**
 * SHA-256 (hexadecimal) of a configuration without its seed and setting.
 *
 * Runs that agree in it and in their setting differ by their seed alone, so tables average them; runs that agree in it
 * and differ in rate or gamma are points of one curve.
 */
export function hashGroup(config: TrainConfig): string {
  return hashConfig({ ...config, seed: 0, setting: { kind: "full" } });
}

/**
 * Id of the run that a configuration describes, such as
 * `mini-cub200-full-proxy_an-resnet_mini-published-s2024-1f0c9a3b`. Usable as a folder name.
 */
export function formatRunId(config: TrainConfig): string {
  return joinRunId({
    ...config,
    setting: formatSetting(config.setting),
    loss: config.loss.name,
    configHash: hashConfig(config),
  });
}

/** What a run id is made of. */
export interface RunIdParts {
  readonly profile: string;
  readonly dataset: string;
  /** See `formatSetting`. */
  readonly setting: string;
  readonly loss: string;
  readonly backbone: string;
  readonly protocol: string;
  readonly seed: number;
  readonly configHash: string;
}

/** The id of a run whose parts are known, such as those in its row. */
export function joinRunId(parts: RunIdParts): string {
  const { profile, dataset, setting, loss, backbone, protocol, seed, configHash } = parts;
  const names = [profile, dataset, setting, loss, backbone, protocol];
  return [...names, `s${seed}`, configHash.slice(0, 8)].join("-");
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).map(([key, entry]) => [key, sortKeys(entry)] as const);
  return Object.fromEntries(entries.toSorted(([a], [b]) => a < b ? -1 : a > b ? 1 : 0));
}
