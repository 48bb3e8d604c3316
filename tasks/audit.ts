/** `deno task audit`: what is known against the packages, and which of them nothing loads. */

import { InputError } from "../lib/errors.ts";
import { readBytes } from "../lib/file/read_file.ts";
import { type Advisory, fetchAdvisories, listLockedPackages } from "../lib/setup/audit_packages.ts";
import { runTask } from "./command_line/run_task.ts";

const LOCK_FILE = "deno.lock";
/** Severities that fail the gate, where a program can load the package. */
const SEVERE = ["high", "critical"];

await runTask({
  task: "audit",
  summary:
    "Asks the npm registry what is known against the packages of deno.lock, and lists those that nothing loads.",
  flags: [],
  examples: ["deno task audit"],
}, async () => {
  const text = new TextDecoder().decode(await readBytes(LOCK_FILE, "list packages"));
  const packages = listLockedPackages(text, LOCK_FILE);
  const unloaded = packages.filter(({ isLoaded }) => !isLoaded);
  console.log(
    `${packages.length} packages; ${unloaded.length} come with tfjs-node-gpu's installer and are never loaded: ` +
      unloaded.map(({ name, version }) => `${name}@${version}`).join(", "),
  );
  const advisories = await fetchAdvisories(packages);
  if (advisories === null) {
    console.log(
      "No audit: the npm registry does not answer here; nothing is known of these packages",
    );
    return;
  }
  const isLoaded = (name: string) => packages.some((one) => one.name === name && one.isLoaded);
  for (const advisory of advisories) {
    console.log(describe(advisory) + (isLoaded(advisory.packageName) ? "" : " (never loaded)"));
  }
  const severe = advisories.filter(({ packageName, severity }) =>
    SEVERE.includes(severity) && isLoaded(packageName)
  );
  if (severe.length === 0) {
    return console.log(`${advisories.length} advisories, none severe in what is loaded`);
  }
  throw new InputError(
    `${LOCK_FILE}: Cannot pass as no package that is loaded may have a severe advisory: ${severe.length} are; ` +
      describe(severe[0]!),
  );
});

function describe({ packageName, severity, title, url, versions }: Advisory): string {
  return `${severity}: ${packageName} ${versions}: ${title} (${url})`;
}
