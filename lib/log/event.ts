/** TensorBoard's events: what happened at a step. Field numbers are those of TensorFlow's `event.proto` and `summary.proto`. */

import { bytesField, doubleField, type EncodedField, floatField } from "./message.ts";
import { integerField, joinBytes, messageField } from "./message.ts";

/** An image of an event. */
export interface LoggedImage {
  readonly tag: string;
  readonly width: number;
  readonly height: number;
  readonly png: Uint8Array;
}

/** When an event happened. */
export interface EventTime {
  /** Seconds since 1970. */
  readonly wallSeconds: number;
  /** Training steps so far. */
  readonly step: number;
}

const SESSION_START = 1;
const RGB = 3;

/** The first event of a file: which format it has. */
export function formatVersionEvent(wallSeconds: number): Uint8Array<ArrayBuffer> {
  return joinBytes([doubleField(1, wallSeconds), bytesField(3, "brain.Event:2")]);
}

/** Whatever was logged from this step on no longer counts: training goes on from an earlier checkpoint. */
export function formatRestartEvent(time: EventTime): Uint8Array<ArrayBuffer> {
  return formatEvent(time, messageField(7, [integerField(1, SESSION_START)]));
}

/** Numbers by tag; float32, as TensorBoard has them. */
export function formatScalarEvent(
  time: EventTime,
  scalars: readonly (readonly [tag: string, value: number])[],
): Uint8Array<ArrayBuffer> {
  const values = scalars.map(([tag, value]) =>
    messageField(1, [bytesField(1, tag), floatField(2, value)])
  );
  return formatEvent(time, messageField(5, values));
}

/** Images. */
export function formatImageEvent(
  time: EventTime,
  images: readonly LoggedImage[],
): Uint8Array<ArrayBuffer> {
  const values = images.map(({ tag, width, height, png }) => {
    const image = [
      integerField(1, height),
      integerField(2, width),
      integerField(3, RGB),
      bytesField(4, png),
    ];
    return messageField(1, [bytesField(1, tag), messageField(4, image)]);
  });
  return formatEvent(time, messageField(5, values));
}

/** What a plugin keeps under a tag; it has no number of its own. */
export function formatPluginEvent(
  time: EventTime,
  { tag, plugin, content }: {
    readonly tag: string;
    readonly plugin: string;
    readonly content: Uint8Array;
  },
): Uint8Array<ArrayBuffer> {
  const data = messageField(1, [bytesField(1, plugin), bytesField(2, content)]);
  const value = [bytesField(1, tag), messageField(9, [data])];
  return formatEvent(time, messageField(5, [messageField(1, value)]));
}

/** Protocol buffers leave out a field that has its default: step 0 is not written. */
function formatEvent({ wallSeconds, step }: EventTime, what: EncodedField): EncodedField {
  const stepField = step === 0 ? [] : [integerField(2, step)];
  return joinBytes([doubleField(1, wallSeconds), ...stepField, what]);
}
