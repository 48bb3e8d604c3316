import { assertEquals, assertStringIncludes } from "@std/assert";
import { roundTicks } from "../../../lib/results/pictures/axis_ticks.ts";
import { formatLineChart, type LineChart } from "../../../lib/results/pictures/chart.ts";
import { spreadApart } from "../../../lib/results/pictures/label_spread.ts";
import { drawRecallCurves } from "../../../lib/results/pictures/recall_curves.ts";
import {
  drawRecallOverGamma,
  drawRecallOverRate,
} from "../../../lib/results/pictures/recall_over_setting.ts";
import { splitIntoScopes } from "../../../lib/results/tables/scope.ts";
import { formatElement, formatText } from "../../../lib/results/pictures/svg.ts";
import { needs } from "../../support/permissions.ts";
import { syntheticGrid, syntheticRow } from "../synthetic_rows.ts";

const { rows, epochs } = syntheticGrid();
const scopes = splitIntoScopes(rows);
const scopeOf = (setting: string) => scopes.find(({ scope }) => scope.setting === setting)!;
const fullRows = scopeOf("full").rows;

const CHART: LineChart = {
  title: "A < B",
  subtitle: "s",
  xLabel: "x",
  yLabel: "y",
  series: [{
    label: "one & only",
    style: 0,
    points: [{ x: 0, mean: 0, minimum: 0, maximum: 0 }, {
      x: 10,
      mean: 50,
      minimum: 40,
      maximum: 60,
    }],
  }],
};

Deno.test("roundTicks() covers the range with multiples of 1, 2 or 5", () => {
  assertEquals(roundTicks(24.3, 66.4, 6), [20, 30, 40, 50, 60, 70]);
  assertEquals(roundTicks(0, 12, 8), [0, 2, 4, 6, 8, 10, 12]);
  assertEquals(roundTicks(0.1, 0.34, 5), [0.1, 0.15, 0.2, 0.25, 0.3, 0.35]);
  assertEquals(roundTicks(50, 50, 5), [50, 50.2]); // one value has an axis, too
});

Deno.test("spreadApart() moves labels as little as needed and keeps their order", () => {
  assertEquals(spreadApart([10, 50], 16, 0, 100), [10, 50]);
  assertEquals(spreadApart([50, 50], 16, 0, 100), [42, 58]);
  assertEquals(spreadApart([60, 10, 58], 16, 0, 100), [67, 10, 51]);
  assertEquals(spreadApart([99, 98, 97], 10, 0, 100), [100, 90, 80]);
  assertEquals(spreadApart([], 10, 0, 100), []);
});

Deno.test("spreadApart() keeps any labels apart and within bounds", () => {
  for (let seed = 0; seed < 50; seed++) {
    const positions = Array.from({ length: 6 }, (_, i) => (seed * 37 + i * i * 53) % 100);
    const spread = spreadApart(positions, 12, 0, 100).toSorted((a, b) => a - b);
    const gaps = spread.slice(1).map((value, i) => value - spread[i]!);
    assertEquals(gaps.every((gap) => gap >= 12 - 1e-9), true, `${positions}: ${spread}`);
    assertEquals(spread[0]! >= 0 && spread.at(-1)! <= 100 + 1e-9, true);
  }
});

Deno.test("SVG text and attributes are escaped, and lengths rounded", () => {
  assertEquals(
    formatText('a<b & "c"', 1 / 3, -0.001, {}),
    '<text x="0.33" y="0">a&lt;b &amp; &quot;c&quot;</text>',
  );
  assertEquals(formatElement("g", { id: 'x"y' }), '<g id="x&quot;y"/>');
  assertEquals(formatText("a\u0007b\nc", 0, 0, {}), '<text x="0" y="0">a\ufffdb\ufffdc</text>');
});

Deno.test("a chart names its lines where they end and bands them from smallest to largest", () => {
  const svg = formatLineChart(CHART);
  assertStringIncludes(svg, "<title>A &lt; B. s</title>");
  assertStringIncludes(svg, ">one &amp; only</text>");
  assertEquals(svg.match(/opacity="0.15"/g)?.length, 1);
  assertStringIncludes(svg, 'd="M68 344L544 112'); // from the lower left corner; 50 of 0...60 in 66...344
});

