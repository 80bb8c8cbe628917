// The WordPress plugin, with PHP and stubs of the functions of WordPress that it calls.
import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import test, { after, before } from "node:test";

import { Embedded, root, run } from "../browser/embed.mjs";

const folder = join(root, "integrations/wordpress");
const php = () => {
  if (!process.env.VOLENS_PHP) throw new Error("VOLENS_PHP is not set; run cargo xtask examples");
  return process.env.VOLENS_PHP;
};
let site, parts;
before(async () => {
  site = await Embedded.start();
  parts = await site.parts();
  await cp(site.snippet, join(site.folder, "rendered/en"), { recursive: true });
});
after(() => site?.remove());

const plugin = async (mode, url = site.volens) =>
  JSON.parse(await run(php(), [join(folder, "test.php"), join(site.folder, "rendered"), url, mode]));

test("it is PHP", () => run(php(), ["-l", join(folder, "volens/volens.php")]));

test("pages carry the rendered parts, each once and in its place", async () => {
  const said = await plugin("files");
  assert.deepEqual([said.head, said.body, said.footer, said.asked], [parts.head, parts.banner, parts.foot, []]);
  assert.equal(said.first, -1000, "before what other plugins put into the head");
});

test("or what the service answers, asked once", async () => {
  const said = await plugin("service");
  assert.deepEqual([said.head, said.body, said.footer, said.again], [parts.head, parts.banner, parts.foot, parts.head]);
  assert.equal(said.asked.length, 3, said.asked.join("\n"));
});

test("a service that is down costs no page", async () => {
  const said = await plugin("down", "http://127.0.0.1:1");
  assert.deepEqual([said.head, said.body, said.footer], ["", "an older banner", ""]);
});

test("scripts of a gated handle wait, others do not", async () => {
  const said = await plugin("files");
  assert.equal(
    said.gated,
    '<script type="text/plain" data-category="analytics" data-service="stats" data-src="https://stats.example/a.js?x=1&amp;y=&quot;2&quot;"></script>\n',
  );
  assert.equal(said.free, '<script src="/b.js"></script>');
});
