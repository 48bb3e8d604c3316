import { assertEquals } from "@std/assert";
import { describeTensorLimit } from "../../../lib/backend/webgpu/tensor_limit.ts";

Deno.test("a tensor as large as a binding is allowed, and one number more is refused with what to lower", () => {
  const limitBytes = 128 * 2 ** 20;
  assertEquals(describeTensorLimit([32, 1024, 1024], limitBytes), null);
  assertEquals(describeTensorLimit([], limitBytes), null);
  assertEquals(
    describeTensorLimit([42, 112, 112, 64], limitBytes),
    "Cannot allocate tensor [42,112,112,64] as this GPU binds at most 128.0 MiB: it is 128.6 MiB; " +
      "pass a smaller --micro-batch, or lower --classes-per-batch, --images-per-class or --input-size",
  );
  assertEquals(describeTensorLimit([2 ** 25 + 1], limitBytes) === null, false);
});
