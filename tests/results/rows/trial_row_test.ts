import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { InputError } from "../../../lib/errors.ts";
import { readTrials } from "../../../lib/results/rows/trial_row.ts";
import { buildTrialsTable } from "../../../lib/results/tables/trials_table.ts";
import { testInFolder } from "../../support/temporary_folder.ts";

const HEADER = "profile,dataset,backbone,loss,seed,trial,drawn,fold_count," +
  "held_out_recall_at_1,fold_recalls,learning_rate,a_setting_of_tomorrow,config_hash\n";
const trial = (number: number, recall: number, hash: string) =>
  `photos,cars196,deit_ti,proxy_an,2024,${number},none,2,${recall},${recall - 1} ${
    recall + 1
  },0.001,,${hash}\n`;

testInFolder("trials of any settings are read, and shown with the best first", async (folder) => {
  const path = join(folder, "sweep.csv");
  assertEquals(await readTrials(path), []);
  await Deno.writeTextFile(path, HEADER + trial(0, 28.5, "a") + trial(1, 31.25, "b"));
  const trials = await readTrials(path);
  assertEquals(trials.map(({ trial }) => trial), [0, 1]);
  const { rows } = buildTrialsTable(trials);
  assertEquals(rows.map((row) => row.slice(2, 6)), [
    ["Proxy-AN", 1, "none", 31.25],
    ["Proxy-AN", 0, "none", 28.5],
  ]);
});

testInFolder(
  "trials that are broken or there twice are refused with their line",
  async (folder) => {
    const path = join(folder, "sweep.csv");
    const refuse = async (text: string) => {
      await Deno.writeTextFile(path, text);
      const { message } = await assertRejects(() => readTrials(path), InputError);
      return message.replace(folder, "FOLDER");
    };
    assertEquals(
      await refuse(HEADER + trial(0, 128.5, "a")),
      "FOLDER/sweep.csv:2: Cannot parse row as held_out_recall_at_1 must be a number of at least 0 and at most 100: " +
        'it is "128.5"',
    );
    const twice = await refuse(HEADER + trial(0, 28.5, "a") + trial(0, 28.5, "a"));
    assertEquals(twice.startsWith("FOLDER/sweep.csv:3: "), true, twice);
    assertEquals(
      await refuse(HEADER + trial(0, 28.5, "a").replace(",28.5,", ",29.5,")),
      "FOLDER/sweep.csv:2: Cannot parse row as held_out_recall_at_1 must be the mean of fold_recalls, 28.50: it is 29.5",
    );
    assertEquals(
      await refuse(HEADER + trial(0, 28.5, "a").replace("27.5 29.5", "28.5")),
      'FOLDER/sweep.csv:2: Cannot parse row as fold_recalls must be 2 numbers, as fold_count says: it is "28.5"',
    );
    const withData = (text: string) => text.replace(/\n/g, ",d\n").replace(",d\n", ",data_hash\n");
    assertEquals(
      await refuse(withData(HEADER + trial(0, 28.5, "a") + trial(1, 30, "a"))),
      'FOLDER/sweep.csv:3: Cannot parse row as each may be there once: "a/2/d" is in line 2, too; ' +
        "remove one of the two lines",
    );
  },
);
