/** Tests that need a libtensorflow: declared where one is found, listed with the reason where not. */

import { openCApi } from "../../../lib/backend/tensorflow/library/c_api.ts";
import { findLibrary } from "../../../lib/backend/tensorflow/library/find_library.ts";
import type { LibraryFiles } from "../../../lib/backend/tensorflow/library/library_files.ts";
import { needs } from "../../support/permissions.ts";

async function find(): Promise<{ files: LibraryFiles | null; reason: string }> {
  if (needs("ffi", "read", "env")) return { files: null, reason: "it needs permissions" };
  try {
    const { files } = await findLibrary();
    if (files === null) return { files, reason: "there is no libtensorflow" };
    openCApi(files);
    return { files, reason: "" };
  } catch (error) {
    return { files: null, reason: (error as Error).message };
  }
}

const { files, reason } = await find();

/** Declares a test that gets the library; without one, the name of the skipped test says why. */
export function testWithLibrary(
  sentence: string,
  run: (files: LibraryFiles) => void | Promise<void>,
): void {
  Deno.test({
    name: files ? sentence : `${sentence} (skipped: ${reason})`,
    ignore: files === null,
    fn: () => run(files!),
  });
}
