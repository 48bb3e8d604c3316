/** The README's table of the differences between the protocols, from the list that the code branches on. */

import { type Deviation, DEVIATIONS } from "../../dataset/protocol.ts";
import { escapeMarkdown } from "./format_markdown.ts";

/** Formats deviations as a Markdown table, in their order. */
export function formatDeviations(deviations: readonly Deviation[] = DEVIATIONS): string {
  const lines = [
    ["Deviation", "`published`: as the authors' code", "`corrected`", "File"],
    ["---", "---", "---", "---"],
    ...deviations.map(({ id, published, corrected, file }) => [
      `\`${id}\``,
      escapeMarkdown(published),
      escapeMarkdown(corrected),
      `[\`${file}\`](${file})`,
    ]),
  ];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
