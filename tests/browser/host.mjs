// A site of the tests' own: pages that they write, `volens serve` behind the same origin, and pretended providers on the
// next port. The demo shows one good page; this is for all others: strict policies, tag managers, real tags, old pages.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, request as ask } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before } from "node:test";

import { built, freePair, siteToml, until, volens, web } from "./site.mjs";
import { launch, Visitor } from "./support.mjs";

const place = "__NONCE__";

export class Host {
  /** Before it stands, `site(toml)` may change what the demo's description says. */
  static async start({ site = (toml) => toml } = {}) {
    const host = new Host();
    host.pages = {};
    host.provided = {};
    host.asked = [];
    host.folder = await mkdtemp(join(tmpdir(), "volens-host-"));
    host.port = await freePair();
    host.behind = await freePair();
    host.origin = `http://localhost:${host.port}`;
    host.provider = `http://127.0.0.1:${host.port + 1}`;
    host.toml = join(host.folder, "site.toml");
    await writeFile(host.toml, site(await siteToml(host.port), host));
    await host.up();
    host.servers = [
      await listen(host.port, "localhost", (request, response) => host.answer(request, response)),
      await listen(host.port + 1, "127.0.0.1", (request, response) => host.provide(request, response)),
    ];
    return host;
  }

  /** The service; again after `down`. */
  async up() {
    const words = ["serve", "--site", this.toml, "--data", join(this.folder, "data"), "--web", web()];
    this.said = "";
    this.process = spawn(built("VOLENS_BIN", "target/debug/volens"), [...words, "--listen", `127.0.0.1:${this.behind}`], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.ended = once(this.process, "exit");
    for (const stream of [this.process.stdout, this.process.stderr]) stream.on("data", (chunk) => (this.said += chunk));
    await until("the service", async () => {
      if (this.process.exitCode !== null) throw new Error(`the service ended by itself:\n${this.said}`);
      return fetch(`http://127.0.0.1:${this.behind}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      );
    });
  }

  async down() {
    if (this.process.exitCode === null) this.process.kill("SIGTERM");
    await this.ended;
  }

  async remove() {
    for (const server of this.servers) {
      server.closeAllConnections();
      server.close();
    }
    await this.down();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** What `volens render` makes: `{head, banner, foot, csp}`, with `__NONCE__` where nonces go if `nonces` is set. */
  async parts(lang = "en", { nonces, more = [] } = {}) {
    const words = ["render", "--site", this.toml, "--lang", lang, "--json", ...(nonces ? ["--nonce", place] : []), ...more];
    const { code, stdout, stderr } = await volens(...words);
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  }

  /** Serves `html` at `path` under `policy`; both may hold `__NONCE__`, which is another for each answer. */
  page(path, html, policy = "", headers = {}) {
    this.pages[path] = { html, policy, headers };
  }

  /** Serves `start` at `path`, and then one of `rest` each time that the function is called which is returned. */
  pieces(path, [start, ...rest]) {
    let answer;
    this.pages[path] = {
      begin(response) {
        answer = response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
        answer.write(start);
      },
    };
    return () => (rest.length > 1 ? answer.write(rest.shift()) : answer.end(rest.shift()));
  }

  /** What a provider answers at `path`; a function gets the request and its body. */
  provides(path, body, type = "text/javascript") {
    this.provided[path] = { body, type };
  }

  /** Requests to providers, as `GET /path`. */
  heard(pattern = /./) {
    return this.asked.filter((one) => pattern.test(one));
  }

  /** From now on choices reach the service only when the function that is returned has been called. */
  hold() {
    let go;
    this.held = new Promise((resolve) => (go = resolve));
    return go;
  }

  async answer(request, response) {
    const { pathname } = new URL(request.url, this.origin);
    const page = this.pages[pathname];
    if (page?.begin) return page.begin(response);
    if (page) {
      const nonce = randomBytes(16).toString("base64");
      const policy = page.policy && { "content-security-policy": page.policy.replaceAll(place, nonce) };
      const headers = { "content-type": "text/html; charset=utf-8", "cache-control": "no-cache", ...policy, ...page.headers };
      return response.writeHead(200, headers).end(page.html.replaceAll(place, nonce));
    }
    if (pathname === "/favicon.ico") return response.writeHead(204).end();
    if (!/^\/(consent\/v1|\.well-known)\//.test(pathname)) return response.writeHead(404).end();
    const { method, headers, url } = request;
    if (method === "POST" && pathname.endsWith("/choices")) await this.held;
    const passed = ask({ host: "127.0.0.1", port: this.behind, method, headers, path: url }, (answer) => {
      response.writeHead(answer.statusCode, answer.rawHeaders);
      answer.pipe(response);
    });
    passed.on("error", () => response.writeHead(502).end());
    request.pipe(passed);
  }

  provide(request, response) {
    const { pathname } = new URL(request.url, this.provider);
    this.asked.push(`${request.method} ${pathname}`);
    const { body = "{}", type = "application/json" } = this.provided[pathname] ?? {};
    const headers = { "content-type": type, "cache-control": "no-store" };
    // As a collector that lives on other people's pages answers.
    const { origin } = request.headers;
    if (origin) {
      headers["access-control-allow-origin"] = origin;
      headers["access-control-allow-credentials"] = "true";
      headers["access-control-allow-headers"] = request.headers["access-control-request-headers"] ?? "*";
    }
    request.resume();
    response.writeHead(200, headers).end(request.method === "OPTIONS" ? "" : body);
  }
}

async function listen(port, host, answer) {
  const server = createServer(answer);
  server.listen(port, host);
  await once(server, "listening");
  return server;
}

/** A page with the parts where they belong. */
export const html = ({ head, banner, foot }, { early = "", body = "", lang = "en" } = {}) =>
  `<!doctype html><html lang=${lang}><head>${head}${early}<meta charset=utf-8><title>A page</title></head>
  <body>${banner}<main><h1>A page</h1>${body}</main>${foot}</body></html>`;

/** One browser and one host for the flows of a file. `prepare(host)` writes its pages. Returns `flow(name, [options], body)`. */
export function hosting(options, prepare) {
  const shared = {};
  before(async () => {
    [shared.browser, shared.host] = await Promise.all([launch(), Host.start(options)]);
    await prepare(shared.host);
  });
  after(async () => {
    await shared.browser?.close();
    await shared.host?.remove();
  });
  return (name, ...rest) => {
    const body = rest.pop();
    const [more] = rest;
    test(name, { timeout: 120_000 }, async () => {
      const { browser, host } = shared;
      host.asked.length = 0;
      host.held = undefined;
      const visitor = await Visitor.come(browser, host, more);
      try {
        await body({ visitor, page: visitor.page, ...shared });
      } catch (error) {
        if (visitor.problems.length) error.message += `\nconsole: ${visitor.problems.join("\n")}`;
        throw error;
      } finally {
        if (!visitor.page.isClosed()) await visitor.page.unrouteAll({ behavior: "ignoreErrors" });
      }
      await visitor.leave();
    });
  };
}
