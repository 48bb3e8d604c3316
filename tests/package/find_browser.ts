/** Finds a browser to test in. */

import { delimiter, join } from "node:path";

/** Names under which Chromium is installed; all take the same flags. */
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Path of an installed browser; `null`, said once, where there is none. */
export async function findBrowser(): Promise<string | null> {
  for (const folder of (Deno.env.get("PATH") ?? "").split(delimiter)) {
    for (const path of NAMES.map((name) => join(folder, name))) {
      if (await Deno.stat(path).then(({ isFile }) => isFile, () => false)) return path;
    }
  }
  console.warn(`Tests in a browser are skipped as none is in PATH: ${NAMES.join(", ")}`);
  return null;
}
