/** A web worker that takes part in one ranking. */

import { type SharedRanking, ThreadRanker, type ThreadResult } from "./thread_ranker.ts";

/** What a worker is told: the ranking first, then which pass to work on. */
export type RankRequest = SharedRanking | "collect" | "count";
/** What it answers: that it is ready for a pass, or what it counted. */
export type RankAnswer = "ready" | ThreadResult;

interface WorkerScope {
  onmessage: ((event: MessageEvent<RankRequest>) => void) | null;
  postMessage(message: RankAnswer): void;
}

const scope = self as unknown as WorkerScope;
let ranker: ThreadRanker;

scope.onmessage = ({ data: request }) => {
  if (request === "count") return scope.postMessage(ranker.count());
  if (request === "collect") ranker.collect();
  else ranker = new ThreadRanker(request);
  scope.postMessage("ready");
};
