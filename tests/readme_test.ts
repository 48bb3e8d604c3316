import { assert, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { formatDeviations } from "../lib/results/tables/deviations_table.ts";
import { needs } from "./support/permissions.ts";

const ROOT = new URL("..", import.meta.url);
const readme = () => Deno.readTextFile(new URL("README.md", ROOT));

Deno.test({
  name: "the README's table of protocols is the list that the code branches on",
  ignore: needs("read"),
  async fn() {
    assertStringIncludes(await readme(), formatDeviations());
  },
});

Deno.test({
  name: "every local link of the README leads to a file",
  ignore: needs("read"),
  async fn() {
    const links = [...(await readme()).matchAll(/\]\(([^)#]+)\)/g)].map(([, link]) => link!);
    assert(links.length > 10);
    for (const link of links.filter((link) => !link.includes(":"))) {
      await Deno.stat(new URL(link, ROOT)); // throws with the name of the file
    }
  },
});

Deno.test({
  name: "every file that branches on the protocol is there",
  ignore: needs("read"),
  async fn() {
    for (const [, path] of formatDeviations().matchAll(/\]\(([^)]+)\)/g)) {
      const text = await Deno.readTextFile(new URL(path!, ROOT));
      assert(/published|corrected/.test(text), join(path!, "does not name a protocol"));
    }
  },
});

Deno.test({
  name: "every task of deno.json is in the README",
  ignore: needs("read"),
  async fn() {
    const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
    const text = await readme();
    for (const name of Object.keys(tasks)) assertStringIncludes(text, `\`${name}`);
  },
});

/** Folders whose files are in the repository; those of data and results come and go. */
const OWN_PATH = /^(?:lib|tasks|tests|bench|vendor|\.ci)\/|^[\w.]+\.(?:ts|md|json|lock)$/;

Deno.test({
  name: "every file that the README and CONTRIBUTING.md name is there",
  ignore: needs("read"),
  async fn() {
    for (const document of ["README.md", "CONTRIBUTING.md"]) {
      const text = await Deno.readTextFile(new URL(document, ROOT));
      const named = [...text.matchAll(/`([^`\s]+)`|\]\(([^)#\s]+)\)/g)]
        .map(([, code, link]) => code ?? link!)
        .filter((path) => OWN_PATH.test(path));
      assert(named.length > 10, `${document}: ${named.length} paths`);
      for (const path of named) {
        // A file that is to be made has a placeholder in its name: then its folder must be there.
        const known = path.includes("NAME") ? path.slice(0, path.lastIndexOf("/")) : path;
        const isThere = await Deno.stat(new URL(known, ROOT)).then(() => true, () => false);
        assert(isThere, `${document} names ${path}, which is not there`);
      }
    }
  },
});
