import { assertEquals, assertThrows } from "@std/assert";
import { parseEvalPartition } from "../../lib/dataset/in_shop.ts";
import { InputError } from "../../lib/errors.ts";

const HEADER = "image_name item_id evaluation_status";
const ROWS = [
  "img/WOMEN/Tees/id_00000001/01_1_front.jpg                  id_00000001 train",
  "img/WOMEN/Tees/id_00000002/01_1_front.jpg                  id_00000002 query",
  "img/MEN/Denim/id_00000002/02_3_back.jpg                    id_00000002 gallery",
];

function messageOf(...lines: string[]): string {
  const parse = () => parseEvalPartition(lines.join("\n") + "\n", "list.txt");
  return assertThrows(parse, InputError).message;
}

Deno.test("parseEvalPartition() reads columns separated by runs of spaces", () => {
  assertEquals(parseEvalPartition(["3", HEADER, ...ROWS].join("\n") + "\n", "list.txt"), [
    {
      imagePath: "img/WOMEN/Tees/id_00000001/01_1_front.jpg",
      classId: "id_00000001",
      split: "train",
      listedAt: "list.txt:3",
    },
    {
      imagePath: "img/WOMEN/Tees/id_00000002/01_1_front.jpg",
      classId: "id_00000002",
      split: "query",
      listedAt: "list.txt:4",
    },
    {
      imagePath: "img/MEN/Denim/id_00000002/02_3_back.jpg",
      classId: "id_00000002",
      split: "gallery",
      listedAt: "list.txt:5",
    },
  ]);
});

Deno.test("parseEvalPartition() asks whether the download is complete when rows are missing", () => {
  assertEquals(
    messageOf("4", HEADER, ...ROWS),
    'list.txt:1: Cannot accept list as line 1 must be its row count: it is "4" and 3 rows follow; ' +
      "is the download complete?",
  );
});

Deno.test("parseEvalPartition() names the row that was cut", () => {
  assertEquals(
    messageOf("3", HEADER, ...ROWS.slice(0, 2), "img/MEN/Den"),
    'list.txt:5: Cannot parse row as it must be "image item split": it is "img/MEN/Den"',
  );
});

Deno.test("parseEvalPartition() names the row with an unknown split", () => {
  assertEquals(
    messageOf("1", HEADER, "img/id_1/a.jpg id_1 test"),
    'list.txt:3: Cannot parse row as split must be train, query, gallery: it is "test"',
  );
});

Deno.test("parseEvalPartition() names the row whose item is not a folder of its image", () => {
  assertEquals(
    messageOf("1", HEADER, "img/WOMEN/id_00000001/a.jpg id_00000002 train"),
    "list.txt:3: Cannot accept row as the item must be a folder of img/WOMEN/id_00000001/a.jpg: " +
      "it is id_00000002",
  );
});

Deno.test("parseEvalPartition() refuses a list with another header", () => {
  assertEquals(
    messageOf("3", ...ROWS),
    `list.txt:2: Cannot accept list as its header must be "${HEADER}": it is ${
      JSON.stringify(ROWS[0])
    }`,
  );
});

Deno.test("parseEvalPartition() refuses an empty file", () => {
  assertEquals(
    messageOf(""),
    `list.txt:2: Cannot accept list as its header must be "${HEADER}": it is ""`,
  );
});
