import { assertEquals, assertMatch } from "@std/assert";
import { requestAdapter } from "../../../lib/backend/webgpu/adapter.ts";
import { assertAllClose } from "../../support/close.ts";
import { needs } from "../../support/permissions.ts";
import type { ResumeOutcome, ResumeRequest } from "./resume_worker.ts";

function train(request: ResumeRequest): Promise<ResumeOutcome> {
  const worker = new Worker(new URL("./resume_worker.ts", import.meta.url), { type: "module" });
  return new Promise<ResumeOutcome>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<ResumeOutcome>) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    };
    worker.postMessage(request);
  }).finally(() => worker.terminate());
}

const obstacle = await requestAdapter(false).then(() => null, (error: Error) => error.message);

Deno.test({
  name: "a run that loses its device goes on from its checkpoint" +
    (obstacle === null ? "" : ` (skipped: ${obstacle})`),
  ignore: obstacle !== null || needs("read", "write", "env"),
  async fn() {
    const whole = await train({ runFolder: await Deno.makeTempDir(), loseAfter: null });
    assertEquals([whole.message, whole.meanLosses.length], ["", 3]);
    const runFolder = await Deno.makeTempDir();
    const batchCount = 2; // of 6 images in 16; so step 3 is within epoch 2
    const broken = await train({ runFolder, loseAfter: batchCount + 1 });
    assertMatch(
      broken.message,
      /^InputError: Cannot go on as the GPU must (stay available|give memory): .* run the same command again/,
    );
    const resumed = await train({ runFolder, loseAfter: null });
    assertEquals([resumed.message, resumed.resumedCount], ["", 2]);
    assertEquals(resumed.meanLosses[0], null); // the untrained network
    assertAllClose(
      resumed.meanLosses.slice(1) as number[],
      whole.meanLosses.slice(1) as number[],
      1e-6,
    );
  },
});
