import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { storeConversion } from "../../../lib/results/rows/conversion_csv.ts";
import { testInFolder } from "../../support/temporary_folder.ts";

testInFolder(
  "storeConversion() replaces the classes of its profile and keeps the other's",
  async (folder) => {
    const path = join(folder, "convert", "cub200.csv");
    const count = (classId: string, split: string, imageCount: number) => ({
      classId,
      split,
      imageCount,
    });
    await storeConversion(path, "paper", [count("001.A", "train", 30)]);
    await storeConversion(path, "mini", [count("gone", "train", 1)]);
    await storeConversion(path, "mini", [count("b,c", "test", 2), count("a", "train", 3)]);
    assertEquals(
      await Deno.readTextFile(path),
      'profile,class,split,image_count\r\nmini,a,train,3\r\nmini,"b,c",test,2\r\npaper,001.A,train,30\r\n',
    );
  },
);
