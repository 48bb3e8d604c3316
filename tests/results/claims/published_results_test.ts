import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../lib/errors.ts";
import {
  formatSource,
  isAvailable,
  lossOf,
  parseSpread,
  PUBLISHED_COLUMNS,
  PUBLISHED_RESULTS,
  PUBLISHED_SCHEMA,
} from "../../../lib/results/claims/published_results.ts";
import { parseCsv } from "../../../lib/results/rows/csv_text.ts";

const find = (method: string, dataset: string, place: string) =>
  PUBLISHED_RESULTS.find((result) =>
    result.method === method && result.dataset === dataset &&
    `${result.source}, ${result.locator}`.includes(place)
  )!;

Deno.test("published numbers come with network, D, metrics and the place where they are", () => {
  const { backbone, embedding_size, recall_at_1, recall_at_10, recall_at_20, recall_at_2, status } =
    find("Proxy-Anchor", "in_shop", "CVPR 2020");
  assertEquals([backbone, embedding_size, status], ["bn_inception", 512, "primary"]);
  assertEquals([recall_at_1, recall_at_2, recall_at_10, recall_at_20], [91.5, null, 98.1, 98.8]);
  const idml = find("Proxy-Anchor", "cub200", "IDML");
  assertEquals([idml.recall_at_1, idml.map_at_r, idml.r_precision], [69, 27.5, 38.5]);
  assertEquals(idml.status, "quoted");
  assertEquals(
    parseSpread(find("R-Margin+S2SD", "cars196", "S2SD").spread!)!.get("recall_at_2"),
    0.3,
  );
});

Deno.test("every number of both lists is there: 186 rows with numbers, 72 of the paper without", () => {
  assertEquals(PUBLISHED_RESULTS.filter(isAvailable).length, 186);
  const empty = PUBLISHED_RESULTS.filter((result) => !isAvailable(result));
  assertEquals(empty.length, 72);
  assertEquals([...new Set(empty.map(({ method }) => method))], ["Proxy-AN"]);
  assertEquals(PUBLISHED_RESULTS.filter(({ method }) => method === "Proxy-AN").length, 72);
});

Deno.test("sources of one author that disagree are marked as conflicting", () => {
  const authors = PUBLISHED_RESULTS.filter(({ method, backbone }) =>
    method === "Proxy-Anchor" && backbone === "bn_inception"
  );
  assertEquals(authors.map(({ status }) => status), [
    ...Array(4).fill("primary"),
    ...Array(4).fill("conflicting"),
  ]);
  assertEquals(
    formatSource(authors[4]!),
    "Proxy-Anchor-CVPR2020, README @51db570 (conflicting; retrained, above the paper's 68.4)",
  );
});

Deno.test("a method is one of our losses by its title, whatever members objects have", () => {
  assertEquals(
    ["Proxy-AN", "Proxy-NCA", "HIER", "constructor"].map((method) => lossOf({ method })),
    [
      "proxy_an",
      "proxy_nca",
      null,
      null,
    ],
  );
});

Deno.test("a published row that breaks a rule is refused with its line", () => {
  const header = PUBLISHED_COLUMNS.map(({ name }) => name);
  const good: Record<string, string> = {
    method: "M",
    backbone: "resnet50",
    dataset: "sop",
    setting: "full",
    recall_at_1: "80",
    status: "primary",
    source: "S",
  };
  const parse = (change: Record<string, string>) => {
    const row = { ...good, ...change };
    const text = [header, header.map((name) => row[name] ?? "")].map((cells) => cells.join());
    return parseCsv(text.join("\n") + "\n", "p.csv", PUBLISHED_SCHEMA);
  };
  assertEquals(parse({}).length, 1);
  const faults: [Record<string, string>, string][] = [
    [{ source: "" }, "source must be a line"],
    [{ dataset: "birds" }, "dataset must be one of cub200"],
    [{ backbone: "ResNet-50" }, "backbone must be its registered name, resnet50: it is ResNet-50"],
    [{ recall_at_1: "eighty" }, "recall_at_1 must be a number"],
    [{ recall_at_1: "800" }, "recall_at_1 must be a number"],
    [{ recall_at_10: "70" }, "recall_at_10 must be at least recall_at_1, 80: it is 70"],
    [{ rate: "0.5" }, "rate must be given in setting partial"],
    [{ setting: "imbalance" }, "gamma must be given in setting imbalance"],
    [{ status: "sure" }, "status must be one of primary, quoted, conflicting, unverified"],
    [{ spread: "R@1 0.2" }, 'spread must be metric=number between spaces: it is "R@1 0.2"'],
    [{ map_at_r: "NaN" }, "map_at_r must be finite"],
  ];
  for (const [change, message] of faults) {
    assertThrows(() => parse(change), InputError, `p.csv:2: Cannot parse row as ${message}`);
  }
});
