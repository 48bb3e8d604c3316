/** Columns that say what a run began with and what it ran on; empty in rows of versions before them. */

import { DEVICE_KINDS, PRECISIONS } from "../../backend/backend.ts";

/** Of the run: the same for all machines. */
export const ORIGIN_COLUMNS = [
  {
    name: "weights_name",
    kind: "text",
    isOptional: true,
    about: "file of the weights that the network began with; empty for random ones",
  },
  {
    name: "weights_hash",
    kind: "text",
    form: "weights",
    isOptional: true,
    about: "SHA-256 of that file, or random",
  },
  {
    name: "input_size",
    kind: "integer",
    range: { minimum: 1 },
    isOptional: true,
    about: "pixels of the crop that the network sees",
  },
  {
    name: "epoch_count",
    kind: "integer",
    range: { minimum: 1 },
    isOptional: true,
    about: "epochs that the run trained",
  },
  {
    name: "held_out_share",
    kind: "number",
    range: { minimum: 0, maximum: 0.5 },
    isOptional: true,
    about: "share of the training classes held out to choose the epoch",
  },
] as const;

/** Of the program and the machine. */
export const MACHINE_COLUMNS = [
  {
    name: "device_kind",
    kind: "text",
    choices: DEVICE_KINDS,
    isOptional: true,
    about: "kind of device",
  },
  {
    name: "precision",
    kind: "text",
    choices: PRECISIONS,
    isOptional: true,
    about: "how it multiplied",
  },
  {
    name: "deterministic",
    kind: "text",
    choices: ["yes", "no"],
    isOptional: true,
    about: "whether reruns give the same bits",
  },
  {
    name: "code_changed",
    kind: "text",
    choices: ["yes", "no"],
    isOptional: true,
    about: "whether files of the code differed from the commit",
  },
  { name: "deno_version", kind: "text", isOptional: true, about: "version of Deno" },
  {
    name: "lock_hash",
    kind: "text",
    form: "hash",
    isOptional: true,
    about: "SHA-256 of deno.lock, which fixes the packages",
  },
  { name: "os", kind: "text", isOptional: true, about: "system, its release, architecture" },
  { name: "cpu", kind: "text", isOptional: true, about: "name of the processor" },
  { name: "gpu", kind: "text", isOptional: true, about: "name of the GPU, where it computed" },
  { name: "gpu_driver", kind: "text", isOptional: true, about: "driver of the GPU" },
  {
    name: "peak_memory_bytes",
    kind: "integer",
    range: { minimum: 1 },
    isOptional: true,
    about: "largest resident memory of the process, all its runs together",
  },
  {
    name: "evaluation_seconds",
    kind: "number",
    range: { minimum: 0 },
    isOptional: true,
    about: "evaluation up to this epoch",
  },
  {
    name: "energy_joules",
    kind: "number",
    range: { minimum: 0 },
    isOptional: true,
    about: "energy of the processor over the whole run, where the system tells",
  },
] as const;
