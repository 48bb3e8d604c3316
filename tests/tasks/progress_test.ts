import { assertEquals } from "@std/assert";
import { formatDuration } from "../../tasks/command_line/format_duration.ts";
import { openLines } from "../../tasks/command_line/progress.ts";

Deno.test("formatDuration() has seconds, minutes or hours", () => {
  assertEquals([0, 59.4, 59.6, 60, 185, 3599, 3600, 7620].map(formatDuration), [
    "0 s",
    "59 s",
    "1:00 min",
    "1:00 min",
    "3:05 min",
    "59:59 min",
    "1:00 h",
    "2:07 h",
  ]);
});

Deno.test("plain lines say what, how far and how long, at most every ten seconds and none twice", () => {
  const lines: string[] = [];
  let seconds = 0;
  const progress = openLines("convert cub200", {
    describe: (done, total) => `${done} of ${total}`,
    now: () => seconds * 1000,
    print: (line) => void lines.push(line),
  });
  const at = (second: number, done: number, note?: string) => {
    seconds = second;
    progress.update(done, 40, note);
  };
  at(0, 0);
  at(5, 5);
  at(10, 10, "images");
  at(11, 11);
  at(25, 10 + 10);
  at(36, 20); // nothing new
  at(40, 40);
  at(40, 40);
  assertEquals(lines, [
    "convert cub200: 25%, 10 of 40, 10 s so far, about 30 s left, images",
    "convert cub200: 50%, 20 of 40, 25 s so far, about 25 s left",
    "convert cub200: 100%, 40 of 40, 40 s so far",
  ]);
});

Deno.test("the time left of a run that goes on is counted from where it went on", () => {
  const lines: string[] = [];
  let seconds = 0;
  const progress = openLines("run", {
    describe: () => "",
    now: () => seconds * 1000,
    print: (line) => void lines.push(line),
  });
  progress.update(50, 100);
  seconds = 10;
  progress.update(60, 100);
  assertEquals(lines, ["run: 60%, 10 s so far, about 40 s left"]);
});
