import { assert, assertEquals, assertRejects } from "@std/assert";
import { toFileUrl } from "@std/path";
import { openPeer, type Peer, PeerFailure } from "../../../bench/peers/python_peer.ts";
import { testInFolder } from "../../support/temporary_folder.ts";

/** A peer that is a script of the shell: what it does matters, not its language. */
function testPeer(
  name: string,
  script: string,
  fn: (opened: Peer | PeerFailure, folder: string) => Promise<void>,
  options: { readonly limitSeconds?: number; readonly program?: string } = {},
) {
  testInFolder(name, async (folder) => {
    if (Deno.build.os === "windows") return;
    await Deno.writeTextFile(`${folder}/peer.sh`, script);
    const { limitSeconds = 60, program = "sh" } = options;
    const url = toFileUrl(`${folder}/peer.sh`);
    await fn(await openPeer(url, [folder], { limitSeconds, command: [program] }), folder);
  }, ["run"]);
}

function messageOf(opened: Peer | PeerFailure): string {
  assert(opened instanceof PeerFailure, "the peer is open");
  return opened.message;
}

testPeer(
  "a peer greets, answers each request with a number, and ends",
  'echo "peer 1.0"; while read -r line; do echo 2.5; done',
  async (opened) => {
    const peer = opened as Peer;
    assertEquals(peer.greeting, "peer 1.0");
    assertEquals([await peer.ask({ op: "a" }), await peer.ask({ op: "b" })], [2.5, 2.5]);
    await peer.close();
  },
);

testPeer(
  "a peer that ends before its first line is told of by its last line on stderr",
  "echo 'Traceback:' >&2; echo \"No module named 'torch'\" >&2; echo >&2; exit 3",
  (opened) => {
    assertEquals(
      messageOf(opened),
      "it ended with exit code 3; its last line: No module named 'torch'",
    );
    return Promise.resolve();
  },
);

testPeer(
  "a peer that greets and ends fails when it is asked",
  "echo hello; read -r line",
  async (opened) => {
    await assertRejects(
      () => (opened as Peer).ask({}),
      PeerFailure,
      "it ended with exit code 0, without a line on stderr",
    );
  },
);

testPeer(
  "a peer that is late is cut off with what it started",
  'sleep 600 & echo "$!"; echo compiling >&2; wait',
  async (opened) => {
    const peer = opened as Peer;
    await assertRejects(
      () => peer.ask({}),
      PeerFailure,
      "cut off after 3 s without an answer; its last line: compiling",
    );
    const started = Number(peer.greeting);
    const isLeft = `grep -qs "^State:.*[RSD] " /proc/${started}/status`;
    const { success } = await new Deno.Command("sh", {
      args: ["-c", `for i in $(seq 100); do ${isLeft} || exit 0; sleep 0.1; done; exit 1`],
    }).output();
    assert(success, "what it started goes on");
  },
  { limitSeconds: 3 },
);

testPeer(
  "a program that is not there is named",
  "",
  (opened) => {
    assertEquals(messageOf(opened), "there is no python-that-is-not-there");
    return Promise.resolve();
  },
  { program: "python-that-is-not-there" },
);
