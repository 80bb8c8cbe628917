// The examples and recipes that need more than Node: nginx, Caddy, Django, axum. `cargo xtask examples` installs and
// builds what they need, and says where it is.
import assert from "node:assert/strict";
import { cp, readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import test, { after, before } from "node:test";

import { drive, Embedded, examples, root, run, Server } from "../browser/embed.mjs";
import { throughProxy } from "../browser/proxy.mjs";
import { volensBinary, web } from "../browser/site.mjs";
import { launch } from "../browser/support.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

const needed = (name) => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; run cargo xtask examples`);
  return value;
};

const example = (name, body) =>
  test(name, { timeout: 300_000 }, async () => {
    const site = await Embedded.start();
    const servers = [];
    const serve = async (...words) => servers.push(await Server.start(...words));
    try {
      await body(site, serve);
    } finally {
      for (const server of servers.reverse()) await server.stop();
      await site.remove();
    }
  });

/** nginx with the configuration of an example, at this site's ports. */
async function nginx(site, name, serve, change = (text) => text) {
  const folder = join(site.folder, "nginx");
  await cp(join(examples, name), folder, { recursive: true });
  await cp(site.snippet, join(folder, "snippet"), { recursive: true });
  const text = (await readFile(join(folder, "nginx.conf"), "utf8"))
    .replace("localhost:8080", `localhost:${site.port}`)
    .replace("127.0.0.1:7070", new URL(site.volens).host)
    .replaceAll("../../", `${root}/`)
    .replaceAll("../static", join(examples, "static"));
  // As root, nginx would read the site as somebody who may not enter this folder.
  const user = process.getuid() === 0 ? "user root;\n" : "";
  await writeFile(join(folder, "nginx.conf"), user + change(text));
  await serve(needed("VOLENS_NGINX"), ["-p", folder, "-c", "nginx.conf", "-g", "daemon off;"], `${site.origin}/`);
}

example("the nginx recipe names the host that was asked for", async (site, serve) => {
  const text = await readFile(site.toml, "utf8");
  const toml = join(site.folder, "club.toml");
  await writeFile(toml, text.replace('id = "example"', 'id = "club"').replace(site.origin, "https://club.example"));
  const local = text.replace(site.origin, "http://localhost");
  await writeFile(site.toml, local);
  const listen = `127.0.0.1:${await Embedded.freePort()}`;
  const words = ["serve", "--site", site.toml, "--site", toml, "--data", join(site.folder, "several"), "--web", web()];
  await serve(volensBinary(), [...words, "--listen", listen], `http://${listen}/healthz`);
  await nginx(site, "nginx-ssi", serve, (conf) => conf.replace(new URL(site.volens).host, listen));
  const asked = async (target, host) => {
    const socket = connect(site.port, "localhost");
    // Not `end`: to nginx, one who hangs up does not want the answer any more.
    socket.write(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    let answer = "";
    for await (const chunk of socket) answer += chunk;
    return answer.match(/"site":"(\w+)"/)?.[1] ?? answer;
  };
  const path = "/consent/v1/manifest";
  assert.equal(await asked(path, "club.example"), "club");
  assert.equal(await asked(path, `localhost:${site.port}`), "example");
  assert.equal(await asked(`http://club.example${path}`, "localhost"), "club", "what the request line says wins");
});

example("nginx-ssi, and the nginx recipe", async (site, serve) => {
  await nginx(site, "nginx-ssi", serve);
  await drive(browser, site);
  await throughProxy(browser, site);
  assert.equal((await fetch(`${site.origin}/volens/head.html`)).status, 404, "the parts are for includes only");
});

example("static with a service, and the Caddy recipe", async (site, serve) => {
  const folder = join(examples, "static");
  await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"], { cwd: folder });
  const out = join(site.folder, "out");
  await run(process.execPath, ["build.mjs", out, site.snippet], { cwd: folder });
  const env = { ...site.env, OUT: out, VOLENS_UPSTREAM: new URL(site.volens).host, HOME: site.folder };
  await serve(needed("VOLENS_CADDY"), ["run", "--config", "Caddyfile"], `${site.origin}/`, { cwd: folder, env });
  await drive(browser, site);
  await throughProxy(browser, site);
});

example("django", async (site, serve) => {
  const other = await Embedded.freePort();
  const env = { ...site.env, LISTEN: `127.0.0.1:${other}`, PYTHONPATH: needed("VOLENS_DJANGO") };
  const python = process.env.VOLENS_PYTHON ?? "python3";
  await nginx(
    site,
    "django",
    async (...words) => {
      // Django answers to the site's name only, as nginx passes it on.
      await serve(python, ["shop.py"], `http://localhost:${other}/`, { cwd: join(examples, "django"), env });
      await serve(...words);
    },
    (text) => text.replace("127.0.0.1:8000", `127.0.0.1:${other}`),
  );
  await drive(browser, site);
});

test("axum", { timeout: 300_000 }, async () => {
  // The service is inside: the one that stands beside the other examples is not started.
  const site = await Embedded.start({ serve: false });
  const env = { ...site.env, SITE: site.toml, DATA: join(site.folder, "data"), VOLENS_WEB: web() };
  const server = await Server.start(needed("VOLENS_AXUM"), [], `${site.origin}/`, { env });
  try {
    await drive(browser, site);
  } finally {
    await server.stop();
    await site.remove();
  }
});
