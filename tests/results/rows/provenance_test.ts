import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { readCommit } from "../../../lib/results/rows/provenance.ts";
import { testInFolder } from "../../support/temporary_folder.ts";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const OTHER = "f".repeat(40);

/** Writes files below a folder, which is what git would have left there. */
async function writeTree(folder: string, files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    await Deno.mkdir(join(path, ".."), { recursive: true });
    await Deno.writeTextFile(path, text);
  }
}

const TREES: [string, Record<string, string>, string | null][] = [
  [
    "a branch",
    { ".git/HEAD": "ref: refs/heads/main\n", ".git/refs/heads/main": `${COMMIT}\n` },
    COMMIT,
  ],
  ["a detached head", { ".git/HEAD": `${COMMIT}\n` }, COMMIT],
  [
    "a packed branch",
    {
      ".git/HEAD": "ref: refs/heads/main\n",
      ".git/packed-refs":
        `# pack-refs with: peeled\n${OTHER} refs/heads/other/main\n${COMMIT} refs/heads/main\n`,
    },
    COMMIT,
  ],
  [
    "a loose branch that is also packed, from before",
    {
      ".git/HEAD": "ref: refs/heads/main\n",
      ".git/refs/heads/main": `${COMMIT}\n`,
      ".git/packed-refs": `${OTHER} refs/heads/main\n`,
    },
    COMMIT,
  ],
  [
    "a worktree",
    {
      ".git": "gitdir: main/.git/worktrees/side\n",
      "main/.git/worktrees/side/HEAD": "ref: refs/heads/side\n",
      "main/.git/worktrees/side/commondir": "../..\n",
      "main/.git/refs/heads/side": `${COMMIT}\n`,
    },
    COMMIT,
  ],
  ["a branch without a commit", { ".git/HEAD": "ref: refs/heads/main\n" }, null],
  ["references that go in a circle", {
    ".git/HEAD": "ref: refs/heads/a\n",
    ".git/refs/heads/a": "ref: refs/heads/a\n",
  }, null],
];

for (const [what, files, expected] of TREES) {
  testInFolder(`readCommit() reads ${what} from any folder below`, async (folder) => {
    await writeTree(folder, { ...files, "lib/deep/file": "" });
    assertEquals(await readCommit(join(folder, "lib/deep")), expected);
  });
}

testInFolder("readCommit() finds no commit outside a checkout", async (folder) => {
  assertEquals(await readCommit(folder), null);
});
