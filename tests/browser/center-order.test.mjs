// The last word counts in the center too: what is pressed while an answer hangs, where nothing can be kept, and when
// something else than the service answers.
import { html, hosting } from "./host.mjs";
import { accept, all, assert, banner, center, choices, post, ran, reject, settled, takenOver, until } from "./support.mjs";

const withdraw = '#cookie-settings button[name="reject"]';
const says = (page) => page.evaluate(() => window.volens.state().purposes);
const pending = (page) => page.evaluate(() => JSON.parse(localStorage.getItem("volens.pending")));
const purposes = (route) => route.request().postDataJSON().purposes;

const flow = hosting({}, async (host) => {
  host.provides("/analytics/tag.js", "window.ran = (window.ran ?? 0) + 1;");
  const parts = await host.parts();
  const tag = `<script type="text/plain" data-category="analytics" data-src="${host.provider}/analytics/tag.js"></script>`;
  host.page("/", html(parts, { body: `${tag}<p>Text of the page.</p>` }));
  host.page("/plain", html(parts, { body: "<p>Nothing here waits for a yes.</p>" }));
});

/** Holds posts until they are answered by `go(number, answer)`; none: by the service. */
async function hold(page) {
  const held = [];
  await page.route(post, (route) => void held.push(route));
  return {
    held,
    come: (count) => until(`post ${count}`, () => held.length >= count),
    go: (number, answer) => (answer ? held[number - 1].fulfill(answer) : held[number - 1].continue()),
  };
}

const blocked = () =>
  Object.defineProperty(window, "localStorage", {
    get() {
      throw new DOMException("blocked", "SecurityError");
    },
  });

// Where yes is said, and where no can be said while it is on its way.
const places = {
  "the center": async (visitor) => (await visitor.openCenter(), [`${center} button[name="accept"]`, `${center} button[name="reject"]`]),
  "the banner that Yew has taken over": async (visitor, page) => {
    await takenOver(page);
    return [accept, withdraw];
  },
};
for (const [name, go] of Object.entries(places)) {
  flow(`${name}: a no is taken while the answer to a yes hangs, and stands`, async ({ visitor, page }) => {
    await visitor.open("/");
    const [yes, no] = (await go(visitor, page)).map((one) => page.locator(one));
    const posts = await hold(page);
    await yes.click();
    await posts.come(1);
    await settled(page);
    if (name === "the center") {
      assert.equal(await no.getAttribute("aria-disabled"), null);
      assert.equal(await yes.getAttribute("aria-disabled"), "true");
    }
    await no.click();
    await until("the no to count", async () => (await says(page)).analytics === "refused");
    posts.go(1);
    await posts.come(2);
    posts.go(2);
    await visitor.told(/You allow nothing/);
    await settled(page);
    assert.deepEqual(posts.held.map(purposes), [true, false].map((word) => Object.fromEntries(choices.map((id) => [id, word]))));
    assert.equal(await ran(page), undefined);
    assert.deepEqual(await visitor.state(), all("refused"));
    assert.deepEqual(await says(page), all("refused"));
    assert.ok(!(await page.locator(center).isVisible()));
    assert.ok(!(await page.locator(banner).isVisible()));
  });
}

flow("where nothing can be kept, the late answer to a yes does not drop the no that came after it", async ({ visitor, page }) => {
  await page.addInitScript(blocked);
  await visitor.open("/");
  await visitor.openCenter();
  const posts = await hold(page);
  await page.locator(`${center} button[name="accept"]`).click();
  await posts.come(1);
  await page.keyboard.press("Escape");
  await page.locator(center).waitFor({ state: "hidden" });
  await page.locator(withdraw).click();
  await until("the no to count", async () => (await says(page)).analytics === "refused");
  posts.go(1);
  await posts.come(2);
  await settled(page);
  assert.deepEqual([await says(page), await ran(page)], [all("refused"), undefined]);
  posts.go(2);
  await visitor.told(/You allow nothing/);
  assert.equal(await ran(page), undefined);
});

// What is on record would count again if the failure of the old choice dropped the new one.
for (const flipped of [[], ["marketing"]]) {
  flow(`where nothing can be kept, nor does its failure, ${flipped.length ? "with" : "without"} a no in it`, async ({ visitor, page }) => {
    visitor.expect(/Failed to load resource/);
    await page.addInitScript(blocked);
    await visitor.open("/plain");
    await visitor.posting(() => page.locator(accept).click());
    await visitor.told(/You allow everything/);
    await visitor.openCenter();
    await visitor.flip(...flipped);
    const posts = await hold(page);
    await page.locator(`${center} [data-volens="save"]`).click();
    await posts.come(1);
    await page.keyboard.press("Escape");
    await page.locator(center).waitFor({ state: "hidden" });
    await page.locator(withdraw).click();
    await until("the no to count", async () => (await says(page)).analytics === "refused");
    posts.go(1, { status: 503 });
    await posts.come(2);
    await settled(page);
    assert.deepEqual(await says(page), all("refused"));
    posts.go(2);
    await visitor.told(/You allow nothing/);
    assert.deepEqual(await visitor.state(), all("refused"));
  });
}

