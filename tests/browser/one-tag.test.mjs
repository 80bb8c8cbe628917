// Pages that can do no more than name one script: `<script src="/consent/v1/embed.js"></script>`.
import { hosting } from "./host.mjs";
import { accept, assert, banner, reject, stage, until } from "./support.mjs";

const flow = stage();

/** A page of the site that another tool has made, with `head` first in its head. */
const bare = (page, { lang = "en", head, policy }) =>
  page.route("**/made-elsewhere", (route) =>
    route.fulfill({
      contentType: "text/html; charset=utf-8",
      headers: policy ? { "Content-Security-Policy": policy } : {},
      body: `<!doctype html><html lang="${lang}"><head>${head}
        <script nonce="n">window.seen = (window.dataLayer ?? []).map(({ 0: kind, 1: what, event }) => event ?? kind + " " + what)</script>
        <title>Elsewhere</title></head><body><main>Text</main><footer data-volens-foot></footer>
        <script type="text/plain" nonce="n" data-category="analytics">window.counted = (window.counted ?? 0) + 1</script>
        </body></html>`,
    }),
  );
/** Before, the same choices go by the form. */
const loaded = (page) => until("the loader", () => page.evaluate(() => !Array.isArray(window.volens)));
const tag = '<script nonce="n" src="/consent/v1/embed.js"></script>';

flow("one tag asks, holds back, records and releases", async ({ visitor, page }) => {
  await bare(page, { head: tag });
  await visitor.open("/made-elsewhere");
  await page.locator(banner).waitFor();
  assert.deepEqual(await page.evaluate(() => window.seen), ["consent default", "volens_consent"], "signals are set before the next script");
  assert.equal(await page.locator("[data-volens-foot] #cookie-settings").count(), 1);
  await loaded(page);
  assert.equal(await page.evaluate(() => window.counted), undefined);
  assert.equal((await visitor.posting(() => page.locator(accept).click())).status(), 201);
  await until("the tag", () => page.evaluate(() => window.counted === 1));
  await visitor.open("/made-elsewhere");
  await until("the tag again", () => page.evaluate(() => window.counted === 1));
  assert.equal(await page.locator(banner).isVisible(), false);
});

flow("one tag follows the page's language, and brings no other", async ({ visitor, page }) => {
  for (const [lang, word] of [
    ["sv", "Avvisa alla"],
    ["DA-dk", "Afvis alle"],
    ["xx", "Reject all"],
  ]) {
    await page.unrouteAll();
    await bare(page, { lang, head: tag });
    await visitor.open("/made-elsewhere");
    await page.locator(reject).waitFor();
    assert.equal(await page.locator(reject).innerText(), word);
  }
  assert.equal(visitor.asked().filter((url) => url.includes("/snippet?lang=")).length, 3);
});

// The demo's site with Norwegian in the place of Danish.
const norwegian = hosting({ site: (toml) => toml.replaceAll("/da/", "/nb/").replaceAll(/\bda = /g, "nb = ").replaceAll('"da"', '"nb"') }, () => {});

for (const lang of ["no", "nb-NO", "nn", "NO-no"]) {
  norwegian(`one tag takes a page in "${lang}" for one in Norwegian, and so does the service`, async ({ visitor, page }) => {
    await bare(page, { lang, head: tag });
    await visitor.open("/made-elsewhere");
    await page.locator(reject).waitFor();
    assert.equal(await page.locator(reject).innerText(), "Avvis alle");
    assert.equal(await page.locator(banner).getAttribute("lang"), "nb");
    await visitor.open(`/consent/v1/settings?lang=${lang}`);
    assert.equal(await page.locator("html").getAttribute("lang"), "nb");
  });
}

flow("one tag under a policy with nonces", async ({ visitor, page }) => {
  const policy =
    "default-src 'none'; script-src 'nonce-n' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'nonce-n' 'self'; connect-src 'self'; form-action 'self'";
  await bare(page, { head: tag, policy });
  await visitor.open("/made-elsewhere");
  await loaded(page);
  assert.equal((await visitor.posting(() => page.locator(reject).click())).status(), 201);
  assert.equal(await page.evaluate(() => window.counted), undefined);
});
