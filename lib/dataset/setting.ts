/** The three settings of the paper: all training images, a part of them, an imbalanced part of them. */

/** Which training images a run sees. */
export type Setting =
  | { readonly kind: "full" }
  /** `rate` of every class, in (0, 1]. */
  | { readonly kind: "partial"; readonly rate: number }
  /** Class sizes fall by the factor `gamma` (at least 1) from the first class to the last. */
  | { readonly kind: "imbalance"; readonly gamma: number };

/** Names of the settings, in the order of tables. */
export const SETTING_KINDS = ["full", "partial", "imbalance"] as const;

/** The one name of a computation: a part that is the whole of every class is the full setting. */
export function normalizeSetting(setting: Setting): Setting {
  return setting.kind === "partial" && setting.rate === 1 ? { kind: "full" } : setting;
}

/** Short name of a setting, for run ids: `full`, `partial0.1`, `imbalance50`. */
export function formatSetting(setting: Setting): string {
  switch (setting.kind) {
    case "full":
      return "full";
    case "partial":
      return `partial${setting.rate}`;
    case "imbalance":
      return `imbalance${setting.gamma}`;
  }
}
