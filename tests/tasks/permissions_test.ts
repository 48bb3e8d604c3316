import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import settings from "../../deno.json" with { type: "json" };
import { InputError } from "../../lib/errors.ts";
import {
  findDeniedPath,
  formatPermittedCommand,
  permissionSetOf,
} from "../../tasks/command_line/permissions.ts";
import { testInFolder } from "../support/temporary_folder.ts";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));

Deno.test("the permitted command names the task's own lists again, and quotes what a shell would split", () => {
  const program = {
    script: "tasks/convert.ts",
    args: ["--dataset", "cub200", "--data-root", "/my disk/it's"],
    deno: "deno",
  };
  const needed = [
    { kind: "write", path: "/my disk/it's" },
    { kind: "read", path: "/a,b" },
  ] as const;
  assertEquals(
    formatPermittedCommand(needed, program),
    "deno run -P=data --allow-read=.,/usr/bin/ldd,/a,,b '--allow-write=data,results,/my disk/it'\\''s' " +
      "tasks/convert.ts --dataset cub200 --data-root '/my disk/it'\\''s'",
  );
});

Deno.test("every task runs with a set of permissions of its own, and none with all", () => {
  for (const [name, { command }] of Object.entries(settings.tasks)) {
    if (!command.includes("tasks/")) continue;
    assertEquals(command.includes(" -A"), false, name);
    const script = command.match(/tasks\/\w+\.ts/)![0];
    if (name !== "ok") assertEquals(typeof permissionSetOf(script), "string", name);
  }
  for (const [name, set] of Object.entries(settings.permissions)) {
    if (name === "test") continue; // it starts programs and opens libraries wherever they are
    assertEquals("env" in set && (set.env as unknown) === true, false, `${name}: env`);
  }
  // Pointers of a native library need all of ffi; what opens no TensorFlow has none, or that of sharp alone.
  for (const name of ["tables", "files"] as const) {
    assertEquals("ffi" in settings.permissions[name], false, name);
  }
  assertEquals(settings.permissions.data.ffi, ["node_modules"]);
});

Deno.test("the path that Deno refused is found through the errors that it caused", () => {
  const refused = new Deno.errors.NotCapable(
    'Requires write access to "/a/b c", run again with the --allow-write flag',
  );
  const wrapped = new InputError("one line", { cause: refused });
  assertEquals(findDeniedPath(wrapped), { kind: "write", path: "/a/b c" });
  assertEquals(findDeniedPath(new InputError("another")), null);
});

/** A task as `deno.json` writes it. */
async function runAsWritten(task: keyof typeof settings.tasks, ...args: string[]) {
  const words = settings.tasks[task].command.split(" ").slice(1);
  return await run([...words, ...args]);
}

async function run(args: readonly string[]) {
  const command = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  });
  const { code, stdout, stderr } = await command.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), errors: text(stderr) };
}

testInFolder(
  "roots elsewhere are refused before any work, with a command that works",
  async (folder) => {
    const dataRoot = join(folder, "new data");
    const refused = await runAsWritten("fixtures", "--dataset", "sop", "--data-root", dataRoot);
    assertEquals(refused.code, 2);
    const line = refused.errors.trim().split("\n").at(-1)!;
    assertStringIncludes(
      line,
      `${dataRoot}: Cannot write folder as Deno must be permitted to: it is not; run \``,
    );
    const command = line.match(/run `(.*)`$/)![1]!;
    assertMatch(command, /^(deno|npx -y deno@\S+) run -P=data /);
    const shell = new Deno.Command("sh", {
      args: ["-c", command.replace(/^(deno|npx -y \S+)/, `'${Deno.execPath()}'`)],
      cwd: ROOT,
    });
    const permitted = await shell.output();
    assertEquals(permitted.code, 0, new TextDecoder().decode(permitted.stderr));
    assertEquals((await Deno.stat(join(dataRoot, "mini", "SOP"))).isDirectory, true);
  },
  ["run", "ffi", "sys", "env"],
);
