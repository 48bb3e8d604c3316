import { assertEquals, assertStringIncludes } from "@std/assert";
import { parse } from "@std/csv";
import { formatTableCsv } from "../../../lib/results/tables/format_csv.ts";
import { escapeLatex, formatLatex } from "../../../lib/results/tables/format_latex.ts";
import {
  escapeMarkdown,
  formatMarkdown,
  formatMarkdownTable,
} from "../../../lib/results/tables/format_markdown.ts";
import type { Table, TableCell } from "../../../lib/results/tables/table.ts";

const cell = (mean: number, change: Partial<TableCell> = {}): TableCell => ({
  mean,
  deviation: 0.25,
  margin: null,
  count: 2,
  bySeed: new Map(),
  isBest: false,
  ...change,
});

const TABLE: Table = {
  stem: "mini-x_y",
  title: "A_B | C",
  caption: "50 % of A & B, α = 12",
  columns: [{ header: "R@1" }, { header: "MAP@R" }],
  sections: [
    { title: null, rows: [{ label: "Untrained", source: null, cells: [cell(10), null] }] },
    {
      title: "Final_epoch",
      rows: [
        {
          label: "Proxy-AN",
          source: null,
          cells: [cell(66.666, { isBest: true, margin: 0.5 }), cell(NaN)],
        },
        { label: "One run", source: null, cells: [cell(50, { deviation: null, count: 1 }), null] },
      ],
    },
    {
      title: "Published",
      rows: [{
        label: "Proxy-NCA",
        source: "Smith & Wu, 2017",
        cells: [cell(49.2, { deviation: null, count: null }), null],
      }],
    },
  ],
};

Deno.test("Markdown shows mean ± deviation, best in bold, empty cells empty, sources below", () => {
  assertEquals(
    formatMarkdown(TABLE),
    `# A\\_B \\| C

50 % of A & B, α = 12

| Loss | R@1 | MAP@R | n |
| --- | ---: | ---: | ---: |
| Untrained | 10.0 ± 0.3 |  | 2 |
| *Final\\_epoch* |  |  |  |
| Proxy-AN | **66.7** ± 0.3 \\[66.2, 67.2\\] | NaN ± 0.3 | 2 |
| One run | 50.0 |  | 1 |
| *Published* |  |  |  |
| Proxy-NCA \\[1\\] | 49.2 |  |  |

Sources of published numbers:

1. Smith & Wu, 2017
`,
  );
});

Deno.test("LaTeX is a booktabs table with everything escaped", () => {
  assertEquals(
    formatLatex(TABLE),
    String.raw`% Generated from the result files; needs \usepackage{booktabs}.
\begin{table}
\centering
\small
\caption{50 \% of A \& B, $\alpha$ = 12}
\label{tab:mini-x_y}
\begin{tabular}{lrrr}
\toprule
Loss & R@1 & MAP@R & $n$ \\
\midrule
Untrained & 10.0\,$\pm$\,0.3 &  & 2 \\
\midrule
\multicolumn{4}{l}{\emph{Final\_epoch}} \\
Proxy-AN & \textbf{66.7}\,$\pm$\,0.3 {\scriptsize [66.2, 67.2]} & NaN\,$\pm$\,0.3 & 2 \\
One run & 50.0 &  & 1 \\
\midrule
\multicolumn{4}{l}{\emph{Published}} \\
Proxy-NCA$^{1}$ & 49.2 &  &  \\
\bottomrule
\end{tabular}

\smallskip
\footnotesize $^{1}$~Smith \& Wu, 2017.
\end{table}
`,
  );
});

Deno.test("CSV has mean, deviation and n of each column at full precision, and no zeros for empty cells", () => {
  assertEquals(parse(formatTableCsv(TABLE)), [
    [
      "block",
      "loss",
      "R@1",
      "R@1 std",
      "R@1 95% margin",
      "R@1 n",
      "MAP@R",
      "MAP@R std",
      "MAP@R 95% margin",
      "MAP@R n",
      "source",
    ],
    ["", "Untrained", "10", "0.25", "", "2", "", "", "", "", ""],
    ["Final_epoch", "Proxy-AN", "66.666", "0.25", "0.5", "2", "NaN", "0.25", "", "2", ""],
    ["Final_epoch", "One run", "50", "", "", "1", "", "", "", "", ""],
    ["Published", "Proxy-NCA", "49.2", "", "", "", "", "", "", "", "Smith & Wu, 2017"],
  ]);
});

Deno.test("what markup would take for itself is escaped", () => {
  assertEquals(escapeMarkdown("a|b*c_d`e[f]<g>\\\nh"), "a\\|b\\*c\\_d\\`e\\[f\\]\\<g\\>\\\\ h");
  assertEquals(
    escapeMarkdown("$x$ ~y~ &lt;b&gt; A & B\u0007"),
    "\\$x\\$ \\~y\\~ \\&lt;b\\&gt; A & B ",
  );
  assertEquals(escapeLatex("a\u0000b\r\nc"), "a b c");
  assertEquals(
    escapeLatex('\\{}$&#%_^~<>"±–'),
    "\\textbackslash{}\\{\\}\\$\\&\\#\\%\\_\\textasciicircum{}\\textasciitilde{}" +
      "\\textless{}\\textgreater{}\\textquotedbl{}$\\pm$--",
  );
});

Deno.test("a table without rows is a header", () => {
  const empty = { ...TABLE, sections: [] };
  assertEquals(
    formatMarkdownTable(empty),
    "| Loss | R@1 | MAP@R | n |\n| --- | ---: | ---: | ---: |",
  );
  assertStringIncludes(formatLatex(empty), "$n$ \\\\\n\\bottomrule");
  assertEquals(parse(formatTableCsv(empty)).length, 1);
});
