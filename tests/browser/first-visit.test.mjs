// Before any choice: nothing is kept, nobody else is asked, the question is there at the first paint.
import { accept, assert, banner, nothingStored, opener, reject, stage } from "./support.mjs";
import { languages } from "./site.mjs";

const flow = stage();
const paths = ["", "article", "newsletter", "cookies", "privacy", "support", "account"];

flow("a first visit leaves nothing behind and asks nobody else", async ({ visitor, page, site }) => {
  for (const lang of languages) {
    for (const path of lang === "en" ? paths : ["", "article"]) {
      await visitor.open(`/${lang}/${path}`);
      await page.waitForLoadState("networkidle");
      assert.deepEqual(await visitor.storage(), nothingStored, path);
    }
  }
  assert.deepEqual(await visitor.context.cookies(), []);
  assert.deepEqual(visitor.elsewhere(), []);
  assert.deepEqual(
    visitor.asked().filter((url) => url.endsWith(".wasm")),
    [],
    "WASM before anyone asked",
  );
  assert.deepEqual(await site.seen(), {});
});

flow("without script the banner is in the first paint", { javaScriptEnabled: false }, async ({ visitor, page }) => {
  // Nothing but the page itself arrives: what is seen now is what a first paint shows.
  visitor.expect(/Failed to load resource/);
  await page.route(/.*/, (route) => (route.request().isNavigationRequest() ? route.continue() : route.abort()));
  for (const lang of languages) {
    await visitor.open(`/${lang}/`);
    for (const part of [banner, accept, reject]) {
      const box = await page.locator(part).boundingBox();
      const { width, height } = page.viewportSize();
      assert.ok(box && box.x >= 0 && box.y >= 0, part);
      assert.ok(box.x + box.width <= width && box.y + box.height <= height, `${part} lies outside the window`);
    }
    assert.ok(await page.locator(opener).isVisible(), "the way back is at the foot");
  }
  assert.deepEqual(await visitor.context.cookies(), []);
  assert.deepEqual(visitor.elsewhere(), []);
});

flow("a decided visitor sees no flash of the banner", async ({ visitor, page }) => {
  await visitor.open();
  await visitor.posting(() => page.locator(reject).click());
  // The gate alone must hide it: the loader never arrives.
  visitor.expect(/Failed to load resource/);
  await page.route(/\/loader\..*\.js$/, (route) => route.abort());
  await page.reload();
  assert.equal(await page.locator("html").getAttribute("data-volens"), "decided");
  assert.ok(!(await page.locator(banner).isVisible()));
});

flow("the page is the same bytes for everybody", async ({ visitor, page, another, site }) => {
  const yes = await another();
  await yes.open();
  await yes.posting(() => yes.page.locator(accept).click());
  await visitor.open();
  await visitor.posting(() => page.locator(reject).click());
  const jar = async (one) =>
    (await one.context.cookies(site.origin)).map(({ name, value }) => `${name}=${value}`).join("; ");
  const [granted, refused] = [await jar(yes), await jar(visitor)];
  assert.match(granted, /__Host-volens=1\.[\w-]{8}\.111/);
  assert.match(refused, /__Host-volens=1\.[\w-]{8}\.000/);
  for (const lang of languages) {
    for (const path of paths) {
      const get = async (cookie) => {
        const answer = await fetch(`${site.origin}/${lang}/${path}`, { headers: cookie ? { cookie } : {} });
        assert.equal(answer.status, 200);
        assert.ok(!/cookie/i.test(answer.headers.get("vary") ?? ""), "no Vary: Cookie");
        return { body: await answer.text(), policy: answer.headers.get("content-security-policy") };
      };
      const fresh = await get();
      assert.deepEqual(await get(refused), fresh, `/${lang}/${path} for a refuser`);
      assert.deepEqual(await get(granted), fresh, `/${lang}/${path} for one who agreed`);
    }
  }
});