flow("another tab never sees the moment between two choices", async ({ visitor, page }) => {
  const other = await visitor.context.newPage();
  await visitor.open("/plain");
  await other.goto("/plain");
  await other.evaluate(() => {
    window.heard = [];
    addEventListener("storage", ({ key, newValue }) => key === "volens.pending" && heard.push(newValue && JSON.parse(newValue).body.purposes.analytics), true);
  });
  await page.bringToFront();
  await visitor.openCenter();
  const posts = await hold(page);
  await page.locator(`${center} button[name="accept"]`).click();
  await posts.come(1);
  await page.locator(`${center} button[name="reject"]`).click();
  await until("both choices", () => other.evaluate(() => heard.includes(false)));
  // The yes may be on record already: without the no that waits, it would count.
  const heard = await other.evaluate(() => window.heard);
  posts.go(1);
  await posts.come(2);
  posts.go(2);
  await visitor.told(/You allow nothing/);
  assert.deepEqual(heard.filter((one, i) => one !== heard[i - 1]), [true, false]);
});

flow("the loader is told which choice is on record", async ({ visitor, page }) => {
  await visitor.open("/plain");
  await page.evaluate(() => addEventListener("volens:recorded", ({ detail }) => (window.recorded = detail)));
  await visitor.openCenter();
  const answer = await visitor.posting(() => page.locator(`${center} button[name="accept"]`).click());
  await visitor.told(/You allow everything/);
  assert.equal(await page.evaluate(() => window.recorded), await answer.request().headerValue("idempotency-key"));
});

for (const status of [401, 403, 404, 408, 425, 429, 451, 503]) {
  flow(`a no that ${status} answers, which a firewall may say, is kept and sent later`, async ({ visitor, page }) => {
    visitor.expect(/Failed to load resource/);
    await visitor.open("/plain");
    await page.route(post, (route) => route.fulfill({ status }));
    const dialog = await visitor.openCenter();
    await dialog.locator('button[name="reject"]').click();
    await dialog.getByText(/could not be sent yet/).waitFor();
    const { key, body } = await pending(page);
    assert.deepEqual(Object.values(body.purposes), [false, false, false]);
    await page.unrouteAll({ behavior: "wait" });
    const answer = await visitor.posting(() => visitor.open("/plain"));
    assert.deepEqual([answer.status(), await answer.request().headerValue("idempotency-key")], [201, key]);
  });
}

for (const status of [400, 422]) {
  flow(`a no that the service calls malformed, ${status}, is not promised for later`, async ({ visitor, page }) => {
    visitor.expect(/Failed to load resource/);
    await visitor.open("/plain");
    await page.route(post, (route) => route.fulfill({ status }));
    const dialog = await visitor.openCenter();
    await dialog.locator('button[name="reject"]').click();
    await dialog.getByText(/could not be saved/).waitFor();
    assert.equal(await pending(page), null);
  });
}

flow("a no from the center that the service calls malformed still counts in this page, whatever other tabs do", async ({ visitor, page }) => {
  visitor.expect(/Failed to load resource/);
  await visitor.open("/plain");
  await visitor.posting(() => page.locator(accept).click());
  await visitor.told(/You allow everything/);
  await page.route(post, (route) => route.fulfill({ status: 400, contentType: "application/problem+json", body: "{}" }));
  const dialog = await visitor.openCenter();
  await dialog.locator('button[name="reject"]').click();
  await dialog.getByText(/could not be saved/).waitFor();
  assert.deepEqual(await says(page), all("refused"));
  await page.evaluate(() => dispatchEvent(new Event("storage")));
  await settled(page);
  assert.deepEqual(await says(page), all("refused"));
  assert.equal(await pending(page), null);
});

flow("what the page asks again is over once every choice has been answered one by one", async ({ visitor, page }) => {
  await visitor.open("/plain");
  await page.evaluate(() => window.volens.show());
  for (const id of choices) {
    assert.ok(await page.locator(banner).isVisible(), id);
    assert.ok(await page.evaluate((id) => window.volens.reject(id), id));
  }
  assert.deepEqual(await says(page), all("refused"));
  assert.ok(!(await page.locator(banner).isVisible()));
});
