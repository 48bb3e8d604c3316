/**
 * Runs an ONNX model in ONNX Runtime: `run_model.ts MODEL IMAGES OUT B,C,H,W`, with images and embeddings as raw float32.
 * A project of its own, so that only who runs this test fetches the runtime.
 */

import * as ort from "onnxruntime-web";

const [model, images, out, shape] = Deno.args;
ort.env.wasm.numThreads = 1;
const session = await ort.InferenceSession.create(await Deno.readFile(model!));
const values = new Float32Array((await Deno.readFile(images!)).buffer);
const input = new ort.Tensor("float32", values, shape!.split(",").map(Number));
const { embeddings } = await session.run({ images: input });
await Deno.writeFile(out!, new Uint8Array((embeddings!.data as Float32Array).buffer));
console.log(JSON.stringify({
  inputs: session.inputNames,
  outputs: session.outputNames,
  shape: embeddings!.dims,
}));
