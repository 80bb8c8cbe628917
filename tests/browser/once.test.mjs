// A choice arrives, and arrives once: double clicks, several tabs, retries, a server that is away.
import { randomBytes } from "node:crypto";

import { accept, assert, banner, choices, pending, post, reject, stage, until } from "./support.mjs";

const flow = stage();
const once = (kind) => choices.map((purpose) => [purpose, kind]);
const kinds = (records) => records.map(({ purpose, kind }) => [purpose, kind]);
const subjects = (records) => new Set(records.map(({ subject }) => subject)).size;

for (const [button, kind] of [
  [accept, "grant"],
  [reject, "refuse"],
]) {
  flow(`two quick clicks are one choice: ${kind}`, async ({ visitor, page, site }) => {
    const before = (await site.records()).length;
    await visitor.open();
    // Both clicks come before the first answer.
    let go;
    const held = new Promise((resolve) => (go = resolve));
    await page.route(post, async (route) => {
      await held;
      await route.continue();
    });
    const box = await page.locator(button).boundingBox();
    await page.mouse.dblclick(box.x + box.width / 2, box.y + box.height / 2);
    await page.keyboard.press("Enter");
    const answered = page.waitForResponse((answer) => post(new URL(answer.url())));
    go();
    await answered;
    await visitor.told(/^Saved/);
    assert.deepEqual(kinds((await site.records()).slice(before)), once(kind));
  });
}

flow("two tabs at once are one choice of one visitor", async ({ visitor, page, site }) => {
  const before = (await site.records()).length;
  const other = await visitor.context.newPage();
  let go;
  const held = new Promise((resolve) => (go = resolve));
  for (const tab of [page, other]) {
    await tab.route(post, async (route) => {
      await held;
      await route.continue();
    });
    await tab.goto("/en/");
  }
  await page.locator(accept).click();
  await until("the first tab's choice on its way", () => pending(page));
  await other.locator(accept).click();
  go();
  for (const tab of [page, other])
    await until("both tabs to be done", () => tab.evaluate(() => window.volens.has("marketing")));
  await until("nothing on its way", async () => !(await pending(page)));
  const written = (await site.records()).slice(before);
  assert.deepEqual(kinds(written), once("grant"));
  assert.equal(subjects(written), 1);
  assert.equal(await visitor.subject(), written[0].subject);
});

flow("the same key is the same choice; other content under it is refused", async ({ visitor, site, another }) => {
  const before = (await site.records()).length;
  const { notice } = await (await visitor.context.request.get("/consent/v1/choices")).json();
  const purposes = { analytics: true, functional: false, marketing: true };
  const headers = { "idempotency-key": randomBytes(16).toString("hex") };
  const send = (who, data) => who.context.request.post("/consent/v1/choices", { headers, data });
  const first = await send(visitor, { notice, purposes, lang: "en" });
  assert.equal(first.status(), 201);
  const cookies = await visitor.cookies();
  const again = await send(visitor, { notice, purposes, lang: "en" });
  assert.deepEqual([again.status(), await again.json()], [201, await first.json()]);
  assert.equal((await visitor.cookies())["__Host-consent"].value, cookies["__Host-consent"].value);
  const other = await send(visitor, { notice, purposes: { ...purposes, marketing: false }, lang: "en" });
  assert.equal(other.status(), 422);
  // Somebody else who happens on the key gets neither the answer nor a record.
  const stranger = await another();
  await stranger.open();
  await stranger.posting(() => stranger.page.locator(accept).click());
  assert.equal((await send(stranger, { notice, purposes, lang: "en" })).status(), 422);
  assert.equal((await site.records()).length, before + 3 + 3);
});

flow(
  "two visitors who post the same cached form are two subjects",
  { javaScriptEnabled: false },
  async ({ visitor, another, site }) => {
    const before = (await site.records()).length;
    const body = await (await fetch(`${site.origin}/en/`)).text();
    assert.doesNotMatch(body, /idempotency/i);
    const other = await another();
    for (const { page } of [visitor, other]) {
      await page.route("**/en/", (route) => route.fulfill({ contentType: "text/html", body }));
      await page.goto("/en/");
    }
    for (const one of [visitor, other]) {
      assert.equal((await one.posting(() => one.page.locator(accept).click())).status(), 303);
      await one.page.waitForLoadState();
    }
    const written = (await site.records()).slice(before);
    assert.equal(subjects(written), 2);
    assert.deepEqual([await visitor.subject(), await other.subject()], [written[0].subject, written[3].subject]);
  },
);

flow("an answer that came too late for its page is asked for again, and written once", async ({ visitor, page, site }) => {
  const before = (await site.records()).length;
  let lost = 0;
  const keys = new Set();
  await page.route(post, async (route) => {
    keys.add(await route.request().headerValue("idempotency-key"));
    if (lost) return route.continue();
    await route.fetch();
    lost++;
  });
  await visitor.open();
  await page.locator(accept).click();
  await until("the record", () => lost);
  // The lost answer's cookies must not count as this browser's.
  await visitor.context.clearCookies();
  const retried = page.waitForResponse((answer) => post(new URL(answer.url())));
  await page.reload();
  assert.equal((await retried).status(), 201);
  assert.equal(keys.size, 1);
  await visitor.told(/You allow everything/);
  assert.equal(await pending(page), null);
  const written = (await site.records()).slice(before);
  assert.deepEqual(kinds(written), once("grant"));
  assert.equal(await visitor.subject(), written[0].subject);
});

flow("a no to a server that is away survives the tab and is sent on the next page", async ({ visitor, page, site }) => {
  visitor.expect(/Failed to load resource/);
  const before = (await site.records()).length;
  await visitor.open();
  await site.down();
  await page.locator(reject).click();
  await visitor.told(/could not be sent yet/);
  const kept = JSON.parse(await pending(page));
  assert.deepEqual(kept.body.purposes, { analytics: false, functional: false, marketing: false });
  await page.close();
  await site.up();

  visitor.page = await visitor.context.newPage();
  const sent = visitor.page.waitForResponse((answer) => post(new URL(answer.url())));
  await visitor.open("/da/article");
  const answer = await sent;
  assert.equal(answer.status(), 201);
  assert.equal(await answer.request().headerValue("idempotency-key"), kept.key);
  await until("nothing on its way", async () => !(await pending(visitor.page)));
  assert.ok(!(await visitor.page.locator(banner).isVisible()));
  assert.deepEqual(kinds((await site.records()).slice(before)), once("refuse"));
});

flow("a 201 is durable: kill -9 right after it, and the record is there", async ({ visitor, page, site }) => {
  await visitor.open();
  const answer = await visitor.posting(() => page.locator(accept).click());
  assert.equal(answer.status(), 201);
  await site.down("SIGKILL");
  await site.up();
  visitor.expect(/Failed to load resource/); // what the page was asking for when the server died
  assert.equal((await site.evidence({ subject: await visitor.subject() }, "analytics")).permitted, true);
  assert.equal((await visitor.state()).analytics, "granted");
});

flow("a click is enough: the tab may close before the answer", async ({ visitor, page, site }) => {
  const before = (await site.records()).length;
  await visitor.open();
  const sent = page.waitForRequest((request) => post(new URL(request.url())));
  await page.locator(reject).click();
  await sent;
  await page.close();
  await until("the record", async () => (await site.records()).length > before);
  assert.deepEqual(kinds((await site.records()).slice(before)), once("refuse"));
});