Deno.test("names of ticks are tilted where they would overlap, and the picture has room for them", () => {
  const named = (label: string) => ({ ...CHART, xTicks: [{ x: 0, label }, { x: 1, label }] });
  const height = (svg: string) => Number(svg.match(/ height="(\d+)"/)![1]);
  const [short, long] = [formatLineChart(named("a")), formatLineChart(named("a".repeat(90)))];
  assertEquals([short.includes("rotate(-35"), long.includes("rotate(-35")], [false, true]);
  assertEquals([height(short), height(long)], [
    400,
    400 + Math.ceil(90 * 6.4 * 0.5735764363510461),
  ]);
});

Deno.test("a picture of points with other numbers of seeds says so", () => {
  const { scope, rows } = scopeOf("partial");
  const fewer = rows.filter(({ seed, rate }) => seed === rows[0]!.seed || rate !== rows[0]!.rate);
  assertStringIncludes(drawRecallOverRate({ scope, rows }, [])!, "mean and range of 2 seeds");
  assertStringIncludes(
    drawRecallOverRate({ scope, rows: fewer }, [])!,
    "mean and range of 1 to 2 seeds",
  );
});

Deno.test("a point that stands alone has no line", () => {
  const [series] = CHART.series;
  const points = series!.points.map((point) => ({ ...point, isDetached: point.x === 0 }));
  const svg = formatLineChart({ ...CHART, series: [{ ...series!, points }] });
  assertEquals(svg.includes('stroke-width="2.2"'), false);
  assertEquals(svg.match(/<circle/g)?.length, 2);
});

Deno.test("Recall@1 over epochs has one line per loss, and none without epochs", () => {
  const svg = drawRecallCurves(scopeOf("full"), epochs)!;
  assertEquals(svg.match(/stroke-width="2.2"/g)?.length, 3);
  for (const name of ["Proxy-AN", "Proxy-Anchor", "Proxy-NCA"]) {
    assertStringIncludes(svg, `>${name}<`);
  }
  assertStringIncludes(svg, "mean and range of 2 seeds");
  assertEquals(drawRecallCurves(scopeOf("full"), new Map()), null);
});

Deno.test("Recall@1 over the rate ends with the run on all images where rate 1 was not run", () => {
  const markers = (svg: string | null) => svg!.match(/<circle/g)!.length; // of Proxy-AN
  assertEquals(markers(drawRecallOverRate(scopeOf("partial"), fullRows)), 4);
  assertEquals(markers(drawRecallOverRate(scopeOf("partial"), [])), 3);
  const otherSeed = fullRows.map((row) => ({ ...row, seed: 1 }));
  assertEquals(markers(drawRecallOverRate(scopeOf("partial"), otherSeed)), 3);
  const otherConfiguration = fullRows.map((row) => ({ ...row, group_hash: "other" }));
  assertEquals(markers(drawRecallOverRate(scopeOf("partial"), otherConfiguration)), 3);
});

Deno.test("Recall@1 over gamma has all images as a point of its own, and the untrained level", () => {
  const svg = drawRecallOverGamma(scopeOf("imbalance"), fullRows)!;
  for (const label of ["all images", "10", "50", "150", "Untrained"]) {
    assertStringIncludes(svg, `>${label}<`);
  }
  assertEquals(drawRecallOverGamma(scopeOf("imbalance"), [])!.includes("all images"), false);
});

Deno.test("a picture without the epoch that it shows is not drawn", () => {
  const untrained = [syntheticRow({ setting: "partial", rate: 0.1, selection: "untrained" })];
  assertEquals(drawRecallOverRate(splitIntoScopes(untrained)[0]!, []), null);
});

Deno.test({
  name: "pictures are SVG that a renderer accepts",
  ignore: needs("read", "env", "ffi", "sys"),
  async fn() {
    const { default: sharp } = await import("sharp");
    const pictures = [
      drawRecallCurves(scopeOf("full"), epochs)!,
      drawRecallOverRate(scopeOf("partial"), fullRows)!,
      drawRecallOverGamma(scopeOf("imbalance"), fullRows)!,
    ];
    for (const picture of pictures) {
      const { width, height } = await sharp(new TextEncoder().encode(picture)).png().toBuffer({
        resolveWithObject: true,
      })
        .then(({ info }) => info);
      assertEquals([width, height], [680, 400]);
    }
  },
});
