// Consents outside the browser: the newsletter by double opt-in and its unsubscribe link, the account's two switches.
import { accept, assert, choices, reject, stage, until } from "./support.mjs";

const flow = stage();
const linkTo = (page, part) => page.locator(`a[href*="${part}"]`).first();

async function subscribe(visitor, address, name) {
  const { page } = visitor;
  await visitor.open("/en/newsletter");
  await page.locator("#email").fill(address);
  if (name) await page.locator("#name").fill(name);
  await page.locator("main form button").click();
  await page.waitForURL(/\/newsletter\/sent/);
  return page.locator("main").innerText();
}

flow(
  "newsletter: subscribed by a click on the confirmation page, left by the link of any letter",
  async ({ visitor, page, site }) => {
    await visitor.open();
    await visitor.posting(() => page.locator(accept).click());
    await visitor.told(/You allow everything/);
    const device = await visitor.subject();
    const email = "kim@example.com";

    const said = await subscribe(visitor, email, "Kim");
    assert.match(said, /link is on its way/);
    assert.equal(await site.evidence({ email }, "newsletter"), undefined, "an address that is not confirmed is nobody");

    await visitor.open("/demo/outbox");
    const confirm = await linkTo(page, "/consent/v1/newsletter/confirm/").getAttribute("href");
    // Mail scanners follow links; a GET must not act, however often.
    for (let times = 0; times < 2; times++) assert.equal((await visitor.context.request.get(confirm)).status(), 200);
    await page.goto(confirm);
    assert.equal(await site.evidence({ email }, "newsletter"), undefined);
    const asked = new Date();
    await page.locator("main form button").click();
    await page.getByRole("heading", { name: "You have subscribed" }).waitFor();
    const granted = await site.evidence({ email }, "newsletter");
    assert.deepEqual([granted.permitted, granted.because], [true, "granted"]);
    const { subject } = granted.question;
    assert.equal(
      (await site.evidence({ subject }, "newsletter", asked)).permitted,
      false,
      "not before the confirmation",
    );
    // The link works once.
    visitor.expect(/status of 410/);
    assert.equal((await page.goto(confirm)).status(), 410);

    await visitor.open("/demo/outbox");
    await page.locator('form[action="/demo/newsletter"] button').click();
    await page.getByText(/Sent to 1 reader/).waitFor();
    const letter = page.locator("article.mail").first();
    assert.match(await letter.innerText(), /November.*List-Unsubscribe-Post.*List-Unsubscribe=One-Click/s);
    const leave = await letter.locator('a[href*="/consent/v1/unsubscribe/"]').first().getAttribute("href");
    const subscribed = new Date();

    await visitor.context.request.get(leave);
    await page.goto(leave);
    assert.equal((await site.evidence({ subject }, "newsletter")).permitted, true, "reading the page leaves nothing");
    await page.locator("main form button").click();
    await page.getByRole("heading", { name: "You have unsubscribed" }).waitFor();
    const gone = await site.evidence({ subject }, "newsletter");
    assert.deepEqual([gone.permitted, gone.because], [false, "withdrawn"]);
    assert.equal(
      (await site.evidence({ subject }, "newsletter", subscribed)).permitted,
      true,
      "before it still permitted",
    );
    assert.equal(gone.records.at(-1).channel, "unsubscribe");

    await visitor.open("/demo/outbox");
    await page.locator('form[action="/demo/newsletter"] button').click();
    await page.getByText(/Sent to 0 readers/).waitFor();
    assert.equal((await site.evidence({ subject: device }, "analytics")).permitted, true, "analytics is untouched");
    assert.deepEqual(await visitor.state(), Object.fromEntries(choices.map((id) => [id, "granted"])));
  },
);

