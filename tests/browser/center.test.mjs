// The cookie center: how it opens, closes, weighs its answers, and what switching one purpose off does.
import { accept, assert, banner, center, choices, opener, reject, stage, status, until } from "./support.mjs";

const flow = stage();
const inDialog = (page) => page.evaluate((where) => Boolean(document.activeElement?.closest(where)), center);
const boxes = (page) =>
  page
    .locator(`${center} input[name^="p."]`)
    .evaluateAll((all) => Object.fromEntries(all.map((box) => [box.name.slice(2), box.checked])));
const none = { analytics: false, functional: false, marketing: false };

for (const from of [`${banner} [data-volens="show-preferences"]`, opener]) {
  flow(`opens from ${from}, with nothing ticked`, async ({ visitor, page }) => {
    await visitor.open();
    const url = page.url();
    const dialog = await visitor.openCenter(from);
    assert.equal(page.url(), url, "neither the hash nor the page has changed");
    assert.ok(await dialog.evaluate((one) => one.matches(":modal")));
    assert.deepEqual(await boxes(page), none);
    assert.ok(await inDialog(page), "focus is inside");
    assert.deepEqual(await visitor.context.cookies(), []);
  });
}

flow("says under each purpose who takes part and what is kept", async ({ visitor, page }) => {
  await visitor.open();
  const dialog = await visitor.openCenter();
  await dialog.locator("details").evaluateAll((all) => all.forEach((one) => (one.open = true)));
  const text = await dialog.innerText();
  // Provider, name, description, duration, party of a cookie; the ones of the tool itself too.
  for (const part of [
    "Lysning Analyse ApS",
    "_nvi_id",
    "recognises a browser across visits",
    "1 year",
    "The provider",
  ]) {
    assert.ok(text.includes(part), part);
  }
  for (const item of [
    "__Host-consent",
    "__Host-volens",
    "volens.pending",
    "nvm-audience",
    "granit.volume",
    "nv_views",
  ]) {
    assert.ok(text.includes(item), item);
  }
});

flow("acknowledges Global Privacy Control where the browser sends it, and only there", async ({ visitor, page }) => {
  for (const [value, expected] of [[true, 1], ["1", 0], [undefined, 0]]) {
    // The last of several definitions holds.
    await page.addInitScript(
      (said) => Object.defineProperty(navigator, "globalPrivacyControl", { value: said, configurable: true }),
      value,
    );
    await visitor.open();
    const dialog = await visitor.openCenter();
    assert.equal(await dialog.locator(".vo-gpc").count(), expected, `globalPrivacyControl: ${value}`);
    if (expected) assert.match(await dialog.locator(".vo-intro + .vo-gpc").innerText(), /Global Privacy Control/);
  }
});

flow("weighs its three answers the same", async ({ visitor, page }) => {
  await visitor.open();
  await visitor.openCenter();
  const looks = await page.locator(`${center} .vo-buttons button`).evaluateAll((all) =>
    all.map((button) => {
      const style = getComputedStyle(button);
      const { width, height } = button.getBoundingClientRect();
      const names = [
        "color",
        "backgroundColor",
        "borderTopColor",
        "borderTopWidth",
        "fontSize",
        "fontWeight",
        "padding",
        "opacity",
        "textDecorationLine",
      ];
      // Columns of a grid may differ by a fraction of a pixel.
      return {
        ...Object.fromEntries(names.map((name) => [name, style[name]])),
        size: `${width.toFixed(0)} × ${height.toFixed(0)}`,
      };
    }),
  );
  assert.equal(looks.length, 3);
  assert.deepEqual(looks[1], looks[0]);
  assert.deepEqual(looks[2], looks[0]);
});

flow("Esc drops changes, says so, and gives the focus back", async ({ visitor, page, site }) => {
  const before = (await site.records()).length;
  await visitor.open();
  const from = visitor.requests.length;
  const dialog = await visitor.openCenter();
  await visitor.flip("analytics");
  assert.equal((await boxes(page)).analytics, true);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  await visitor.told(/changes were not saved/);
  assert.ok(
    await page.locator(opener).evaluate((one) => one === document.activeElement),
    "focus is back at the opener",
  );
  assert.equal((await site.records()).length, before);
  assert.ok(!visitor.asked(from).some((url) => url.endsWith("/choices")));
  await visitor.openCenter();
  assert.deepEqual(await boxes(page), none, "the dropped change is gone");
  // Nothing was changed this time, so nothing is said.
  await page.locator(`${center} .vo-center-head button`).click();
  await dialog.waitFor({ state: "hidden" });
  assert.ok(await page.locator(opener).evaluate((one) => one === document.activeElement));
});

