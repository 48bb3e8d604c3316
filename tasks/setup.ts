/** `deno task setup`: fetches a native TensorFlow. */

import { openBackend } from "../lib/backend/open_backend.ts";
import { cacheFolder } from "../lib/backend/tensorflow/library/search_paths.ts";
import { checkTrainingStep } from "../lib/setup/check_training_step.ts";
import { SETUP_SOURCES, setUpTensorflow } from "../lib/setup/set_up_tensorflow.ts";
import { openProgress } from "./command_line/progress.ts";
import { runTask } from "./command_line/run_task.ts";

await runTask({
  task: "setup",
  summary: "Fetches libtensorflow for backend tensorflow, and makes one training step with it.",
  flags: [
    {
      name: "gpu",
      help: "The build for CUDA, and CUDA's libraries (several GB); fails where no GPU is seen.",
    },
    {
      name: "source",
      value: "NAME",
      help: `Where from: ${
        SETUP_SOURCES.join(", ")
      }; default auto, which tries them in this order.`,
    },
    { name: "wheel", value: "FILE", help: "A wheel of tensorflow or tensorflow-cpu that is here." },
    { name: "index", value: "URL", help: "Package index for source index; default that of PyPI." },
  ],
  examples: [
    "deno task setup",
    "deno task setup --gpu",
    "deno task setup --wheel tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl",
  ],
}, async (flags) => {
  const progress = openProgress("setup");
  const megabytes = (bytes: number) => Math.round(bytes / 1e6);
  const { libraryFolder, source } = await setUpTensorflow({
    folder: cacheFolder(),
    hasGpu: flags.isOn("gpu"),
    source: flags.choice("source", SETUP_SOURCES) ?? "auto",
    wheelPath: flags.text("wheel"),
    indexUrl: flags.text("index"),
    onProgress: (note, done, total) => {
      progress.update(megabytes(done), megabytes(total ?? done), `MB, ${note}`);
    },
  }).finally(() => progress.stop());
  console.log(`${libraryFolder}: ${source === null ? "here already" : `from ${source}`}`);
  const { backend } = await openBackend("tensorflow", {
    tensorflowLibrary: libraryFolder,
    isGpuRequired: flags.isOn("gpu"),
  });
  const { lossBefore, lossAfter } = checkTrainingStep();
  console.log(
    `TensorFlow ${backend.version} on ${backend.device}, ${backend.threads} threads: ` +
      `a training step took the loss from ${lossBefore.toFixed(4)} to ${lossAfter.toFixed(4)}`,
  );
});
