import { assertEquals } from "@std/assert";
import {
  type AdapterDescription,
  describeAdapter,
  isSoftwareAdapter,
} from "../../../lib/backend/webgpu/adapter.ts";

function adapter(changes: Partial<AdapterDescription>): AdapterDescription {
  return { vendor: "", architecture: "", device: "", description: "", ...changes };
}

Deno.test("a driver that computes on the processor is a software adapter, by its name or by what it says", () => {
  for (
    const description of [
      "llvmpipe (LLVM 15.0.6, 256 bits)",
      "SwiftShader Device (LLVM 10.0.0)",
      "Microsoft Basic Render Driver",
    ]
  ) {
    assertEquals(isSoftwareAdapter(adapter({ description })), true, description);
  }
  assertEquals(isSoftwareAdapter(adapter({ architecture: "swiftshader" })), true);
  assertEquals(isSoftwareAdapter(adapter({ isFallbackAdapter: true })), true);
});

Deno.test("a GPU is no software adapter", () => {
  for (const description of ["NVIDIA H200", "Apple M2", "AMD Radeon RX 7900 (RADV NAVI31)"]) {
    const info = adapter({ description, isFallbackAdapter: false });
    assertEquals(isSoftwareAdapter(info), false, description);
  }
});

Deno.test("an adapter without a description is named by what it has", () => {
  assertEquals(describeAdapter(adapter({ description: "NVIDIA H200" })), "NVIDIA H200");
  assertEquals(
    describeAdapter(adapter({ vendor: "intel", architecture: "xe" })),
    "intel xe",
  );
  assertEquals(describeAdapter(adapter({})), "unnamed GPU");
});
