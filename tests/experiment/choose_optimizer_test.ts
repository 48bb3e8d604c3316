import { assertEquals } from "@std/assert";
import { chooseOptimizer } from "../../lib/experiment/choose_optimizer.ts";
import type { OptimizerConfig } from "../../lib/optim/optimizer_config.ts";

const ADAMW: OptimizerConfig = {
  name: "adamw",
  learningRate: 1e-3,
  proxyLearningRateMultiplier: 10,
  weightDecay: 1e-4,
  clipValue: 10,
};

Deno.test("AdamW stays as it is set up", () => {
  assertEquals(chooseOptimizer("adamw", ADAMW), ADAMW);
});

Deno.test("Adam neither clips nor decays; RMSprop decays and does not clip", () => {
  const { clipValue: _, ...unclipped } = ADAMW;
  assertEquals(chooseOptimizer("adam", ADAMW), { ...unclipped, name: "adam", weightDecay: 0 });
  assertEquals(chooseOptimizer("rmsprop", ADAMW), { ...unclipped, name: "rmsprop" });
});
