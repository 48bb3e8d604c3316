/**
 * The record of all runs, as an RO-Crate of the profile Process Run: what was run, on what, and what came of it.
 *
 * Sources: RO-Crate 1.1, https://w3id.org/ro/crate/1.1; Process Run Crate 0.5, https://w3id.org/ro/wfrun/process/0.5. Rows
 * have no time of day, so actions have no `endTime`: the same rows give the same bytes.
 */

import { SETTING_KINDS } from "../../dataset/setting.ts";
import type { ResultRow } from "../rows/row.ts";
import { croissantName, listUsedDatasets } from "./croissant.ts";

/** Name of the record, at the root of the results. */
export const RUN_CRATE_NAME = "ro-crate-metadata.json";

const PROFILE = "https://w3id.org/ro/wfrun/process/0.5";

type Entity = Readonly<Record<string, unknown>>;

/** Formats the record as JSON-LD. @param rows In the order of tables. */
export function formatRunCrate(rows: readonly ResultRow[]): string {
  const runs = [...Map.groupBy(rows, ({ run_id }) => run_id).values()];
  const settings = SETTING_KINDS.filter((kind) => rows.some(({ setting }) => setting === kind));
  const files = [
    ...settings.map((kind) => file(`${kind}.csv`, `Rows of setting ${kind}`, "text/csv")),
    ...runs.flatMap(listRunFiles),
    ...listUsedDatasets(rows).map(describeDataset),
  ];
  const graph: Entity[] = [
    {
      "@id": RUN_CRATE_NAME,
      "@type": "CreativeWork",
      about: { "@id": "./" },
      conformsTo: { "@id": "https://w3id.org/ro/crate/1.1" },
    },
    {
      "@id": "./",
      "@type": "Dataset",
      name: "Results of proxyan",
      description:
        "Runs of losses for deep metric learning: their rows, courses and configurations.",
      license: { "@id": "https://spdx.org/licenses/MIT" },
      conformsTo: { "@id": PROFILE },
      hasPart: files.map(reference),
      mentions: runs.map(([row]) => ({ "@id": actionId(row!) })),
    },
    { "@id": PROFILE, "@type": "CreativeWork", name: "Process Run Crate", version: "0.5" },
    ...files,
    ...uniqueBy(rows, programId).map(describeProgram),
    ...uniqueBy(rows.filter(hasWeightsFile), weightsId).map(describeWeights),
    ...runs.map(describeAction),
  ];
  return `${
    JSON.stringify(
      { "@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph },
      null,
      1,
    )
  }\n`;
}

function listRunFiles([row]: readonly ResultRow[]): Entity[] {
  const folder = `runs/${row!.run_id}`;
  return [
    file(`${folder}/config.json`, "Configuration of the run", "application/json"),
    file(`${folder}/epochs.csv`, "Course of the run, an epoch a row", "text/csv"),
  ];
}

function describeAction(rows: readonly ResultRow[]): Entity {
  const row = rows[0]!;
  const value = row.rate ?? row.gamma;
  const objects = [
    { "@id": `croissant/${croissantName(row)}` },
    ...(hasWeightsFile(row) ? [{ "@id": weightsId(row) }] : []),
  ];
  return {
    "@id": actionId(row),
    "@type": "CreateAction",
    name: `Training of ${row.loss} on ${row.dataset}, ${row.setting}${
      value === null ? "" : ` ${value}`
    }`,
    description:
      `Protocol ${row.protocol}, network ${row.backbone}, seed ${row.seed}, configuration ` +
      `${row.config_hash}; ${row.backend} ${row.backend_version} on ${row.device}`,
    instrument: { "@id": programId(row) },
    object: objects,
    result: [{ "@id": `${row.setting}.csv` }, ...listRunFiles(rows).map(reference)],
    actionStatus: "http://schema.org/CompletedActionStatus",
  };
}

function describeProgram(row: ResultRow): Entity {
  return {
    "@id": programId(row),
    "@type": "SoftwareApplication",
    name: "proxyan",
    description:
      "Deep metric learning with Proxy-AN, Proxy-Anchor and Proxy-NCA, in Deno and TypeScript",
    softwareVersion: row.commit ?? "not recorded",
    ...(row.deno_version === null ? {} : { softwareRequirements: `Deno ${row.deno_version}` }),
    ...(row.code_changed === "yes"
      ? { disambiguatingDescription: "with changes that are in no commit" }
      : {}),
  };
}

function describeDataset(row: ResultRow): Entity {
  const name = `${row.profile}-${row.dataset}`;
  const path = `croissant/${croissantName(row)}`;
  return {
    ...file(path, `Dataset ${name} as used`, "application/ld+json"),
    version: row.data_hash,
  };
}

function describeWeights(row: ResultRow): Entity {
  return {
    "@id": weightsId(row),
    "@type": "CreativeWork",
    name: row.weights_name ?? "weights",
    identifier: `sha256:${row.weights_hash}`,
  };
}

function file(path: string, name: string, encodingFormat: string): Entity {
  return { "@id": path, "@type": "File", name, encodingFormat };
}

function reference(entity: Entity): Entity {
  return { "@id": entity["@id"] };
}

function actionId({ run_id }: ResultRow): string {
  return `#${run_id}`;
}

function programId({ commit, code_changed, deno_version }: ResultRow): string {
  const changed = code_changed === "yes" ? "-changed" : "";
  const deno = deno_version === null ? "" : `-deno-${deno_version}`;
  return `#proxyan-${commit ?? "unrecorded"}${changed}${deno}`;
}

function weightsId({ weights_hash }: ResultRow): string {
  return `#weights-${weights_hash}`;
}

function hasWeightsFile({ weights_hash }: ResultRow): boolean {
  return weights_hash !== null && weights_hash !== "random";
}

function uniqueBy(rows: readonly ResultRow[], idOf: (row: ResultRow) => string): ResultRow[] {
  return [...Map.groupBy(rows, idOf).values()].map(([first]) => first!);
}
