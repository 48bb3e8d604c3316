/** Flags that name files: folders, pretrained weights, checkpoints, embeddings. */

import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/errors.ts";
import {
  CHECKPOINT_FLAGS,
  readCheckpointPath,
  readRunIds,
} from "../../tasks/command_line/checkpoint_flags.ts";
import {
  EMBEDDINGS_FLAGS,
  readEmbeddingsChoice,
} from "../../tasks/command_line/embeddings_flags.ts";
import { type Flags, parseCommandLine } from "../../tasks/command_line/flags.ts";
import { readFolderName, readFolders } from "../../tasks/command_line/folder_flags.ts";
import { findPretrainedFiles } from "../../tasks/command_line/pretrained_flags.ts";
import { planFromFlags, trainingFlags } from "../../tasks/command_line/training_flags.ts";

const SPEC = {
  task: "any",
  summary: "Any.",
  flags: [...trainingFlags("full"), ...CHECKPOINT_FLAGS, ...EMBEDDINGS_FLAGS],
  examples: [],
};
const parse = (...args: string[]): Flags => parseCommandLine(SPEC, args)!;
const FULL = [{ kind: "full" }] as const;

Deno.test("class folders have the settings of CUB200 and the name of the training folder", async () => {
  const folders = ["--dataset", "folder", "--train", "photos/birds", "--test", "photos/test"];
  const plan = await planFromFlags(parse(...folders, "--seed", "1,2"), "full", FULL);
  assertEquals(plan.folders, { train: "photos/birds", test: "photos/test", gallery: undefined });
  assertEquals(plan.configs.map(({ dataset, seed }) => [dataset, seed]), [["birds", 1], [
    "birds",
    2,
  ]]);
  const cub = await planFromFlags(parse("--dataset", "cub200", "--seed", "1"), "full", FULL);
  assertEquals({ ...plan.configs[0], dataset: "cub200" }, cub.configs[0]);
  assertEquals(cub.folders, undefined);
});

Deno.test("class folders and --dataset folder need each other", async () => {
  const rule =
    "Cannot use class folders as --dataset folder and --train DIR --test DIR must be given together: ";
  await assertRejects(
    () => planFromFlags(parse("--dataset", "folder"), "full", FULL),
    UsageError,
    rule + "--train and --test are missing",
  );
  await assertRejects(
    () => planFromFlags(parse("--dataset", "sop", "--train", "a", "--test", "b"), "full", FULL),
    UsageError,
    rule + "--dataset is sop",
  );
  assertThrows(
    () => readFolders(parse("--train", "a", "--gallery", "c")),
    UsageError,
    "Cannot use class folders as --train and --test must be given: --test is missing",
  );
});

Deno.test("the name of class folders fits into a run id and is no other dataset's", () => {
  const folders = { train: "x/my photos", test: "y" };
  assertEquals(readFolderName(parse("--name", "My_photos.2"), folders), "My_photos.2");
  for (const name of ["cub200", "a/b", "a-b", ".."]) {
    assertThrows(
      () => readFolderName(parse("--name", name), folders),
      UsageError,
      `it is "${name}"`,
    );
  }
  assertThrows(() => readFolderName(parse(), folders), UsageError, 'it is "my photos"');
});

Deno.test("one file of weights is for one backbone", async () => {
  await assertRejects(
    () => findPretrainedFiles(["resnet50", "deit_s"], parse("--weights", "x.pth")),
    UsageError,
    "Cannot use --weights as one file must be for one backbone: there are 2",
  );
  const none = await findPretrainedFiles(["resnet50", "deit_s"], parse("--weights", "none"));
  assertEquals([none.paths.size, none.hashOf("resnet50")], [0, null]);
});

