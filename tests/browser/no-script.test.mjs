// With JavaScript off everything is forms: accept, reject, settings, withdrawal.
import { accept, assert, banner, choices, opener, reject, stage, status } from "./support.mjs";
import { languages } from "./site.mjs";

const flow = stage();
const off = { javaScriptEnabled: false };
const half = 15552000;

/** Clicks a button of a form and gives back the answer to the post. */
async function press(page, selector) {
  const [answer] = await Promise.all([
    page.waitForResponse((one) => one.url().endsWith("/consent/v1/choices")),
    page.locator(selector).click(),
  ]);
  await page.waitForLoadState();
  return answer;
}

async function attributes(answer) {
  const set = (await answer.headersArray()).filter(({ name }) => name.toLowerCase() === "set-cookie");
  return Object.fromEntries(
    set.map(({ value }) => {
      const [pair, ...rest] = value.split(";").map((part) => part.trim());
      return [pair.slice(0, pair.indexOf("=")), rest.map((part) => part.toLowerCase()).sort()];
    }),
  );
}

for (const [button, marks, said] of [
  [accept, "111", "granted"],
  [reject, "000", "refused"],
]) {
  flow(`the form records: ${said}`, off, async ({ visitor, page, site }) => {
    const before = (await site.records()).length;
    await visitor.open("/sv/article");
    const answer = await press(page, button);
    assert.equal(answer.status(), 303);
    assert.equal(await answer.headerValue("location"), "/sv/article");
    assert.equal(new URL(page.url()).pathname, "/sv/article");

    const set = await attributes(answer);
    const common = [`max-age=${half}`, "path=/", "samesite=lax", "secure"];
    assert.deepEqual(set["__Host-volens"], common);
    assert.deepEqual(set["__Host-consent"], ["httponly", ...common]);
    assert.match((await visitor.cookies())["__Host-volens"].value, new RegExp(`^1\\.[\\w-]{8}\\.${marks}$`));

    assert.deepEqual(await visitor.state(), Object.fromEntries(choices.map((id) => [id, said])));
    const kind = said === "granted" ? "grant" : "refuse";
    const written = (await site.records()).slice(before);
    assert.deepEqual(
      written.map((record) => [record.purpose, record.kind, record.channel]),
      choices.map((id) => [id, kind, "banner"]),
    );
    const subject = await visitor.subject();
    if (kind === "grant") {
      const proof = await site.evidence({ subject }, "analytics");
      assert.equal(proof.permitted, true);
      assert.equal(proof.records[0].lang, "sv");
    } else {
      assert.equal(subject, undefined, "a refuser holds no identifier");
    }

    assert.ok(!(await page.locator(banner).isVisible()), "asked again right after the answer");
    await page.reload();
    assert.ok(!(await page.locator(banner).isVisible()), "asked again after a reload");
    assert.deepEqual(await site.seen(), {}, "nothing runs without script");
  });
}

flow("the settings page changes one purpose", off, async ({ visitor, page }) => {
  await visitor.open("/en/privacy");
  await press(page, accept);
  await page.locator('#cookie-settings [data-volens="show-preferences"]').click();
  await page.waitForURL(/\/consent\/v1\/settings/);
  const boxes = await page
    .locator('input[name^="p."]')
    .evaluateAll((all) => all.map(({ name, checked }) => [name, checked]));
  assert.deepEqual(
    boxes,
    choices.map((id) => [`p.${id}`, true]),
  );
  await page.locator('input[name="p.analytics"]').uncheck();
  assert.equal((await press(page, '[data-volens="save"]')).status(), 303);
  // The page stays and says what holds now; a link leads back to where the visitor came from.
  assert.match(await page.locator(status).innerText(), /^Saved\. You allow: Videos/);
  await page.reload();
  assert.equal(await page.locator('input[name="p.analytics"]').isChecked(), false);
  await page.getByRole("link", { name: "Back to the page" }).click();
  await page.waitForURL(/\/en\/privacy$/);
  assert.deepEqual(await visitor.state(), { analytics: "withdrawn", functional: "granted", marketing: "granted" });
  assert.ok(!(await page.locator(banner).isVisible()));
});

flow("the settings page is not pre-ticked, framed or scripted", off, async ({ visitor, page }) => {
  const answer = await visitor.open("/consent/v1/settings?lang=da");
  assert.match(await answer.headerValue("content-security-policy"), /frame-ancestors 'none'/);
  assert.equal(await page.locator("script").count(), 0);
  assert.equal(await page.locator("html").getAttribute("lang"), "da");
  assert.equal(await page.locator("input:checked").count(), 0);
  await page.locator('input[name="p.marketing"]').check();
  await press(page, '[data-volens="save"]');
  assert.deepEqual(await visitor.state(), { analytics: "refused", functional: "refused", marketing: "granted" });
});

flow("the foot of the page withdraws everything", off, async ({ visitor, page, site }) => {
  await visitor.open("/da/");
  await press(page, accept);
  const subject = await visitor.subject();
  const granted = new Date();
  const answer = await press(page, '#cookie-settings button[name="reject"]');
  assert.equal(answer.status(), 303);
  assert.equal(new URL(page.url()).pathname, "/da/");
  assert.equal(await visitor.subject(), undefined, "who has withdrawn everything holds no identifier");
  for (const purpose of choices) {
    assert.equal((await site.evidence({ subject }, purpose)).because, "withdrawn");
    assert.equal((await site.evidence({ subject }, purpose, granted)).permitted, true, "and before it still permitted");
  }
});

flow("every page has the way back at its foot", off, async ({ visitor, page }) => {
  for (const lang of languages) {
    for (const path of ["", "article", "newsletter", "cookies", "privacy", "support", "account"]) {
      await visitor.open(`/${lang}/${path}`);
      assert.equal(new URL(await page.locator(opener).getAttribute("href"), page.url()).search, `?lang=${lang}`);
      assert.ok(await page.locator('#cookie-settings button[name="reject"]').isVisible());
    }
    await page.locator(opener).click();
    await page.waitForURL(/\/consent\/v1\/settings/);
    assert.equal(await page.locator("html").getAttribute("lang"), lang);
  }
});

flow(
  "a yes under a text that is not ours any more is asked again, with today's",
  off,
  async ({ visitor, page, site }) => {
    visitor.expect(/status of 409/);
    const before = (await site.records()).length;
    await page.route("**/en/article", async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replace(
        /value="[\w-]{43}" type="hidden" name="notice"/g,
        `value="${"A".repeat(43)}" type="hidden" name="notice"`,
      );
      await route.fulfill({ response, body });
    });
    await visitor.open("/en/article");
    assert.equal(await page.locator('[name="notice"]').first().inputValue(), "A".repeat(43));
    assert.equal((await press(page, accept)).status(), 409);
    assert.equal((await site.records()).length, before);
    assert.match(await page.locator(status).innerText(), /text has changed/);
    assert.equal(await page.locator("input:checked").count(), 0);
    assert.equal((await press(page, 'button[name="accept"]')).status(), 303);
    assert.match(await page.locator(status).innerText(), /^Saved\. You allow everything/);
    assert.equal((await visitor.state()).marketing, "granted");
  },
);
