// The examples that need nothing but Node: each is installed from its lock file, built and driven as a visitor would.
// `cargo xtask examples` drives the others.
import { copyFile, mkdir, readFile, readdir } from "node:fs/promises";
import { createServer } from "node:http";
import { once } from "node:events";
import { join } from "node:path";
import test, { after, before } from "node:test";

import { drive, Embedded, examples, run, Server } from "./embed.mjs";
import { web } from "./site.mjs";
import { launch } from "./support.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** Installs exactly what the example's lock file names; a second run finds it there. */
const install = (name) =>
  run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"], { cwd: join(examples, name) });

const example = (name, options, body) =>
  test(name, { timeout: 300_000 }, async () => {
    await install(name);
    const site = await Embedded.start(options);
    const folder = join(examples, name);
    const servers = [];
    try {
      await body(site, folder, async (words) => {
        servers.push(await Server.start(process.execPath, words, site.origin, { cwd: folder, env: site.env }));
      });
    } finally {
      for (const server of servers) await server.stop();
      await site.remove();
    }
  });

example("static", { mode: "local" }, async (site, folder) => {
  const out = join(site.folder, "out");
  await run(process.execPath, ["build.mjs", out, site.snippet], { cwd: folder });
  const assets = join(out, "consent/v1/web");
  await mkdir(assets, { recursive: true });
  for (const name of await readdir(web()))
    if (/\.(js|css|wasm)$/.test(name)) await copyFile(join(web(), name), join(assets, name));
  await copyFile(join(site.snippet, "manifest.en.json"), join(out, "consent/v1/manifest.en.json"));
  const kinds = {
    js: "text/javascript",
    css: "text/css",
    wasm: "application/wasm",
    json: "application/json",
    html: "text/html",
  };
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, site.origin);
    const file = join(out, pathname === "/" ? "index.html" : pathname);
    const body = await readFile(file).catch(() => undefined);
    response.writeHead(body ? 200 : 404, { "content-type": kinds[file.split(".").at(-1)] ?? "text/plain" }).end(body);
  });
  server.listen(site.port, "localhost");
  await once(server, "listening");
  try {
    await drive(browser, site);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

example("express", {}, async (site, folder, serve) => {
  await serve(["server.mjs"]);
  await drive(browser, site);
});

for (const name of ["react", "vue"]) {
  example(name, {}, async (site, folder, serve) => {
    // Two examples may be built at a time, and the folder is that of the sources.
    const vite = join(folder, "node_modules/vite/bin/vite.js");
    const out = ["--outDir", join(site.folder, "out")];
    await run(process.execPath, [vite, "build", "--emptyOutDir", ...out], { cwd: folder, env: site.env });
    await serve([vite, "preview", ...out]);
    await drive(browser, site, { app: true });
  });
}
