/**
 * Files to crops by several processes at a time, as many as a machine has cores: images per second, ours and torchvision's.
 *
 *     deno run -A bench/image_scaling.ts [--images 200] [--processes 1,2,4] [--rounds 3] [--limit 300]
 *
 * Every process turns the same 500x375 JPEG files into training crops of 224 px, without a cache of decoded images. Each number of
 * processes has its turn in every round, ours and then torchvision's (one thread each); the median counts. By default 1, 2, 4 and so on
 * to all cores.
 */
// deno-lint-ignore-file no-console

import { parseArgs } from "@std/cli";
import { openPeer, type Peer, PEER_LIMIT_SECONDS, PeerFailure } from "./peers/python_peer.ts";
import { HEIGHT, WIDTH, writePhotos } from "./photographs.ts";
import { median } from "./median.ts";

/** Longest bar of the curve. */
const BAR_WIDTH = 40;

/** Processes of one program, and the rates of its turns by their number. */
interface Crew {
  readonly name: string;
  readonly peers: readonly Peer[];
  readonly rates: ReadonlyMap<number, { readonly wall: number[]; readonly core: number[] }>;
}

const flags = parseArgs(Deno.args, { string: ["images", "processes", "rounds", "limit"] });
const imageCount = Number(flags.images ?? 200);
const rounds = Number(flags.rounds ?? 3);
const limitSeconds = Number(flags.limit ?? PEER_LIMIT_SECONDS);
const coreCount = navigator.hardwareConcurrency;
const counts = flags.processes
  ? String(flags.processes).split(",").map(Number)
  : listCounts(coreCount);

/** 1, 2, 4 and so on, and the last one itself. */
function listCounts(last: number): number[] {
  const powers = Array.from({ length: Math.ceil(Math.log2(last)) }, (_, i) => 2 ** i);
  return [...powers, last];
}

/** Opens the most processes that are needed; the first failure is that of all. */
async function openCrew(
  name: string,
  script: string,
  folder: string,
  command?: readonly [string, ...string[]],
): Promise<Crew | PeerFailure> {
  const url = new URL(`./peers/${script}`, import.meta.url);
  const opened = await Promise.all(
    Array.from(
      { length: Math.max(...counts) },
      () => openPeer(url, [folder], { limitSeconds, command }),
    ),
  );
  const peers = opened.filter((peer): peer is Peer => !(peer instanceof PeerFailure));
  const failure = opened.find((peer) => peer instanceof PeerFailure);
  if (!failure) {
    const rates = new Map(counts.map((count) => [count, { wall: [], core: [] }]));
    return { name, peers, rates };
  }
  for (const peer of peers) await peer.close();
  return failure;
}

/** A turn: as many processes as said, all at a time. */
async function takeTurn({ peers, rates }: Crew, count: number): Promise<void> {
  const active = peers.slice(0, count);
  const start = performance.now();
  await Promise.all(active.map((peer) => peer.ask({ op: "load" })));
  const seconds = (performance.now() - start) / 1e3;
  let processorSeconds = 0;
  for (const peer of active) processorSeconds += await peer.ask({ op: "processor" });
  const { wall, core } = rates.get(count)!;
  wall.push(imageCount * count / seconds);
  core.push(imageCount * count / processorSeconds);
}

function printCurve({ name, peers, rates }: Crew, most: number): void {
  const first = median(rates.get(counts[0]!)!.wall);
  console.log(`\n${name} (${peers[0]!.greeting})`);
  for (const count of counts) {
    const { wall, core } = rates.get(count)!;
    const rate = median(wall);
    console.log(
      `  ${String(count).padStart(3)} processes ${rate.toFixed(0).padStart(6)} images/s, ` +
        `${(rate / first).toFixed(2)} times; ${median(core).toFixed(0).padStart(5)} per core  ` +
        "#".repeat(Math.round(rate / most * BAR_WIDTH)),
    );
  }
}

const folder = await Deno.makeTempDir({ prefix: "proxyan_bench_" });
try {
  await writePhotos(folder, imageCount);
  console.log(
    `${imageCount} JPEG files of ${WIDTH}x${HEIGHT} to crops of 224 px by each process, ${coreCount} cores`,
  );
  const deno = [Deno.execPath(), "run", "--no-check", "-A"] as const;
  const own = await openCrew("ours", "own_images.ts", folder, [...deno]);
  if (own instanceof PeerFailure) throw own;
  const theirs = await openCrew("torchvision", "image_pipeline.py", folder);
  if (theirs instanceof PeerFailure) console.log(`torchvision left out: ${theirs.message}`);
  const crews = theirs instanceof PeerFailure ? [own] : [own, theirs];
  for (let round = 0; round < rounds; round++) {
    for (const count of counts) {
      for (const crew of crews) await takeTurn(crew, count);
    }
  }
  const most = Math.max(
    ...crews.flatMap(({ rates }) => [...rates.values()].map(({ wall }) => median(wall))),
  );
  for (const crew of crews) {
    printCurve(crew, most);
    for (const peer of crew.peers) await peer.close();
  }
  if (crews.length === 2) {
    const ratio = (count: number) =>
      median(own.rates.get(count)!.wall) / median(crews[1]!.rates.get(count)!.wall);
    console.log(
      `\nours over torchvision: ${
        counts.map((count) => `${ratio(count).toFixed(2)} (${count})`).join(", ")
      }`,
    );
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}
