// A site that is embedded by other means than the demo: a service of its own, a host in front of it, and what each such
// host must show.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { freePair, until, volens, web } from "./site.mjs";
import { accept, banner, reject, Visitor } from "./support.mjs";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const examples = join(root, "examples");

/** The npm package, as `cargo xtask dist` puts it together. */
export function npmPackage() {
  const path = process.env.VOLENS_NPM ?? join(root, "target/dist/npm");
  if (!existsSync(join(path, "package.json")))
    throw new Error(`${path} is missing; run cargo xtask dist, or set VOLENS_NPM`);
  return path;
}

/** Runs a program of ours to its end; its failure is an error with all it said. */
export async function run(program, words, options = {}) {
  const child = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"], ...options });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
  const [code] = await once(child, "close");
  assert.equal(code, 0, `${program} ${words.join(" ")}\n${said}`);
  return said;
}

/** A program that serves until it is stopped. */
export class Server {
  static async start(program, words, url, options = {}) {
    const server = new Server();
    server.said = "";
    server.process = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"], ...options });
    server.ended = once(server.process, "exit");
    for (const stream of [server.process.stdout, server.process.stderr])
      stream.on("data", (chunk) => (server.said += chunk));
    await until(`${program} at ${url}`, async () => {
      if (server.process.exitCode !== null) throw new Error(`${program} ended by itself:\n${server.said}`);
      return fetch(url).then(
        (answer) => answer.ok,
        () => false,
      );
    });
    return server;
  }

  async stop() {
    if (this.process.exitCode === null && this.process.signalCode === null) this.process.kill("SIGTERM");
    await this.ended;
  }
}

/** A folder, two ports, `site.toml` for the first, the snippet for its pages, and a service at the second. */
export class Embedded {
  static async start({
    mode = "service",
    serve = mode === "service",
    toml = join(examples, "site.toml"),
    change = (text) => text,
  } = {}) {
    const site = new Embedded();
    site.folder = await mkdtemp(join(tmpdir(), "volens-embed-"));
    site.port = await freePair();
    site.origin = `http://localhost:${site.port}`;
    site.volens = `http://127.0.0.1:${site.port + 1}`;
    site.toml = join(site.folder, "site.toml");
    site.snippet = join(site.folder, "snippet");
    const text = await readFile(toml, "utf8");
    await writeFile(site.toml, change(text.replaceAll("localhost:8080", `localhost:${site.port}`)));
    const render = ["render", "--site", site.toml, "--lang", "en", "--mode", mode, "--out", site.snippet];
    const { code, stderr } = await volens(...render);
    assert.equal(code, 0, stderr);
    if (serve) {
      const program = process.env.VOLENS_BIN ?? join(root, "target/debug/volens");
      const words = ["serve", "--site", site.toml, "--data", join(site.folder, "data"), "--web", web()];
      const listen = ["--listen", `127.0.0.1:${site.port + 1}`];
      site.service = await Server.start(program, [...words, ...listen], `${site.volens}/healthz`);
    }
    return site;
  }

  /** For a third process, such as an application behind a proxy. */
  static freePort() {
    return freePair();
  }

  /** What the hosts of the examples read. */
  get env() {
    return { ...process.env, PORT: String(this.port), VOLENS_URL: this.volens, SNIPPET: this.snippet };
  }

  async parts() {
    return JSON.parse(await readFile(join(this.snippet, "snippet.json"), "utf8"));
  }

  /** A host in this process: pages by path, functions of the request, everything else from the service. */
  async host(pages) {
    const server = createServer(async (request, response) => {
      const url = new URL(request.url, this.origin);
      const made = pages[url.pathname];
      if (made !== undefined) {
        const {
          body,
          type = "text/html; charset=utf-8",
          headers = {},
        } = typeof made === "string" ? { body: made } : made;
        return response.writeHead(200, { "content-type": type, ...headers }).end(body);
      }
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      const { host: _, connection: __, ...headers } = request.headers;
      const options = {
        method: request.method,
        headers,
        redirect: "manual",
        body: chunks.length ? Buffer.concat(chunks) : undefined,
      };
      const answer = await fetch(this.volens + request.url, options);
      const kept = [...answer.headers].filter(
        ([name]) => !/^(set-cookie|transfer-encoding|content-length|connection)$/.test(name),
      );
      response.writeHead(
        answer.status,
        [...kept, ...answer.headers.getSetCookie().map((one) => ["set-cookie", one])].flat(),
      );
      response.end(Buffer.from(await answer.arrayBuffer()));
    });
    server.listen(this.port, "localhost");
    await once(server, "listening");
    this.server = server;
  }

  async remove() {
    if (this.server) {
      this.server.closeAllConnections();
      await new Promise((done) => this.server.close(done));
    }
    await this.service?.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

const tag = (visitor) => visitor.asked().filter((url) => url.endsWith("/stats/tag.js")).length;
const ran = (page) => page.evaluate(() => window.statsRan ?? 0);

/** What every example shows: `app` names a page that a framework makes and that changes without being loaded again. */
export async function drive(browser, site, { app = false } = {}) {
  const first = await (await fetch(`${site.origin}/`)).text();
  assert.match(first, /<section[^>]*data-volens="banner"/, "the banner stands in the first HTML");
  assert.match(first, /id="cookie-settings"/);
  const head = first.slice(0, first.indexOf("</head>"));
  assert.ok(head.search(/<meta charset/i) < 1024, "a browser looks no further for the charset");
  assert.ok(head.indexOf("vo-config") < head.indexOf("text/plain"), "the gate comes before any tag");

  const refuser = await Visitor.come(browser, site);
  await refuser.open("/");
  await refuser.page.locator(banner).waitFor();
  await refuser.page.locator(reject).click();
  await refuser.told(/You allow nothing/);
  await refuser.open("/");
  assert.ok(!(await refuser.page.locator(banner).isVisible()), "a refusal is remembered");
  assert.deepEqual([tag(refuser), await ran(refuser.page)], [0, 0], "reject: nothing runs");
  await refuser.leave();

  const visitor = await Visitor.come(browser, site);
  const { page } = visitor;
  await visitor.open("/");
  assert.equal(await ran(page), 0);
  await page.locator(accept).click();
  await visitor.told(/You allow everything/);
  await until("the tag", () => ran(page));
  assert.match(await page.evaluate(() => document.cookie), /_stats=1/);
  if (app) await page.locator("#counted", { hasText: "Visits are counted." }).waitFor();

  const loaded = visitor.asked().length;
  await page.getByRole("link", { name: "Other" }).click();
  await page.getByRole("heading", { name: "Other" }).waitFor();
  assert.ok(!(await page.locator(banner).isVisible()));
  if (app) {
    assert.deepEqual(visitor.asked(loaded), [], "a route change loads nothing");
    assert.equal(await ran(page), 1);
  } else {
    await until("the tag on the next page", () => ran(page));
  }

  await Promise.all([page.waitForEvent("load"), page.locator('#cookie-settings button[name="reject"]').click()]);
  await visitor.told(/You allow nothing/);
  assert.equal(await ran(page), 0, "withdrawal: the page is loaded again without the tag");
  assert.doesNotMatch(await page.evaluate(() => document.cookie), /_stats/);
  if (app) await page.locator("#counted", { hasText: "Visits are not counted." }).waitFor();
  await visitor.leave();
}