flow("newsletter: a mail program's one click leaves too", async ({ visitor, page, site }) => {
  const email = "one-click@example.com";
  await visitor.open();
  await visitor.posting(() => page.locator(reject).click());
  await subscribe(visitor, email);
  await visitor.open("/demo/outbox");
  await page.goto(await linkTo(page, "/consent/v1/newsletter/confirm/").getAttribute("href"));
  await page.locator("main form button").click();
  await page.getByRole("heading", { name: "You have subscribed" }).waitFor();
  const { subject } = (await site.evidence({ email }, "newsletter")).question;
  await visitor.open("/demo/outbox");
  const leave = await linkTo(page, "/consent/v1/unsubscribe/").getAttribute("href");
  // RFC 8058: no cookies, no Origin of ours.
  const answer = await fetch(leave, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "cross-site" },
    body: "List-Unsubscribe=One-Click",
  });
  assert.equal(answer.status, 200);
  const gone = await site.evidence({ subject }, "newsletter");
  assert.deepEqual([gone.permitted, gone.records.at(-1).control], [false, "one-click"]);
});

flow("newsletter: answers do not tell whether an address is known", async ({ visitor, page }) => {
  await visitor.open();
  await visitor.posting(() => page.locator(reject).click());
  const first = await subscribe(visitor, "twice@example.com");
  assert.equal(await subscribe(visitor, "twice@example.com"), first);
  assert.equal(await subscribe(visitor, "never@example.com"), first);
});

flow("account: each switch stands for itself", async ({ visitor, page, site }) => {
  const account = "lo@example.com";
  await visitor.open();
  await visitor.posting(() => page.locator(accept).click());
  await visitor.told(/You allow everything/);
  const device = await visitor.subject();
  await visitor.open("/en/account");
  await page.locator("#email").fill(account);
  await page.locator("main form button").click();
  await page.locator("#marketing_mail").waitFor();
  const boxes = () =>
    page
      .locator("main input[type=checkbox]")
      .evaluateAll((all) => Object.fromEntries(all.map(({ id, checked }) => [id, checked])));
  assert.deepEqual(await boxes(), { marketing_mail: false, licence_reminder: false }, "nothing is pre-ticked");
  const session = (await visitor.cookies()).nordvakt_session;
  assert.equal(session.httpOnly, true);

  const saving = async () => {
    await page.locator("main form.panel button").click();
    await page.getByText("Saved.", { exact: true }).waitFor();
  };
  await page.locator("#marketing_mail").check();
  await page.locator("#licence_reminder").check();
  await saving();
  const both = new Date();
  for (const purpose of ["marketing_mail", "licence_reminder"]) {
    assert.equal((await site.evidence({ account }, purpose)).permitted, true, purpose);
  }
  await page.locator("#marketing_mail").uncheck();
  await saving();
  assert.deepEqual(await boxes(), { marketing_mail: false, licence_reminder: true });
  const offers = await site.evidence({ account }, "marketing_mail");
  assert.deepEqual([offers.permitted, offers.records.at(-1).channel], [false, "account"]);
  assert.equal((await site.evidence({ account }, "marketing_mail", both)).permitted, true);
  const wish = await site.evidence({ account }, "licence_reminder");
  assert.deepEqual(
    [wish.permitted, wish.records.length],
    [true, 1],
    "an express wish is not touched, and written once",
  );
  assert.equal((await site.evidence({ subject: device }, "analytics")).permitted, true);

  // Taking back what the device said leaves the account's wishes alone, and the sign-in too.
  await visitor.posting(() => page.locator('#cookie-settings button[name="reject"]').click());
  await visitor.told(/You allow nothing/);
  assert.equal((await site.evidence({ account }, "licence_reminder")).permitted, true);
  assert.equal((await visitor.cookies()).nordvakt_session.value, session.value);
  await until(
    "analytics to be withdrawn",
    async () => !(await site.evidence({ subject: device }, "analytics")).permitted,
  );
});

flow("tags do not run on the account page", async ({ visitor, page }) => {
  await visitor.open();
  await visitor.posting(() => page.locator(accept).click());
  await until("the tags of the other pages", () => visitor.elsewhere().length >= 4);
  await visitor.open("/sv/");
  await until("the tags of the other pages", () => visitor.elsewhere().length >= 8);
  const from = visitor.requests.length;
  await visitor.open("/en/account");
  await page.waitForLoadState("networkidle");
  assert.deepEqual(visitor.elsewhere(from), []);
});
