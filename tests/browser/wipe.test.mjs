// What a purpose's services keep goes with the purpose, in each of the browser's five places, by its listed name or its
// beginning; what only looks like it stays.
import { html, hosting } from "./host.mjs";
import { accept, assert, reject, until } from "./support.mjs";

const kinds = ["cookie", "local", "session", "indexeddb", "cache"];
const listed = ["w.one", "w_many_*", "w(odd)[x]+$"];
const gone = ["w.one", "w_many_", "w_many_7", "w(odd)[x]+$"];
const stays = ["wXone", "w.one2", "xw.one", "w_many", "W_many_7", "w(odd)[x]+$$", "w(odd)x+"];
/** The name of a cookie is a token (RFC 6265): brackets are not. */
const nameable = (kind, name) => kind !== "cookie" || !/[()[\]]/.test(name);

const item = (kind, name) => `
[[cookie]]
name = ${JSON.stringify(name)}
kind = "${kind}"
service = "insight"
purpose = "analytics"
duration = "${kind === "session" ? "session" : "persistent"}"
party = "first"
description.en = "A test."
description.sv = "Ett prov."
description.da = "En prøve."
`;

const items = kinds.flatMap((kind) => listed.filter((name) => nameable(kind, name)).map((name) => item(kind, name)));
const flow = hosting({ site: (toml) => toml + items.join("") }, async (host) => {
  host.provides("/analytics/tag.js", "window.ran = 1");
  const tag = `<script type="text/plain" data-category="analytics" data-src="${host.provider}/analytics/tag.js"></script>`;
  for (const path of ["/", "/a/b"]) host.page(path, html(await host.parts(), { body: tag }));
});

/** Everything with a `w` in its name, by kind. */
const kept = (page) =>
  page.evaluate(async () => {
    const ours = (names) => names.filter((name) => /w/i.test(name) && !/volens/.test(name)).sort();
    return {
      cookie: ours(document.cookie.split("; ").map((pair) => pair.split("=")[0])),
      local: ours(Object.keys(localStorage)),
      session: ours(Object.keys(sessionStorage)),
      indexeddb: ours((await indexedDB.databases()).map(({ name }) => name)),
      cache: ours(await caches.keys()),
    };
  });

flow("a withdrawal takes what its purpose lists from every place, and nothing else", async ({ visitor, page }) => {
  await visitor.open("/");
  await visitor.posting(() => page.locator(accept).click());
  await until("the tag", () => page.evaluate(() => window.ran));
  const names = (all) => Object.fromEntries(kinds.map((kind) => [kind, all.filter((name) => nameable(kind, name)).sort()]));
  await page.evaluate(async (names) => {
    for (const name of names.cookie) document.cookie = `${name}=1; Path=/`;
    for (const name of names.local) localStorage.setItem(name, "1");
    for (const name of names.session) sessionStorage.setItem(name, "1");
    for (const name of names.cache) await caches.open(name);
    for (const name of names.indexeddb) {
      const open = indexedDB.open(name);
      await new Promise((done) => (open.onsuccess = done));
      open.result.close();
    }
  }, names([...gone, ...stays]));
  assert.deepEqual(await kept(page), names([...gone, ...stays]));
  const reloaded = page.waitForEvent("load");
  await visitor.posting(() => page.locator('#cookie-settings button[name="reject"]').click());
  await reloaded;
  await visitor.told(/You allow nothing/);
  await until("the deletion", async () => (await kept(page)).indexeddb.length === stays.length && (await kept(page)).cache.length === stays.length);
  assert.deepEqual(await kept(page), names(stays));
});

flow("what an older banner left behind goes with the first no, whatever path it was set for", async ({ visitor, page }) => {
  await visitor.open("/a/b");
  await page.evaluate(() => {
    for (const path of ["/", "/a", "/a/", "/a/b"]) document.cookie = `w.one=${path}; Path=${path}`;
    document.cookie = "w_many_1=1; Path=/a; Max-Age=9999";
    document.cookie = "wXone=1; Path=/a";
    localStorage.setItem("w.one", "1");
  });
  assert.equal((await page.evaluate(() => document.cookie)).split("; ").filter((pair) => pair.startsWith("w.one=")).length, 4);
  await visitor.posting(() => page.locator(reject).click());
  await visitor.told(/You allow nothing/);
  await until("the deletion", async () => (await kept(page)).local.length === 0);
  assert.deepEqual((await kept(page)).cookie, ["wXone"]);
});
