import express from "express";
import { createProxyMiddleware } from "http-proxy-middleware";
import { insert, read } from "@volens/widget/html";

const { PORT = "8080", VOLENS_URL = "http://127.0.0.1:7070", SNIPPET = "snippet" } = process.env;
const snippet = await read(SNIPPET);
const app = express();

// These two are for back ends and staff; the service takes every caller on its own machine for one of them.
app.use(["/consent/v1/check", "/consent/v1/admin"], (_, answer) => answer.sendStatus(404));
app.use(
  createProxyMiddleware({
    target: VOLENS_URL,
    pathFilter: (path) => /^\/(consent\/v1\/|\.well-known\/(jwks|gpc|cookie-list)\.json$)/.test(path),
  }),
);
app.use("/stats", express.static(new URL("../static/pages/stats", import.meta.url).pathname));

// The same bytes for every visitor: put together once.
const page = (title, link, to) =>
  insert(
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title><link rel="icon" href="data:,">
<script type="text/plain" data-category="analytics" data-service="stats" data-src="/stats/tag.js"></script>
</head><body><main><h1>${title}</h1><p><a href="${to}">${link}</a></p></main></body></html>`,
    snippet,
  );
for (const [path, html] of [
  ["/", page("Start", "Other", "/other")],
  ["/other", page("Other", "Start", "/")],
]) {
  app.get(path, (_, answer) => answer.type("html").send(html));
}

app.listen(Number(PORT), "localhost", () => console.log(`http://localhost:${PORT}`));
