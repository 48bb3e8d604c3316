import { assertEquals, assertThrows } from "@std/assert";
import {
  type MathModes,
  openMathModes,
} from "../../../../lib/backend/tensorflow/library/math_modes.ts";
import { choosePrecision } from "../../../../lib/backend/tensorflow/open_tensorflow.ts";
import { InputError } from "../../../../lib/errors.ts";
import { testWithLibrary } from "../with_library.ts";

/** Switches that remember, as a library has them; `null` is a library without. */
function pretendModes(isOn: boolean | null): MathModes {
  return {
    setTensorFloat32(value) {
      if (isOn === null) return false;
      isOn = value;
      return true;
    },
    readTensorFloat32: () => isOn,
    readDeterminism: () => null,
  };
}

Deno.test("choosePrecision() turns a GPU's TF32 off for float32, and on when it is asked for", () => {
  const modes = pretendModes(true); // as TensorFlow starts
  choosePrecision(modes, "gpu", "float32");
  assertEquals(modes.readTensorFloat32(), false);
  choosePrecision(modes, "gpu", "tf32");
  assertEquals(modes.readTensorFloat32(), true);
});

Deno.test("choosePrecision() refuses a GPU whose TF32 it cannot turn off, and TF32 without a GPU", () => {
  const without = pretendModes(null);
  assertThrows(
    () => choosePrecision(without, "gpu", "float32"),
    InputError,
    "Cannot open backend tensorflow with precision float32 as TensorFlow must have a switch for TF32: " +
      "this one has none; pass --precision tf32, or `deno task setup --gpu` fetches another",
  );
  choosePrecision(without, "gpu", "tf32");
  choosePrecision(without, "cpu", "float32"); // a CPU has no TF32 to turn off
  assertThrows(
    () => choosePrecision(without, "cpu", "tf32"),
    InputError,
    "Cannot open backend tensorflow with precision tf32 as TensorFlow must see a GPU: it sees CPU",
  );
});

Deno.test("choosePrecision() takes bfloat16 on a CPU, and refuses it on a GPU", () => {
  const modes = pretendModes(true);
  choosePrecision(modes, "cpu", "bfloat16");
  assertThrows(
    () => choosePrecision(modes, "gpu", "bfloat16"),
    InputError,
    "Cannot open backend tensorflow with precision bfloat16 as TensorFlow must compute on a CPU: it sees a GPU; " +
      "pass --precision tf32",
  );
});

testWithLibrary(
  "openMathModes() finds TensorFlow's switch for TF32 and reads what it set",
  (files) => {
    const modes = openMathModes(files);
    for (const isOn of [true, false]) {
      assertEquals(modes.setTensorFloat32(isOn), true);
      assertEquals(modes.readTensorFloat32(), isOn);
    }
    assertEquals(typeof modes.readDeterminism(), "boolean");
  },
);

testWithLibrary("openMathModes() of a library without the switches finds none", () => {
  const modes = openMathModes({ libraryPath: "libc.so.6", frameworkPath: null });
  assertEquals(modes.setTensorFloat32(true), false);
  assertEquals([modes.readTensorFloat32(), modes.readDeterminism()], [null, null]);
});
