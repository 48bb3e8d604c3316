/**
 * The configuration of a run for TensorBoard's table of hyperparameters. Field numbers are those of TensorBoard's
 * `plugins/hparams/plugin_data.proto`, version 0, and of `google.protobuf.Value`.
 */

import { bytesField, doubleField, type EncodedField } from "./message.ts";
import { integerField, joinBytes, messageField } from "./message.ts";
import { type EventTime, formatPluginEvent } from "./event.ts";

type Value = string | number | boolean;

const PLUGIN = "hparams";
const STATUS_SUCCESS = 1;

/** Says what a run was configured by, under the names of the configuration: `optimizer.learningRate`. */
export function formatHyperparametersEvent(
  time: EventTime,
  group: string,
  config: object,
): Uint8Array<ArrayBuffer> {
  const entries = flatten(config).map(([name, value]) =>
    messageField(1, [bytesField(1, name), messageField(2, [formatValue(value)])])
  );
  const start = [...entries, bytesField(4, group), doubleField(5, time.wallSeconds)];
  const content = joinBytes([messageField(3, start)]);
  return formatPluginEvent(time, {
    tag: "_hparams_/session_start_info",
    plugin: PLUGIN,
    content,
  });
}

/** Says that a run is done. */
export function formatFinishedEvent(time: EventTime): Uint8Array<ArrayBuffer> {
  const end = [integerField(1, STATUS_SUCCESS), doubleField(2, time.wallSeconds)];
  const content = joinBytes([messageField(4, end)]);
  return formatPluginEvent(time, { tag: "_hparams_/session_end_info", plugin: PLUGIN, content });
}

/** Leaves of a configuration by path, in the order of names; one that is `null` is the text `none`. */
export function flatten(value: object, prefix = ""): [name: string, value: Value][] {
  return Object.entries(value).toSorted(([a], [b]) => a < b ? -1 : 1).flatMap(([key, leaf]) => {
    const name = `${prefix}${key}`;
    if (typeof leaf === "object" && leaf !== null) return flatten(leaf, `${name}.`);
    return [[name, leaf === null ? "none" : leaf as Value]];
  });
}

function formatValue(value: Value): EncodedField {
  switch (typeof value) {
    case "number":
      return doubleField(2, value);
    case "string":
      return bytesField(3, value);
    case "boolean":
      return integerField(4, value ? 1 : 0);
  }
}
