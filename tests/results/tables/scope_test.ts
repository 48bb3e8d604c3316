import { assertEquals } from "@std/assert";
import {
  formatScope,
  splitIntoScopes,
  splitIntoSeries,
  untrainedNetworks,
} from "../../../lib/results/tables/scope.ts";
import { syntheticRow } from "../synthetic_rows.ts";

Deno.test("profiles, datasets, settings, protocols, networks and first weights never share a scope", () => {
  const rows = [
    syntheticRow(),
    syntheticRow({ profile: "paper" }),
    syntheticRow({ dataset: "sop" }),
    syntheticRow({ setting: "partial", rate: 0.5 }),
    syntheticRow({ protocol: "corrected" }),
    syntheticRow({ backbone: "resnet50" }),
    syntheticRow({ weights_hash: "ab".repeat(32), weights_name: "resnet.pth" }),
    syntheticRow({ weights_hash: null }),
  ];
  assertEquals(splitIntoScopes(rows).map(({ rows }) => rows.length), [1, 1, 1, 1, 1, 1, 1, 1]);
  assertEquals(rows.slice(-2).map(formatScope), [
    "mini-cub200-full-published-resnet_mini-abababab",
    "mini-cub200-full-published-resnet_mini-unrecorded_weights",
  ]);
  const sizes = splitIntoScopes([...rows, syntheticRow({ seed: 1 })]).map(({ rows }) =>
    rows.length
  );
  assertEquals(sizes.sort(), [1, 1, 1, 1, 1, 1, 1, 2]);
});

Deno.test("a loss that is there once is called by its name alone", () => {
  const rows = [
    syntheticRow(),
    syntheticRow({ loss: "proxy_nca" }),
    syntheticRow({ loss: "mine" }),
  ];
  assertEquals(splitIntoSeries(rows).map(({ label }) => label), ["Proxy-AN", "Proxy-NCA", "mine"]);
});

Deno.test("configurations of one loss are never averaged, and labelled by what differs", () => {
  const labels = (...changes: Parameters<typeof syntheticRow>[0][]) =>
    splitIntoSeries(
      changes.map((change, i) => syntheticRow({ group_hash: `${i}2345678abc`, ...change })),
    )
      .map(({ label }) => label);
  assertEquals(labels({ alpha: 12 }, { alpha: 32 }), ["Proxy-AN, α = 12", "Proxy-AN, α = 32"]);
  assertEquals(
    labels({ alpha: 12, embedding_size: 64 }, { alpha: 32, embedding_size: 64 }, {
      alpha: 32,
      embedding_size: 512,
    }),
    ["Proxy-AN, α = 12, D = 64", "Proxy-AN, α = 32, D = 64", "Proxy-AN, α = 32, D = 512"],
  );
  assertEquals(labels({ precision: "float32" }, { precision: "bfloat16" }), [
    "Proxy-AN, float32",
    "Proxy-AN, bfloat16",
  ]);
  assertEquals(labels({}, {}), [
    "Proxy-AN, configuration 02345678",
    "Proxy-AN, configuration 12345678",
  ]);
  assertEquals(
    labels({ group_hash: "g", data_hash: "11112222x" }, {
      group_hash: "g",
      data_hash: "33334444x",
    }),
    ["Proxy-AN, data 11112222", "Proxy-AN, data 33334444"],
  );
  const [one, two] = [{ data_hash: "11112222x" }, { data_hash: "33334444x" }];
  const same = { group_hash: "g2345678x" };
  assertEquals(labels({ ...same, ...one }, { ...same, ...two }, { ...two }), [
    "Proxy-AN, configuration g2345678, data 11112222",
    "Proxy-AN, configuration g2345678, data 33334444",
    "Proxy-AN, configuration 22345678, data 33334444",
  ]);
});

Deno.test("losses share the untrained network of a seed, which counts once", () => {
  const untrained = (loss: string, seed: number, recall: number) =>
    syntheticRow({ selection: "untrained", loss, seed, recall_at_1: recall });
  const series = splitIntoSeries([
    untrained("proxy_an", 1, 20),
    untrained("proxy_an", 2, 24),
    untrained("proxy_nca", 1, 20), // seed 2 is still to run
  ]);
  const [network, ...others] = untrainedNetworks(series);
  assertEquals(others, []);
  assertEquals(network!.rows.map(({ recall_at_1 }) => recall_at_1), [20, 24]);
});

Deno.test("untrained networks that differ are kept apart", () => {
  const untrained = (alpha: number, recall: number) =>
    syntheticRow({ selection: "untrained", alpha, group_hash: `g${alpha}`, recall_at_1: recall });
  const series = splitIntoSeries([untrained(12, 20), untrained(32, 21)]);
  assertEquals(untrainedNetworks(series).map(({ labels, rows }) => [labels, rows.length]), [
    [["Proxy-AN, α = 12"], 1],
    [["Proxy-AN, α = 32"], 1],
  ]);
});
