import { assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { decodeJpeg } from "../../../lib/backend/tensorflow/decode_jpeg.ts";
import type { NodeBackend } from "../../../lib/backend/tensorflow/eager/node_package.ts";
import { openCApi } from "../../../lib/backend/tensorflow/library/c_api.ts";
import type { LibraryFiles } from "../../../lib/backend/tensorflow/library/library_files.ts";
import { openTensorflow } from "../../../lib/backend/tensorflow/open_tensorflow.ts";
import { decodeImageBytes, type PixelArray } from "../../../lib/file/image/decode.ts";
import { type JpegDecoder, registerJpegDecoder } from "../../../lib/file/image/jpeg_decoder.ts";
import golden from "../../golden/image_pillow.json" with { type: "json" };
import { decodeBase64 } from "../../support/base64.ts";
import { cutOut, drawJpeg, partsOf } from "../../support/image_parts.ts";
import { testWithLibrary } from "./with_library.ts";

async function openDecoder(files: LibraryFiles): Promise<JpegDecoder> {
  await openTensorflow();
  const { binding } = tf.backend() as NodeBackend;
  const { symbols } = openCApi(files);
  return (...file) => decodeJpeg(binding, symbols, ...file);
}

/** The whole image by sharp. */
async function decodeBySharp(bytes: Uint8Array): Promise<PixelArray> {
  registerJpegDecoder(null);
  return await decodeImageBytes(bytes, "drawn.jpg");
}

async function assertPartsEqual(
  decode: JpegDecoder,
  bytes: Uint8Array,
  whole: PixelArray,
  name: string,
): Promise<void> {
  const { width, height } = whole;
  for (const part of [...partsOf(width, height), { left: 0, top: 0, width, height }]) {
    const pixels = await decode(bytes, width, part);
    assertEquals([...pixels], cutOut(whole, part), `${name}: ${JSON.stringify(part)}`);
  }
}

// First: what follows takes the decoder away.
testWithLibrary("openTensorflow() lets images be decoded by TensorFlow", async () => {
  await openTensorflow();
  const { binding } = tf.backend() as NodeBackend;
  const run = binding.executeOpAside;
  const names: string[] = [];
  binding.executeOpAside = function (...args) {
    names.push(args[0]);
    return run.apply(binding, args);
  };
  try {
    const bytes = await drawJpeg({ quality: 80 });
    const first = await decodeImageBytes(bytes, "x.jpg"); // by both
    const second = await decodeImageBytes(bytes, "x.jpg");
    assertEquals(second, { ...first, pixels: new Uint8Array(first.pixels) });
    assertEquals(names, ["DecodeAndCropJpeg", "DecodeAndCropJpeg"]);
    registerJpegDecoder(null);
    assertEquals(new Uint8Array((await decodeImageBytes(bytes, "x.jpg")).pixels), second.pixels);
  } finally {
    binding.executeOpAside = run;
  }
});

testWithLibrary("TensorFlow decodes parts of JPEG files as Pillow does", async (files) => {
  const decode = await openDecoder(files);
  const jpegs = golden.decode.filter(({ name }) =>
    /^(color|progressive|gray|turned).*jpg$/.test(name)
  );
  assertEquals(jpegs.length, 4);
  for (const { name, file, width, height, pixels } of jpegs) {
    const whole = { pixels: decodeBase64(pixels), width, height };
    await assertPartsEqual(decode, decodeBase64(file), whole, name);
  }
});

testWithLibrary(
  "TensorFlow decodes parts of JPEG files as sharp does, however they are coded",
  async (files) => {
    const decode = await openDecoder(files);
    for (const chromaSubsampling of ["4:4:4", "4:2:0"]) {
      for (const progressive of [false, true]) {
        for (const isGray of [false, true]) {
          const options = { quality: 90, chromaSubsampling, progressive };
          const bytes = await drawJpeg(options, isGray);
          const name = `${JSON.stringify(options)} ${isGray}`;
          await assertPartsEqual(decode, bytes, await decodeBySharp(bytes), name);
        }
      }
    }
  },
);

testWithLibrary(
  "TensorFlow refuses a JPEG file that is cut short, and leaves no tensor",
  async (files) => {
    const decode = await openDecoder(files);
    const { binding } = tf.backend() as NodeBackend;
    const before = binding.getNumOfTensors();
    const bytes = await drawJpeg({ quality: 90 });
    const part = { left: 0, top: 0, width: 117, height: 83 };
    await assertRejects(
      () => decode(bytes.slice(0, -bytes.length / 4), 117, part),
      Error,
      "DecodeAndCropJpeg",
    );
    await decode(bytes, 117, part);
    assertEquals(binding.getNumOfTensors(), before);
  },
);
