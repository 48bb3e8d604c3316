import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { InputError } from "../../lib/errors.ts";
import { hashBytes } from "../../lib/file/hash.ts";
import { findPretrained, readPretrained } from "../../lib/experiment/pretrained.ts";
import { RESNET_MINI } from "../../lib/model/resnet_mini.ts";
import { formatSafetensors } from "../../lib/file/safetensors.ts";
import { testInFolder } from "../support/temporary_folder.ts";

testInFolder(
  "profile paper asks for the published file and says where it comes from",
  async (dataRoot) => {
    const error = await assertRejects(
      () => findPretrained({ backbone: "resnet50", profile: "paper", dataRoot }),
      InputError,
    );
    assertEquals(
      error.message.replaceAll(dataRoot, "ROOT"),
      "ROOT/weights/resnet50-0676ba61.pth: Cannot start from pretrained weights as the file must exist: it does not; " +
        "run `deno task fetch --weights resnet50 --data-root ROOT`, " +
        "download https://download.pytorch.org/models/resnet50-0676ba61.pth (torchvision's ResNet-50, IMAGENET1K_V1) to it, " +
        "or pass --weights FILE, or --weights none for random numbers",
    );
  },
);

testInFolder(
  "random numbers are the choice of none, of profile mini, and of resnet_mini",
  async (dataRoot) => {
    const find = (backbone: string, profile: "mini" | "paper", weights?: string) =>
      findPretrained({ backbone, profile, dataRoot, weights });
    assertEquals(await find("resnet50", "paper", "none"), null);
    assertEquals(await find("resnet50", "mini"), null);
    assertEquals(await find("resnet_mini", "paper"), null);
  },
);

testInFolder(
  "a file is named by its hash, and one that claims to be published is checked",
  async (folder) => {
    const options = { backbone: "resnet50", profile: "paper", dataRoot: folder } as const;
    const path = join(folder, "abc.pth");
    await Deno.writeTextFile(path, "abc");
    // SHA-256 of "abc": FIPS 180-2, appendix B.1.
    const hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assertEquals(await findPretrained({ ...options, weights: path }), { path, hash });
    await Deno.mkdir(join(folder, "weights"));
    await Deno.writeTextFile(join(folder, "weights/resnet50-0676ba61.pth"), "abc");
    const error = await assertRejects(() => findPretrained(options), InputError);
    assertEquals(error.message.includes("must begin with 0676ba61: it begins with ba7816bf"), true);
  },
);

testInFolder("weights are read for their backbone, and refused for another", async (folder) => {
  const path = join(folder, "mini.safetensors");
  const tensors = RESNET_MINI.specs.map(({ name, shape }) => ({
    name,
    shape,
    data: new Float32Array(shape.reduce((product, extent) => product * extent, 1)).fill(0.5),
  }));
  await Deno.writeFile(path, formatSafetensors(tensors));
  const hash = hashBytes(await Deno.readFile(path));
  assertEquals(await readPretrained({ path, hash }, "resnet_mini"), tensors);
  assertEquals(await readPretrained(null, "resnet_mini"), null);
  const error = await assertRejects(() => readPretrained({ path, hash }, "deit_s"), InputError);
  assertEquals(
    error.message.startsWith(`${path}: Cannot load weights as they must be those of deit_s: `),
    true,
  );
});

testInFolder(
  "weights that were replaced since the runs were planned are refused",
  async (folder) => {
    const path = join(folder, "mini.safetensors");
    const zeros = RESNET_MINI.specs.map(({ name, shape }) => ({
      name,
      shape,
      data: new Float32Array(shape.reduce((product, extent) => product * extent, 1)),
    }));
    await Deno.writeFile(path, formatSafetensors(zeros));
    const planned = "0".repeat(64);
    const hash = hashBytes(await Deno.readFile(path));
    const error = await assertRejects(
      () => readPretrained({ path, hash: planned }, "resnet_mini"),
      InputError,
    );
    assertEquals(
      error.message,
      `${path}: Cannot start from pretrained weights as the file must stay as it was when the runs were planned, ` +
        `of SHA-256 ${planned}: it is ${hash}; run the same command again`,
    );
  },
);
