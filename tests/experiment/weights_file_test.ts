import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { InputError } from "../../lib/errors.ts";
import { readStoredWeights } from "../../lib/experiment/weights_file.ts";
import { formatSafetensors } from "../../lib/file/safetensors.ts";
import { formatRunId } from "../../lib/train/run_id.ts";
import { testInFolder } from "../support/temporary_folder.ts";
import { smallConfig } from "../support/train_config.ts";

testInFolder("the configuration of a weights file is that of the run it names", async (folder) => {
  const config = smallConfig();
  const run = formatRunId(config);
  const path = join(folder, "final.safetensors");
  const tensors = [{ name: "head.bias", shape: [2], data: new Float32Array(2) }];
  const write = (text: string) =>
    Deno.writeFile(
      path,
      formatSafetensors(tensors, { run, epoch: "3", selection: "final", config: text }),
    );
  await write(JSON.stringify(config));
  const stored = await readStoredWeights(path);
  assertEquals([stored.config, stored.epoch, stored.selection], [config, 3, "final"]);
  for (
    const [text, fault] of [
      [JSON.stringify({ ...config, seed: config.seed + 1 }), "it is another"],
      ["{}", "it is another"],
      ['{"seed":', "it is damaged"],
      ["null", "it is damaged"],
    ] as const
  ) {
    await write(text);
    const error = await assertRejects(() => readStoredWeights(path), InputError);
    assertEquals(
      error.message,
      `${path}: Cannot read checkpoint as its metadata must hold the configuration of run "${run}": ` +
        `${fault}; take a whole copy of the file`,
    );
  }
});