flow("can be walked and saved by keyboard alone", async ({ visitor, page }) => {
  await visitor.open();
  await page.locator(opener).focus();
  await page.keyboard.press("Enter");
  await page.locator(center).waitFor();
  const tab = async (what, test) => {
    for (let steps = 0; steps < 40; steps++) {
      await page.keyboard.press("Tab");
      assert.ok(await inDialog(page), "the focus has left an open modal dialog");
      if (await page.evaluate(test)) return;
    }
    assert.fail(`${what} cannot be reached with Tab`);
  };
  await tab("the switch", () => document.activeElement.name === "p.functional");
  await page.keyboard.press("Space");
  await tab("the button", () => document.activeElement.name === "save");
  const answer = await visitor.posting(() => page.keyboard.press("Enter"));
  assert.equal(answer.status(), 201);
  await page.locator(center).waitFor({ state: "hidden" });
  await visitor.told(/You allow: Videos/);
  assert.deepEqual(await visitor.state(), { analytics: "refused", functional: "granted", marketing: "refused" });
});

for (const [name, expected] of [
  ["reject", "refused"],
  ["accept", "granted"],
]) {
  flow(`answers all at once: ${name}`, async ({ visitor, page, site }) => {
    const before = (await site.records()).length;
    await visitor.open();
    await visitor.openCenter();
    await visitor.posting(() => page.locator(`${center} button[name="${name}"]`).click());
    await page.locator(center).waitFor({ state: "hidden" });
    assert.deepEqual(await visitor.state(), Object.fromEntries(choices.map((id) => [id, expected])));
    const written = (await site.records()).slice(before);
    assert.deepEqual(new Set(written.map(({ channel }) => channel)), new Set(["center"]));
    assert.ok(!(await page.locator(banner).isVisible()));
  });
}

flow(
  "switching analytics off stops it and deletes what it kept; marketing goes on",
  async ({ visitor, page, site }) => {
    await visitor.open();
    await visitor.posting(() => page.locator(accept).click());
    const has = async (name) => (await visitor.cookieNames()).includes(name);
    await until("what analytics keeps", async () => (await has("_nvi_id")) && (await has("_nvi_visit")));
    await until("what marketing keeps", async () => (await visitor.storage()).databases.includes("nvm-audience"));
    // The page counter's cookie comes with the next page, from the server, out of reach of scripts.
    await visitor.open("/en/article");
    await until("the counter's cookie", () => has("nv_views"));
    assert.equal((await visitor.cookies()).nv_views.httpOnly, true);
    await until("analytics storage", async () => (await visitor.storage()).local.includes("nvi.first"));
    const subject = await visitor.subject();
    const granted = new Date();

    const reloaded = page.waitForEvent("load");
    await visitor.openCenter();
    assert.deepEqual(await boxes(page), { analytics: true, functional: true, marketing: true });
    const seen = await site.seen();
    await visitor.flip("analytics");
    assert.equal((await visitor.save()).status(), 201);
    // The service ran here, and what runs can only be stopped by loading the page anew.
    await reloaded;
    const said = await visitor.told(/You allow: Videos, Advertising/);
    assert.match(said, /Only the provider.*lysning_uid/s);
    assert.doesNotMatch(said, /reachlane_id|_nvi_id/);

    const names = await visitor.cookieNames();
    for (const gone of ["_nvi_id", "_nvi_visit", "nv_views"]) assert.ok(!names.includes(gone), gone);
    assert.ok(names.includes("_nvm_autumn26"));
    await until("marketing to run on", async () => (await site.seen("/marketing/tag.js")) > seen["/marketing/tag.js"]);
    assert.equal(await site.seen("/analytics/tag.js"), seen["/analytics/tag.js"]);
    const kept = await visitor.storage();
    assert.deepEqual(kept.local, []);
    assert.deepEqual([kept.session, kept.databases], [["nvm.seen"], ["nvm-audience"]]);

    assert.deepEqual(await visitor.state(), { analytics: "withdrawn", functional: "granted", marketing: "granted" });
    const now = await site.evidence({ subject }, "analytics");
    assert.deepEqual([now.permitted, now.because], [false, "withdrawn"]);
    const then = await site.evidence({ subject }, "analytics", granted);
    assert.deepEqual([then.permitted, then.until], [true, now.since]);
    const first = then.since;
    assert.equal((await site.evidence({ subject }, "analytics", first)).permitted, true, "from the grant");
    const earlier = new Date(new Date(first).getTime() - 1);
    assert.equal((await site.evidence({ subject }, "analytics", earlier)).permitted, false, "and not before it");
    assert.equal((await site.evidence({ subject }, "analytics", now.since)).permitted, false, "until the withdrawal");
    assert.equal((await site.evidence({ subject }, "marketing")).permitted, true);
  },
);

