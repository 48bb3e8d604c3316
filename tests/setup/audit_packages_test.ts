import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../lib/errors.ts";
import { fetchAdvisories, listLockedPackages } from "../../lib/setup/audit_packages.ts";

/** tfjs-node-gpu brings tar, which nothing loads; tar's own dependency is loaded by another way. */
const LOCK = JSON.stringify({
  version: "5",
  specifiers: {
    "npm:@tensorflow/tfjs-node-gpu@4.22.0": "4.22.0_seedrandom@3.0.5",
    "npm:yaml@^2.0.0": "2.8.1",
    "jsr:@std/path@^1.0.0": "1.0.0",
  },
  npm: {
    "@tensorflow/tfjs-node-gpu@4.22.0_seedrandom@3.0.5": {
      dependencies: ["@tensorflow/tfjs", "tar"],
    },
    "@tensorflow/tfjs@4.22.0": {},
    "tar@6.2.1": { dependencies: ["minipass@3.3.6", "minipass@5.0.0"] },
    "minipass@3.3.6": {},
    "minipass@5.0.0": {},
    "yaml@2.8.1": { dependencies: ["minipass@3.3.6"] },
  },
});

Deno.test("listLockedPackages() tells the packages that nothing loads", () => {
  const packages = listLockedPackages(LOCK, "deno.lock");
  assertEquals(packages.map(({ name, version, isLoaded }) => [`${name}@${version}`, isLoaded]), [
    ["@tensorflow/tfjs@4.22.0", true],
    ["@tensorflow/tfjs-node-gpu@4.22.0", true],
    ["minipass@3.3.6", true],
    ["minipass@5.0.0", false],
    ["tar@6.2.1", false],
    ["yaml@2.8.1", true],
  ]);
});

Deno.test("listLockedPackages() refuses what is no lock file", () => {
  for (const [text, value] of [["{", "no JSON"], ['{"version":"4"}', "of version 4"]] as const) {
    assertThrows(() => listLockedPackages(text, "deno.lock"), InputError, `it is ${value}`);
  }
});

Deno.test("fetchAdvisories() asks for every version and gives what the registry knows", async () => {
  let asked: unknown;
  const answer = {
    tar: [{
      id: 1,
      severity: "high",
      title: "Escapes",
      url: "https://x.test/1",
      vulnerable_versions: "<7",
    }],
  };
  const registry = (_url: string | URL | Request, init?: RequestInit) => {
    asked = JSON.parse(String(init?.body));
    return Promise.resolve(Response.json(answer));
  };
  const advisories = await fetchAdvisories(listLockedPackages(LOCK, "deno.lock"), registry);
  assertEquals((asked as Record<string, string[]>).minipass, ["3.3.6", "5.0.0"]);
  assertEquals(advisories, [{
    packageName: "tar",
    severity: "high",
    title: "Escapes",
    url: "https://x.test/1",
    versions: "<7",
  }]);
});

Deno.test("fetchAdvisories() knows nothing where the registry does not answer", async () => {
  const packages = listLockedPackages(LOCK, "deno.lock");
  assertEquals(
    await fetchAdvisories(packages, () => Promise.reject(new TypeError("no route"))),
    null,
  );
  const refused = () => Promise.resolve(new Response("", { status: 503 }));
  assertEquals(await fetchAdvisories(packages, refused), null);
});
