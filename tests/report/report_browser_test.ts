/** The report of drawn results, in a real browser where one is installed. */

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join, toFileUrl } from "@std/path";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { executeRun } from "../../lib/experiment/execute_run.ts";
import { viewRun } from "../../lib/experiment/view_run.ts";
import { configureLoss } from "../../lib/loss/losses.ts";
import { writeReport } from "../../lib/report/write_report.ts";
import { formatRunId } from "../../lib/train/run_id.ts";
import { findBrowser } from "../package/find_browser.ts";
import { makeSmallMiniatures } from "../support/small_miniatures.ts";
import { testInFolder } from "../support/temporary_folder.ts";
import { smallConfig } from "../support/train_config.ts";

testInFolder("the report has the same bytes each time, and is used in a browser", async (root) => {
  await makeSmallMiniatures(`${root}/data`, ["cub200"]);
  const { backend } = await openBackend("wasm");
  const roots = { dataRoot: `${root}/data`, resultsRoot: `${root}/results` };
  const runs = ([["proxy_an", 3], ["proxy_an", 4], ["proxy_nca", 3]] as const).map(([name, seed]) =>
    smallConfig({
      classesPerBatch: 2,
      imagesPerClass: 2,
      epochCount: 2,
      seed,
      loss: configureLoss(name),
    })
  );
  for (const config of runs) await executeRun({ config, backend, pretrained: null, ...roots });
  const runId = formatRunId(runs[0]!);
  assertEquals(await viewRun(runId, roots), true);
  const first = await writeReport(roots.resultsRoot, { hasImages: true });
  const page = await Deno.readTextFile(first.path);
  await viewRun(runId, roots);
  await writeReport(roots.resultsRoot, { hasImages: true });
  assertEquals(await Deno.readTextFile(first.path), page);
  assertEquals([first.runCount, first.viewCount], [3, 1]);
  assert(page.includes("data:image/jpeg;base64,"));
  const { path } = await writeReport(roots.resultsRoot, { hasImages: false });
  assert(!(await Deno.readTextFile(path)).includes("data:image/jpeg"));

  const browser = await findBrowser();
  if (browser === null) return;
  const script = fromFileUrl(new URL("./open_report.ts", import.meta.url));
  // Playwright looks at files of the system that nothing less permits.
  const args = ["run", "-q", "--no-check", "--allow-all", script, browser];
  const url = toFileUrl(join(await Deno.realPath(root), "results/report.html")).href;
  const command = new Deno.Command(Deno.execPath(), { args: [...args, url] });
  const { success, stdout, stderr } = await command.output();
  assert(success, new TextDecoder().decode(stderr));
  const seen = JSON.parse(new TextDecoder().decode(stdout));
  assertEquals([seen.errors, seen.requests], [[], []]);
  assertEquals(seen.rowCount, 9);
  assertEquals(seen.ascending.order, "ascending");
  assertEquals(
    seen.ascending.values,
    seen.ascending.values.toSorted((a: number, b: number) => a - b),
  );
  assertEquals(seen.descending.order, "descending");
  assertEquals(seen.descending.values, seen.ascending.values.toReversed());
  assertEquals(seen.filtered, { count: 2, status: "2 of 9 rows" });
  assertEquals(seen.isOpen, true);
  assert(/, epoch \d: \d+\.\d\d$/.test(seen.tip), seen.tip);
  assertEquals([seen.unnamed, seen.overflow], [0, 0]);
  assertEquals(seen.dark, "rgb(21, 23, 26)");
}, ["ffi", "sys", "env", "run"]);
