import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { InputError } from "../../lib/errors.ts";
import { hashBytes, hashFile } from "../../lib/file/hash.ts";
import { testInFolder } from "../support/temporary_folder.ts";

/** FIPS 180-2, appendices B.1 and B.3. */
const ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const MILLION_A = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

testInFolder("bytes, a text and a file have the SHA-256 of the standard", async (folder) => {
  assertEquals(hashBytes("abc"), ABC);
  assertEquals(hashBytes(new TextEncoder().encode("abc")), ABC);
  const path = join(folder, "a");
  await Deno.writeTextFile(path, "a".repeat(1e6));
  assertEquals(await hashFile(path), MILLION_A);
});

testInFolder(
  "a file that cannot be hashed is named with what it was wanted for",
  async (folder) => {
    const { message } = await assertRejects(
      () => hashFile(join(folder, "b"), "read weights"),
      InputError,
    );
    assertEquals(message, `${folder}/b: Cannot read weights as the file must exist: it does not`);
  },
);