flow("a switch that was not moved writes nothing", async ({ visitor, page, site }) => {
  await visitor.open();
  await visitor.posting(() => page.locator(accept).click());
  await visitor.told(/You allow everything/);
  const before = await site.records();
  await visitor.openCenter();
  assert.equal((await visitor.save()).status(), 200);
  await page.locator(center).waitFor({ state: "hidden" });
  assert.deepEqual(await site.records(), before);
});

flow("a click with Ctrl on an opener leads to the settings in a page of their own, if it is a link", async ({ visitor, page }) => {
  await visitor.open();
  for (const from of [opener, `${banner} [data-volens="show-preferences"]`]) {
    const [beside] = await Promise.all([visitor.context.waitForEvent("page"), page.locator(from).click({ modifiers: ["Control"] })]);
    await beside.waitForURL(/\/consent\/v1\/settings\?/);
    await beside.close();
    assert.equal(await page.locator(`${center}[open]`).count(), 0);
  }
  await page.evaluate(() => {
    const button = Object.assign(document.createElement("button"), { id: "own", textContent: "Settings" });
    button.dataset.volens = "show-preferences";
    document.querySelector("main").prepend(button);
  });
  await page.locator("#own").click({ modifiers: ["Control"] });
  await page.locator(`${center}[open]`).waitFor();
});

flow("the foot withdraws everything in one click", async ({ visitor, page, site }) => {
  await visitor.open();
  await visitor.posting(() => page.locator(accept).click());
  await until("both tags", async () => (await visitor.cookieNames()).includes("_nvm_autumn26"));
  const subject = await visitor.subject();
  const reloaded = page.waitForEvent("load");
  await visitor.posting(() => page.locator('#cookie-settings button[name="reject"]').click());
  await reloaded;
  const said = await visitor.told(/You allow nothing/);
  assert.match(said, /lysning_uid.*reachlane_id|reachlane_id.*lysning_uid/s);
  assert.deepEqual(await visitor.cookieNames(), ["__Host-consent", "__Host-volens"]);
  await until("databases deleted", async () => (await visitor.storage()).databases.length === 0);
  assert.deepEqual(await visitor.storage(), { local: [], session: [], databases: [], caches: [], workers: 0 });
  for (const purpose of choices) assert.equal((await site.evidence({ subject }, purpose)).because, "withdrawn");
  assert.ok(await page.locator(status).isVisible());
  assert.ok(!(await page.locator(banner).isVisible()));
  assert.ok(!(await page.locator(reject).isVisible()));
});

flow("a center that cannot save stays open and says so", async ({ visitor, page }) => {
  visitor.expect(/Failed to load resource/);
  await visitor.open();
  const dialog = await visitor.openCenter();
  await page.route("**/consent/v1/choices", (route) => route.fulfill({ status: 503 }));
  await visitor.flip("marketing");
  await visitor.save();
  await dialog.getByText(/could not be saved/).waitFor();
  assert.ok(await dialog.isVisible());
  assert.equal((await boxes(page)).marketing, true, "the draft is still there");
  await page.unrouteAll({ behavior: "wait" });
  assert.equal((await visitor.save()).status(), 201);
  await dialog.waitFor({ state: "hidden" });
  assert.equal((await visitor.state()).marketing, "granted");
});
