import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../lib/errors.ts";
import {
  parsePublishedResults,
  PUBLISHED_RESULTS,
} from "../../../lib/results/claims/published_numbers.ts";

const HEADER = "method,backbone,dim,dataset,metric_ks,values,source\n";

Deno.test("every published number has a source, and none is of the Proxy-AN paper", () => {
  assertEquals(PUBLISHED_RESULTS.length, 36);
  assertEquals(PUBLISHED_RESULTS.filter(({ source }) => source.trim() === ""), []);
  assertEquals(PUBLISHED_RESULTS.filter(({ method }) => /^proxy.?an$/i.test(method)), []);
});

Deno.test("published numbers are read with their K", () => {
  const found = PUBLISHED_RESULTS.find(({ method, dataset }) =>
    method === "Proxy-Anchor" && dataset === "in_shop"
  );
  assertEquals(found, {
    method: "Proxy-Anchor",
    backbone: "bn_inception",
    embeddingSize: 512,
    dataset: "in_shop",
    recallAtK: [{ k: 1, percent: 91.5 }, { k: 10, percent: 98.1 }, { k: 20, percent: 98.8 }],
    source: "Kim et al., CVPR 2020",
  });
});

Deno.test("a number without a source, a dataset or as many K is refused with its line", () => {
  const good = "M,resnet50,512,SOP,1 10,80.0 90.0,S\n";
  assertEquals(parsePublishedResults(HEADER + good, "p.csv").length, 1);
  for (
    const bad of [
      "M,resnet50,512,SOP,1 10,80.0 90.0,",
      "M,resnet50,512,Birds,1 10,80.0 90.0,S",
      "M,resnet50,512,SOP,1 10,80.0,S",
      "M,resnet50,512,SOP,1,eighty,S",
      "M,resnet50,512,SOP,,,S",
      "M,ResNet-50,512,SOP,1,80.0,S", // a title would be joined with nothing
    ]
  ) {
    assertThrows(
      () => parsePublishedResults(HEADER + good + bad, "p.csv"),
      InputError,
      `p.csv:3: Cannot use published numbers as each row must have`,
    );
  }
});