Deno.test("stored weights are a run's or a file's, not both", () => {
  const read = (...args: string[]) => readCheckpointPath(parse(...args), "results", "embed");
  assertEquals(read("--run", "r1"), "results/runs/r1/final.safetensors");
  assertEquals(
    read("--run", "r1", "--selection", "best_on_test"),
    "results/runs/r1/best_on_test.safetensors",
  );
  assertEquals(read("--checkpoint", "x.safetensors"), "x.safetensors");
  const rule = "Cannot embed as exactly one of --run and --checkpoint must be given: ";
  assertThrows(() => read(), UsageError, rule + "none is");
  assertThrows(() => read("--run", "a", "--checkpoint", "b"), UsageError, rule + "both are");
  const ids = (text: string) => readRunIds(parse("--run", text), "look into runs");
  assertEquals(ids("a, b,a"), ["a", "b"]);
  assertEquals(readRunIds(parse(), "look into runs"), undefined);
  for (const [text, wrong] of [["a,../../x", "../../x"], ["..", ".."], ["a,", ""]] as const) {
    assertThrows(
      () => ids(text),
      UsageError,
      `Cannot look into runs as --run must be the id of a run, as in results/full.csv: it is "${wrong}"`,
    );
  }
  assertThrows(
    () => read("--checkpoint", "x.safetensors", "--selection", "final"),
    UsageError,
    "Cannot embed as --selection chooses an epoch of --run: it is given with --checkpoint, which is one",
  );
});

Deno.test("embeddings come with labels from the same file or another, and K that have a column", () => {
  assertEquals(readEmbeddingsChoice(parse("--run", "a")), undefined);
  assertEquals(readEmbeddingsChoice(parse("--embeddings", "x.npz", "--ks", "1,10")), {
    images: { embeddings: "x.npz", labels: undefined, labelColumn: undefined },
    queries: undefined,
    ks: [1, 10],
    protocol: "published",
    shard: undefined,
  });
  const shard = ["--embeddings", "x.npz", "--shard"];
  assertEquals(readEmbeddingsChoice(parse(...shard, "2/12"))?.shard, { index: 2, count: 12 });
  const queries = ["--query-embeddings", "q.npy", "--query-labels", "l.npy"];
  assertEquals(readEmbeddingsChoice(parse("--embeddings", "x.npz", ...queries))?.queries, {
    embeddings: "q.npy",
    labels: "l.npy",
    labelColumn: undefined,
  });
  const table = ["--labels", "l.csv", "--label-column", "class"];
  assertEquals(readEmbeddingsChoice(parse("--embeddings", "x.npz", ...table, ...queries)), {
    images: { embeddings: "x.npz", labels: "l.csv", labelColumn: "class" },
    queries: { embeddings: "q.npy", labels: "l.npy", labelColumn: undefined },
    ks: [1, 2, 4, 8],
    protocol: "published",
    shard: undefined,
  });
  const refuse = (message: string, ...args: string[]) =>
    assertThrows(() => readEmbeddingsChoice(parse(...args)), UsageError, message);
  refuse("as --embeddings must be given: it is missing", ...queries);
  refuse("--embeddings must be given with it: it is missing", "--labels", "x.npy");
  const column = ["--embeddings", "x.npz", "--label-column", "1"];
  const rule = "Cannot use --label-column as --labels must be a table, a file .csv, .tsv or .txt: ";
  refuse(`${rule}it is missing`, ...column);
  refuse(`${rule}it is l.npy`, ...column, "--labels", "l.npy");
  refuse("--embeddings must be given: it is missing", "--run", "a", "--label-column", "1");
  for (const name of ["selection", "train", "test", "gallery"]) {
    const both = `Cannot evaluate as either --embeddings or --${name} must be given: both are`;
    refuse(both, "--embeddings", "x.npz", `--${name}`, "a");
  }
  refuse("either embeddings or a run must be given", "--embeddings", "x.npz", "--run", "a");
  for (const wrong of ["3/2", "0/2", "1", "1/2/3", "1.5/2"]) {
    refuse(
      `Cannot use --shard as it must be I/N, with I from 1 to N: it is "${wrong}"`,
      ...[...shard, wrong],
    );
  }
  refuse("as the results have columns for 1, 2, 4, 8, 10, ", "--embeddings", "x.npz", "--ks", "3");
});
