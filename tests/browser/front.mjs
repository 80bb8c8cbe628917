// A site of plain pages with `volens serve` behind it, as a proxy puts them together.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, request as ask } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { freePair, siteToml, until, volens, volensBinary, web } from "./site.mjs";

export class Front {
  /** The demo's site and what `more` adds to its description, served with the words `serve`. */
  static async start({ more = "", serve = [] } = {}) {
    const front = new Front();
    front.folder = await mkdtemp(join(tmpdir(), "volens-front-"));
    front.data = join(front.folder, "data");
    front.toml = join(front.folder, "site.toml");
    front.pages = {};
    const behind = await freePair();
    front.server = createServer((request, response) => {
      const page = front.pages[request.url];
      if (page) {
        response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page);
        return;
      }
      const { url: path, method, headers } = request;
      const onward = ask({ host: "127.0.0.1", port: behind, path, method, headers }, (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
      });
      onward.on("error", () => response.destroy());
      request.pipe(onward);
    });
    front.server.listen(0, "127.0.0.1");
    await once(front.server, "listening");
    const { port } = front.server.address();
    front.origin = `http://localhost:${port}`;
    await writeFile(front.toml, (await siteToml(port)) + more);
    const words = ["--site", front.toml, "--data", front.data, "--web", web(), "--listen", `127.0.0.1:${behind}`];
    front.service = spawn(volensBinary(), ["serve", ...words, ...serve], { stdio: ["ignore", "ignore", "inherit"] });
    await until("the service", () => {
      if (front.service.exitCode !== null) throw new Error(`the service ended by itself: ${front.service.exitCode}`);
      return fetch(`http://127.0.0.1:${behind}/healthz`).then(
        (answer) => answer.ok,
        () => false,
      );
    });
    return front;
  }

  /** A page at `path` around the parts `{head, foot, banner}` of a snippet. */
  put(path, { head, foot, banner }) {
    const filler = "<p>Something to read.</p>".repeat(40);
    this.pages[path] = `<!doctype html><html lang=en><head>${head}<meta charset=utf-8><title>Page</title>
      <meta name=viewport content="width=device-width"><link rel=icon href="data:,"></head>
      <body>${banner}<main><h1>A page</h1>${filler}</main>${foot}</body></html>`;
  }

  /** The snippet that `volens render` makes. */
  async render(...words) {
    const { code, stdout, stderr } = await volens("render", "--site", this.toml, "--lang", "en", "--json", ...words);
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  }

  async remove() {
    this.server.close();
    this.server.closeAllConnections();
    if (this.service?.exitCode === null) {
      this.service.kill();
      await once(this.service, "exit");
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}
