/** Tests in precision bfloat16. Each file of them is one process: it keeps the precision that it opened TensorFlow with. */

import { assert } from "@std/assert";
import { openBackend } from "../../../lib/backend/open_backend.ts";
import { InputError } from "../../../lib/errors.ts";
import { testWithLibrary } from "./with_library.ts";

/** How the backend is opened. */
export const BFLOAT16 = { precision: "bfloat16" } as const;

/** Declares a test of a library that computes right in bfloat16; where one does not, that it is refused is what is tested. */
export function testWithBfloat16(sentence: string, run: () => Promise<void>): void {
  testWithLibrary(sentence, async () => {
    try {
      await openBackend("tensorflow", BFLOAT16);
    } catch (error) {
      assert(error instanceof InputError && error.message.includes("must compute right numbers"));
      return;
    }
    await run();
  });
}
