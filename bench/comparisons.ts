/** The comparisons of bench/all.ts as data, in the order in which they run: short ones first, so that little time still tells much. */

/** A program of this folder, with its arguments. */
export interface Comparison {
  readonly title: string;
  /** What is asked of it. */
  readonly goal: string;
  readonly script: string;
  readonly args: readonly string[];
}

const evaluation = (
  images: number,
  backend: string,
  goal: string,
  ...more: readonly string[]
): Comparison => ({
  title: `Self-retrieval, N = ${images}, D = 512, backend ${backend}`,
  goal,
  script: "evaluation.ts",
  args: ["--images", `${images}`, "--backend", backend, ...more],
});

const training = (
  title: string,
  backbone: string,
  goal: string,
  ...more: readonly string[]
): Comparison => ({
  title: `${title}, step of 8 and embedding of 32 images`,
  goal,
  script: "train_step.ts",
  args: ["--backbone", backbone, ...more],
});

const BFLOAT16 = ["--precision", "bfloat16", "--against", "float32"];
const BFLOAT16_GOAL = "1.0 of PyTorch's autocast, compiled; 1.8 over our own float32";

/** Every row of what is asked, as a command. */
export const COMPARISONS: readonly Comparison[] = [
  evaluation(5924, "tensorflow", "5 times the authors' way"),
  evaluation(5924, "wasm", "none of its own; tensorflow is asked 5 times the authors' way"),
  {
    title: "Files to crops of 224 px",
    goal: "1.2 over torchvision, per core",
    script: "image_pipeline.ts",
    args: [],
  },
  {
    title: "Files to crops of 224 px by processes, as many as there are cores",
    goal: "a curve",
    script: "image_scaling.ts",
    args: [],
  },
  training("ResNet-50", "resnet50", "1.5 over plain, 1.3 (step) and 1.15 over the fastest way"),
  training("DeiT-S", "deit_s", "1.0 (step), 1.1 over the compiled way (embedding)"),
  training("BN-Inception", "bn_inception", "1.3"),
  evaluation(60_502, "tensorflow", "3 times the authors' way, 1.3 times faiss, below 800 MB"),
  {
    title: "Opening 60,000 images",
    goal: "below 20 s; again below 2 s",
    script: "opening.ts",
    args: [],
  },
  evaluation(60_502, "wasm", "below 60 s on all cores", "--alone"),
  {
    title: "Self-retrieval in a file of 1,000,000 x 128, the whole extrapolated",
    goal: "bounded memory, by several processes",
    script: "million_rows.ts",
    args: [],
  },
  ...["resnet50", "deit_s"].map((backbone) => ({
    title: `Threads of backend wasm, ${backbone}`,
    goal: "more than one thread",
    script: "wasm_threads.ts",
    args: ["--backbone", backbone],
  })),
  training("bfloat16: ResNet-50", "resnet50", BFLOAT16_GOAL, ...BFLOAT16),
  training("bfloat16: DeiT-S", "deit_s", BFLOAT16_GOAL, ...BFLOAT16),
];

/** Those that take `--rounds`. */
export function hasRounds({ script }: Comparison): boolean {
  return script !== "opening.ts" && script !== "million_rows.ts";
}
