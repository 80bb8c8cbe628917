// The WordPress plugin, with PHP and stubs of the functions of WordPress that it calls.
import assert from "node:assert/strict";
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { after, before } from "node:test";

import { Embedded, root, run, Server } from "../browser/embed.mjs";
import { volensBinary, web } from "../browser/site.mjs";

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

const plugin = async (mode, url = site.volens, home = site.origin, constants = {}) =>
  JSON.parse(
    await run(php(), [
      join(folder, "test.php"),
      join(site.folder, "rendered"),
      url,
      mode,
      home,
      JSON.stringify(constants),
    ]),
  );
const shown = ({ head, body, footer }) => [head, body, footer];
const all = ({ head, banner, foot }) => [head, banner, foot];

test("it is PHP", () => run(php(), ["-l", join(folder, "volens/volens.php")]));

test("pages carry the rendered parts, each once and in its place", async () => {
  const said = await plugin("files");
  assert.deepEqual(shown(said), all(parts));
  assert.deepEqual([said.asked, said.logged], [[], ""]);
  assert.equal(said.first, -1000, "before what other plugins put into the head");
});

test("rendered files that are not there are said to be missing", async () => {
  await rm(join(site.folder, "rendered/fr"), { recursive: true, force: true });
  const said = await plugin("files", site.volens, site.origin, { VOLENS_LANG: "fr" });
  assert.deepEqual(shown(said), ["", "", ""]);
  assert.match(said.logged, /rendered\/fr\/snippet\.json: not what `volens render --out` writes\n$/);
});

test("or what the service answers, asked once for all parts, which are kept as one", async () => {
  const said = await plugin("service");
  assert.deepEqual(shown(said), all(parts));
  assert.equal(said.again, parts.head);
  assert.deepEqual(said.asked, [`${site.volens}/consent/v1/snippet?format=json&lang=en`]);
  const { head, banner, foot } = parts;
  assert.deepEqual([said.kept, said.options], [{ volens_en: { head, banner, foot } }, { volens_en: { head, banner, foot } }]);
  assert.equal(said.logged, "");
});

test("a service that is down costs no page", async () => {
  const said = await plugin("down", "http://127.0.0.1:1");
  assert.deepEqual(shown(said), ["an older head", "an older banner", "an older foot"]);
  assert.match(said.logged, /volens: http:\/\/127\.0\.0\.1:1\/consent\S*: found no connection, expected 200\n$/);
  assert.equal(said.asked.length, 1);
});

test("of several sites in one service it is the one that visitors ask for", async () => {
  const text = await readFile(site.toml, "utf8");
  const toml = join(site.folder, "club.toml");
  const club = text
    .replace('id = "example"', 'id = "club"')
    .replace(site.origin, "https://club.example")
    .replace('rule_set = "eu"', 'rule_set = "eu"\nendpoint = "https://club.example/c/v1"');
  await writeFile(toml, club);
  const url = `http://127.0.0.1:${await Embedded.freePort()}`;
  const words = ["serve", "--site", site.toml, "--site", toml, "--data", join(site.folder, "several"), "--web", web()];
  const service = await Server.start(volensBinary(), [...words, "--listen", new URL(url).host], `${url}/healthz`);
  try {
    assert.deepEqual(shown(await plugin("service", url)), all(parts));
    const path = { VOLENS_PATH: "/c/v1" };
    const other = await plugin("service", url, "https://club.example", path);
    assert.match(other.body, /action="https:\/\/club\.example\/c\/v1\/choices"/);
    const named = await plugin("service", url, "http://10.0.0.1", { ...path, VOLENS_HOST: "club.example" });
    assert.deepEqual(shown(named), shown(other));

    const nobody = await plugin("service", url, "https://elsewhere.example");
    assert.deepEqual(shown(nobody), ["", "", ""]);
    assert.match(nobody.logged, /: found 421, expected 200\n$/);
    const elsewhere = await plugin("service", url, "https://club.example");
    assert.deepEqual(shown(elsewhere), ["", "", ""]);
    assert.match(elsewhere.logged, /: found 404, expected 200\n$/);
  } finally {
    await service.stop();
  }
});

test("scripts of a gated handle wait, others do not", async () => {
  const said = await plugin("files");
  assert.equal(
    said.gated,
    '<script type="text/plain" data-category="analytics" data-service="stats" data-src="https://stats.example/a.js?x=1&amp;y=&quot;2&quot;"></script>\n',
  );
  assert.equal(said.free, '<script src="/b.js"></script>');
});
