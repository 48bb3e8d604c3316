import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { InputError, UsageError } from "../../lib/errors.ts";
import { CHECKPOINT_FLAGS } from "../../tasks/command_line/checkpoint_flags.ts";
import { EMBEDDINGS_FLAGS } from "../../tasks/command_line/embeddings_flags.ts";
import { parseCommandLine } from "../../tasks/command_line/flags.ts";
import { FOLDER_FLAGS } from "../../tasks/command_line/folder_flags.ts";
import {
  FROZEN_FLAGS,
  readForeignChoice,
  readFrozenChoice,
} from "../../tasks/command_line/frozen_flags.ts";
import { ROOT_FLAGS } from "../../tasks/command_line/shared_flags.ts";
import { testInFolder } from "../support/temporary_folder.ts";

const SPEC = {
  task: "any",
  summary: "Any.",
  flags: [
    ...CHECKPOINT_FLAGS,
    ...FROZEN_FLAGS,
    ...EMBEDDINGS_FLAGS,
    ...FOLDER_FLAGS,
    ...ROOT_FLAGS,
    { name: "protocol", value: "NAME", help: "Protocol." },
  ],
  examples: [],
};
const read = (...args: string[]) => readFrozenChoice(parseCommandLine(SPEC, args)!);

testInFolder("frozen weights come with a dataset, or with class folders", async (root) => {
  const path = join(root, "tiny.safetensors");
  await Deno.writeTextFile(path, "weights");
  const choice = await read("--frozen", "deit_ti", "--weights", path, "--dataset", "sop");
  assertEquals([choice?.backbone, choice?.dataset, choice?.protocol], [
    "deit_ti",
    "sop",
    "published",
  ]);
  assertEquals(choice?.weights, {
    path,
    hash: "9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c",
  });
  const folders = ["--dataset", "folder", "--train", "a/train", "--test", "a/test"];
  const sizes = ["--resize-size", "128", "--input-size", "112", "--name", "birds"];
  const other = await read("--frozen", "deit_ti", "--weights", path, ...folders, ...sizes);
  assertEquals([other?.dataset, other?.folders?.test], ["birds", "a/test"]);
  assertEquals([other?.resizeSize, other?.inputSize], [128, 112]);
});

Deno.test("flags of frozen weights and of runs exclude each other", async () => {
  const cases: [string[], string][] = [
    [
      ["--frozen", "deit_ti", "--run", "a"],
      "Cannot evaluate as either --frozen or --run must be given: both are",
    ],
    ...["ks", "labels", "label-column", "query-embeddings", "query-labels", "shard"].map((
      name,
    ): [string[], string] => [
      ["--frozen", "deit_ti", `--${name}`, "1"],
      `Cannot evaluate as either --frozen or --${name} must be given: both are`,
    ]),
    [
      ["--run", "a", "--profile", "paper"],
      "Cannot use --profile as --frozen must be given with it: it is missing",
    ],
    [
      ["--frozen", "dino_vits16", "--dataset", "cub200"],
      "Cannot score dino_vits16 as --weights must be a file of pretrained weights: it is missing",
    ],
    [
      ["--frozen", "deit_ti", "--dataset", "cub200", "--weights", "none"],
      "Cannot score deit_ti as --weights must be a file of pretrained weights: it is none",
    ],
  ];
  for (const [args, message] of cases) {
    const error = await assertRejects(() => read(...args), UsageError);
    assertEquals(error.message, message);
  }
  assertEquals(await read("--run", "a"), undefined);
});

Deno.test("a published file that is missing is named with its address, and random numbers are no remedy", async () => {
  const args = ["--frozen", "deit_s", "--dataset", "cub200", "--data-root", "no/such"];
  const error = await assertRejects(() => read(...args), InputError);
  assertEquals(
    error.message,
    `${
      join("no/such", "weights", "deit_small_distilled_patch16_224-649709d9.pth")
    }: Cannot start from pretrained ` +
      "weights as the file must exist: it does not; run `deno task fetch --weights deit_s --data-root no/such`, download " +
      "https://dl.fbaipublicfiles.com/deit/deit_small_distilled_patch16_224-649709d9.pth (DeiT-S (distilled), " +
      "patch 16, 224 px, ImageNet) to it, or pass --weights FILE",
  );
});

Deno.test("a checkpoint made elsewhere comes with a dataset, and sees images at the sizes of the profile's runs", async () => {
  const parse = (...args: string[]) => readForeignChoice(parseCommandLine(SPEC, args)!);
  assertEquals(parse("--checkpoint", "x.pth"), undefined);
  assertEquals(parse("--embeddings", "x.npy"), undefined);
  const paper = parse("--checkpoint", "x.pth", "--dataset", "sop", "--profile", "paper");
  assertEquals([paper?.path, paper?.dataset, paper?.protocol], ["x.pth", "sop", "published"]);
  assertEquals([paper?.resizeSize, paper?.inputSize], [256, 224]);
  const folders = [
    "--dataset",
    "folder",
    "--train",
    "a/birds",
    "--test",
    "b",
    "--input-size",
    "30",
  ];
  const mini = parse("--checkpoint", "x.pth", ...folders);
  assertEquals([mini?.dataset, mini?.resizeSize, mini?.inputSize], ["birds", 36, 30]);
  await assertRejects(
    () => read("--checkpoint", "x.pth", "--dataset", "sop", "--weights", "y.pth"),
    UsageError,
    "Cannot use --weights as --frozen must be given with it: it is missing",
  );
  assertThrows(
    () => parse("--checkpoint", "x.pth", "--dataset", "sop", "--selection", "final"),
    UsageError,
    "Cannot evaluate as --selection chooses an epoch of --run: it is given with --checkpoint, which is one",
  );
});
