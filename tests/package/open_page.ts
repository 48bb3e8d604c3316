/**
 * A process of its own: opens a script in a browser without a window and prints what the page logs. It may listen on this machine,
 * which the tests may not.
 *
 * Arguments: the browser, the script.
 */

const [browser, script] = Deno.args as [string, string];
const code = await Deno.readTextFile(script);

const PAGE = `<!doctype html>
<meta charset="utf-8">
<title>Test</title>
<script>
  const lines = [];
  const keep = (kind) => (...values) => lines.push([kind, ...values.map(String)].join(" "));
  for (const kind of ["log", "warn", "error"]) console[kind] = keep(kind);
  const end = (line) => fetch("/end", { method: "POST", body: [...lines, line].join("\\n") });
  addEventListener("error", (event) => end("error " + event.message));
  addEventListener("unhandledrejection", (event) => end("error " + event.reason));
</script>
<script type="module">
  await import("/script.js");
  end("end");
</script>`;

const { promise: ended, resolve: end } = Promise.withResolvers<string>();
const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
  const { pathname } = new URL(request.url);
  if (pathname === "/end") end(await request.text());
  return pathname === "/script.js"
    ? new Response(code, { headers: { "content-type": "text/javascript" } })
    : new Response(PAGE, { headers: { "content-type": "text/html" } });
});
const profile = await Deno.makeTempDir();
const flags = ["--headless", "--no-sandbox", "--disable-gpu", `--user-data-dir=${profile}`];
const child = new Deno.Command(browser, {
  args: [...flags, `http://127.0.0.1:${server.addr.port}/`],
  stdout: "null",
  stderr: "null",
}).spawn();
const timer = setTimeout(() => end("error the page did not end within 100 s"), 100_000);
console.log(await Promise.race([ended, child.status.then(({ code }) => `error exit ${code}`)]));
clearTimeout(timer);
child.kill("SIGKILL");
await child.status;
await server.shutdown();
await Deno.remove(profile, { recursive: true }).catch(() => {}); // its processes may still write
Deno.exit(0);
