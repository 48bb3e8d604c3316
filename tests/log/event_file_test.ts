import { assertEquals, assertThrows } from "@std/assert";
import { crc32c, maskedCrc32c } from "../../lib/log/crc32c.ts";
import {
  formatImageEvent,
  formatRestartEvent,
  formatScalarEvent,
  formatVersionEvent,
} from "../../lib/log/event.ts";
import { formatFinishedEvent, formatHyperparametersEvent } from "../../lib/log/hyperparameters.ts";
import { integerField, joinBytes } from "../../lib/log/message.ts";
import { formatRecord } from "../../lib/log/record.ts";
import golden from "../golden/tensorboard_events.json" with { type: "json" };
import { decodeBase64 } from "../support/base64.ts";

Deno.test("crc32c() gives the values of RFC 3720, appendix B.4", () => {
  const bytes = (of: (i: number) => number) => Uint8Array.from({ length: 32 }, (_, i) => of(i));
  assertEquals(crc32c(bytes(() => 0)), 0x8a9136aa);
  assertEquals(crc32c(bytes(() => 255)), 0x62a8ab43);
  assertEquals(crc32c(bytes((i) => i)), 0x46dd794e);
  assertEquals(crc32c(bytes((i) => 31 - i)), 0x113fdb5c);
});

Deno.test("maskedCrc32c() turns the checksum by 15 bits and adds TensorFlow's constant", () => {
  const crc = 0x8a9136aan; // of 32 zeros, in big integers
  const turned = ((crc >> 15n) | (crc << 17n)) & 0xffffffffn;
  assertEquals(BigInt(maskedCrc32c(new Uint8Array(32))), (turned + 0xa282ead8n) & 0xffffffffn);
});

Deno.test("an event file has the bytes that TensorBoard's own writer gives", () => {
  const at = (wallSeconds: number, step: number) => ({ wallSeconds, step });
  const image = {
    tag: "first_batch/00",
    width: 2,
    height: 3,
    png: Uint8Array.from({ length: 8 }, (_, i) => i),
  };
  const config = { loss: { name: "proxy_an" }, alpha: 12, frozen: true };
  const events = [
    formatVersionEvent(1700000000.25),
    formatHyperparametersEvent(at(1700000000.5, 0), "a-run", config),
    formatImageEvent(at(1700000001, 0), [image]),
    formatRestartEvent(at(1700000001.5, 300)),
    formatScalarEvent(at(1700000002, 300), [["step/loss", 5.25], ["learning_rate/network", 1e-4]]),
    formatFinishedEvent(at(1700000003, 300)),
  ];
  assertEquals(joinBytes(events.map(formatRecord)), decodeBase64(golden.file_base64));
});

Deno.test("an integer of a message is seven bits a byte, exact below 2^53, and nothing else", () => {
  assertEquals(integerField(1, 300), Uint8Array.of(8, 0xac, 2));
  assertEquals(
    integerField(1, 2 ** 53 - 1),
    Uint8Array.of(8, 255, 255, 255, 255, 255, 255, 255, 15),
  );
  assertThrows(
    () => integerField(1, -1),
    RangeError,
    "Cannot write message as its integers must be whole numbers from 0 to 2^53 - 1: it is -1",
  );
});
