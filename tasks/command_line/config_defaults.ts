/** What `--help` says of defaults: the values of each profile, dataset by dataset where they differ. */

import { DATASET_NAMES } from "../../lib/dataset/datasets.ts";
import { type Profile, PROFILES } from "../../lib/dataset/record.ts";
import { PROTOCOLS } from "../../lib/dataset/protocol.ts";
import type { ConfigField, OverrideValue } from "../../lib/experiment/config_fields.ts";
import { resolveConfig } from "../../lib/experiment/settings.ts";
import { LOSS_NAMES } from "../../lib/loss/losses.ts";
import { defaultBackbone, SETTINGS } from "../experiments/experiment.ts";

/**
 * The default of a field in words, such as `default mini: 18; paper: 50 (cub200, cars196), 100 (sop, in_shop)`.
 *
 * Empty for a field that no profile has, such as one of another schedule: its help says what it is then.
 */
export function describeDefault(field: ConfigField): string {
  const parts = PROFILES.map((profile) => [profile, describeProfile(field, profile)] as const)
    .filter(([, text]) => text !== "");
  const texts = new Set(parts.map(([, text]) => text));
  if (texts.size === 0) return "";
  if (texts.size === 1 && parts.length === PROFILES.length) return `default ${[...texts][0]}`;
  return `default ${parts.map(([profile, text]) => `${profile}: ${text}`).join("; ")}`;
}

function describeProfile(field: ConfigField, profile: Profile): string {
  const datasetsOf = new Map<string, string[]>();
  for (const dataset of DATASET_NAMES) {
    const value = readDefault(field, profile, dataset);
    if (value === undefined) continue;
    const text = String(value);
    datasetsOf.set(text, [...datasetsOf.get(text) ?? [], dataset]);
  }
  if (datasetsOf.size <= 1) return [...datasetsOf.keys()].join();
  return Array.from(datasetsOf, ([text, datasets]) => `${text} (${datasets.join(", ")})`).join(
    ", ",
  );
}

/** In the first configuration that has the field, protocol `corrected` and every loss tried. */
function readDefault(
  field: ConfigField,
  profile: Profile,
  dataset: typeof DATASET_NAMES[number],
): OverrideValue | undefined {
  const [protocol] = PROTOCOLS.slice(-1) as [typeof PROTOCOLS[number]];
  const settings = SETTINGS[profile][dataset];
  return settings && LOSS_NAMES.map((loss) =>
    field.read(resolveConfig(settings, {
      profile,
      dataset,
      setting: { kind: "full" },
      protocol,
      loss,
      backbone: defaultBackbone(profile),
      seed: 0,
      pretrainedHash: null,
    }))
  ).find((value) => value !== undefined);
}
