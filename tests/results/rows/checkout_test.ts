import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { isCodeChanged, readCommit } from "../../../lib/results/rows/checkout.ts";
import { needs } from "../../support/permissions.ts";
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

/** Runs git in a folder; `null` if there is no git. */
async function runGit(folder: string, ...args: string[]): Promise<boolean | null> {
  const identity = ["-c", "user.name=n", "-c", "user.email=e", "-c", "core.autocrlf=false"];
  try {
    const command = new Deno.Command("git", { args: ["-C", folder, ...identity, ...args] });
    return (await command.output()).success;
  } catch {
    return null;
  }
}

async function hasGit(): Promise<boolean> {
  return !needs("run") && await runGit(".", "version") === true;
}

if (await hasGit()) {
  testInFolder(
    "isCodeChanged() sees code that is changed, staged or gone, and nothing else",
    async (folder) => {
      const seen: (boolean | null)[] = [];
      const look = async () => seen.push(await isCodeChanged(join(folder, "lib")));
      await writeTree(folder, {
        "lib/a/b.ts": "1",
        "lib/c.ts": "2",
        "mod.ts": "3",
        "README.md": "4",
      });
      await runGit(folder, "init", "--quiet");
      await look(); // nothing is known yet
      await runGit(folder, "add", ".");
      await runGit(folder, "commit", "--quiet", "-m", "m");
      await look();
      await writeTree(folder, { "README.md": "other", "results/full.csv": "x", "lib/a/b.ts": "1" });
      await runGit(folder, "add", "README.md", "results");
      await look();
      await writeTree(folder, { "lib/a/b.ts": "9" }); // of the same size
      await look();
      await runGit(folder, "add", "lib");
      await look();
      await runGit(folder, "commit", "--quiet", "-m", "m");
      await look();
      await Deno.remove(join(folder, "mod.ts"));
      await look();
      await runGit(folder, "checkout", "--quiet", "mod.ts");
      await look();
      await runGit(folder, "update-index", "--index-version", "4");
      await look();
      assertEquals(seen, [null, false, false, true, true, false, true, false, null]);
    },
  );
} else {
  Deno.test({ name: "isCodeChanged() (skipped: there is no git here)", ignore: true, fn() {} });
}

testInFolder("isCodeChanged() cannot be told outside a checkout", async (folder) => {
  assertEquals(await isCodeChanged(folder), null);
});
