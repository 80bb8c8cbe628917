// One server for all dresses: HTTP/1.1 with connections kept, every body brotli 11 made beforehand, names with a hash
// kept for a year, pages asked for again each time.
import { createHash } from "node:crypto";
import { createServer, request } from "node:http";
import { brotliCompressSync, constants } from "node:zlib";

const types = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  wasm: "application/wasm",
};

const squeeze = (body) =>
  brotliCompressSync(body, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
    },
  });

export class Server {
  files = new Map();

  /** Listens on loopback; `localhost` may mean either address. */
  static async start() {
    const server = new Server();
    server.doors = [];
    for (const [host, needed] of [["127.0.0.1", true], ["::1", false]]) {
      const door = createServer((ask, answer) => server.answer(ask, answer));
      door.keepAliveTimeout = 60_000;
      await new Promise((resolve, reject) => {
        door.once("error", (error) => (needed ? reject(error) : resolve()));
        door.listen(server.port ?? 0, host, resolve);
      });
      if (!door.listening) continue;
      server.port ??= door.address().port;
      server.doors.push(door);
    }
    server.origin = `http://localhost:${server.port}`;
    return server;
  }

  /** Serves `body` at `path`. */
  put(path, body, type = path.split(".").pop()) {
    const bytes = Buffer.from(body);
    const etag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 16)}"`;
    const headers = { "Content-Type": types[type], "Content-Encoding": "br", Vary: "Accept-Encoding" };
    headers["Cache-Control"] = type === "html" ? "no-cache" : "max-age=31536000, immutable";
    if (type === "html") headers.ETag = etag;
    this.files.set(path, { body: squeeze(bytes), headers, etag });
  }

  /** Serves `body` under a name that carries its hash, and returns that name. */
  putHashed(stem, type, body) {
    const hash = createHash("sha256").update(body).digest("hex").slice(0, 8);
    const path = `/assets/${stem}.${hash}.${type}`;
    this.put(path, body);
    return path;
  }

  /** Passes all other requests below /consent/ on to the service at `address`. */
  pass(address) {
    this.service = address;
  }

  answer(ask, answer) {
    const { pathname, search } = new URL(ask.url, this.origin);
    const file = this.files.get(pathname);
    if (file && ask.headers["if-none-match"] === file.etag) {
      answer.writeHead(304, { ETag: file.etag, "Cache-Control": file.headers["Cache-Control"] }).end();
    } else if (file) {
      answer.writeHead(200, { ...file.headers, "Content-Length": file.body.length }).end(file.body);
    } else if (this.service && pathname.startsWith("/consent/")) {
      // The Host stays that of the site: the service's cookies and its test for other sites depend on it.
      const { hostname, port } = new URL(this.service);
      const { method, headers } = ask;
      const onward = request({ hostname, port, path: pathname + search, method, headers }, (from) => {
        answer.writeHead(from.statusCode, from.headers);
        from.pipe(answer);
      });
      onward.on("error", () => answer.writeHead(502).end());
      ask.pipe(onward);
    } else {
      answer.writeHead(404).end();
    }
  }

  async stop() {
    for (const door of this.doors) {
      door.closeAllConnections();
      await new Promise((resolve) => door.close(resolve));
    }
  }
}
