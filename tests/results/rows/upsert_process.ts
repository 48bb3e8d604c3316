/** A process that stores rows one at a time; csv_store_test.ts starts several at once. */

import { upsertRows } from "../../../lib/results/rows/csv_store.ts";
import { RESULT_SCHEMA } from "../../../lib/results/rows/row.ts";
import { syntheticRow } from "../synthetic_rows.ts";

const [path, process, count] = Deno.args;
for (let i = 0; i < Number(count); i++) {
  const row = syntheticRow({ seed: 100 * Number(process) + i });
  await upsertRows(path!, RESULT_SCHEMA, [row]);
}
