// The recipe for a Cloudflare worker: its `fetch` runs here in Node, in front of the real service.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import test from "node:test";
import { pathToFileURL } from "node:url";

import { Embedded, root } from "./embed.mjs";
import { throughProxy } from "./proxy.mjs";
import { launch } from "./support.mjs";

const { default: worker } = await import(pathToFileURL(join(root, "integrations/proxy/worker.js")));

/** The edge: makes a `Request` of what a browser sends, and sends what the worker answers. */
async function edge(site, page) {
  const server = createServer(async (incoming, outgoing) => {
    // What is not the service's the worker fetches from the site behind it, which here is this page.
    if (/^\/($|other)/.test(incoming.url))
      return outgoing.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page);
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const { connection, host, "transfer-encoding": _, ...headers } = incoming.headers;
    const body = chunks.length ? Buffer.concat(chunks) : undefined;
    const request = new Request(site.origin + incoming.url, { method: incoming.method, headers, body });
    const answer = await worker.fetch(request, { VOLENS_ORIGIN: site.volens });
    const kept = [...answer.headers].filter(([name]) => !/^(set-cookie|transfer-encoding|connection)$/.test(name));
    outgoing.writeHead(
      answer.status,
      [...kept, ...answer.headers.getSetCookie().map((one) => ["set-cookie", one])].flat(),
    );
    outgoing.end(Buffer.from(await answer.arrayBuffer()));
  });
  server.listen(site.port, "localhost");
  await once(server, "listening");
  return server;
}

test("the worker passes on what the service needs, and only that", { timeout: 60_000 }, async () => {
  const site = await Embedded.start();
  const browser = await launch();
  const { head, banner, foot } = await site.parts();
  const page = `<!doctype html><html lang="en"><head><meta charset="utf-8">${head}<title>Edge</title><link rel="icon" href="data:,"></head><body>${banner}<main>Edge</main>${foot}</body></html>`;
  const server = await edge(site, page);
  try {
    await throughProxy(browser, site);
    const broken = await worker.fetch(new Request("http://localhost/consent/v1/%ff"), { VOLENS_ORIGIN: site.volens });
    assert.equal(broken.status, 400);
  } finally {
    server.closeAllConnections();
    server.close();
    await browser.close();
    await site.remove();
  }
});
