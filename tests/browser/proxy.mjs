// What every way of passing requests on to the service must keep, asked without and with a browser.
import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";

import { accept, banner, Visitor } from "./support.mjs";

export async function throughProxy(browser, site) {
  const get = (path, headers = {}) => fetch(site.origin + path, { headers, redirect: "manual" });
  const direct = (path) => fetch(site.volens + path);

  // The same bytes and headers as the service's own.
  const { head, banner: question } = await site.parts();
  const [loader] = /\/consent\/v1\/web\/loader\.[^"]+/.exec(head);
  for (const path of [
    loader,
    "/consent/v1/manifest?lang=en",
    "/consent/v1/settings?lang=en",
    "/.well-known/jwks.json",
    "/.well-known/gpc.json",
    "/.well-known/cookie-list.json",
  ]) {
    const [through, own] = await Promise.all([get(path), direct(path)]);
    assert.equal(through.status, 200, path);
    for (const name of ["cache-control", "content-type", "content-security-policy"]) {
      assert.equal(through.headers.get(name), own.headers.get(name), `${name} of ${path}`);
    }
    assert.equal(await through.text(), await own.text(), path);
  }

  // Not for the outside, however it is spelt. Sent byte for byte: `fetch` and browsers resolve `..` before they ask.
  const port = new URL(site.origin).port;
  const raw = async (port, path) => {
    const asked = request({ host: "localhost", port, path, method: "POST", headers: { "content-type": "application/json" } });
    asked.end('{"token":"x","purpose":"analytics"}');
    const [answer] = await once(asked, "response");
    let body = "";
    for await (const chunk of answer) body += chunk;
    return { status: answer.statusCode, body };
  };
  const inside = new URL(site.volens).port;
  assert.match((await raw(inside, "/consent/v1/check")).body, /permitted/, "asked from inside, it answers");
  assert.equal((await raw(inside, "/consent/v1/admin/withdrawals")).status, 401, "asked from inside, it is there");
  for (const end of ["check", "admin/withdrawals"]) {
    for (const path of [
      `/consent/v1/${end}`,
      `/consent/v1/${end}/`,
      `/consent/v1/${end}?x=1`,
      `/consent/v1/%${end.charCodeAt(0).toString(16)}${end.slice(1)}`,
      `/consent/v1/${end}%2f`,
      `/consent/v1/${end.toUpperCase()}`,
      `/consent/v1//${end}`,
      `/consent/v1/./${end}`,
      `/consent/v1/%2e/${end}`,
      `/consent/v1/web/../${end}`,
      `/consent/v1/web/%2e%2e/${end}`,
      `/consent/v1/web/%2E%2E%2F${end}`,
      `/consent/v1/web/..%2f${end}`,
      `/consent/v1/web/..;/${end}`,
      `/consent/v1%2f${end}`,
      `/x/../consent/v1/${end}`,
      `/consent/v1/web/../../v1/${end}`,
    ]) {
      const { status, body } = await raw(port, path);
      // 405: it came to the service, as the name of one of its files, which take no post.
      assert.ok([400, 404, 405].includes(status), `${path}: ${status}`);
      assert.doesNotMatch(body, /permitted/, path);
    }
  }

  // Who asks is what the browser says, not what the proxy is. (Node's own fetch would send a Sec-Fetch-Mode besides.)
  const visitor = await Visitor.come(browser, site);
  const fields = [...question.matchAll(/<input value="([^"]*)" type="hidden" name="([^"]*)"/g)].map(
    ([, value, name]) => [name, value],
  );
  const form = { ...Object.fromEntries(fields), reject: "all" };
  const post = (headers) => visitor.context.request.post("/consent/v1/choices", { headers, form, maxRedirects: 0 });
  for (const [headers, status] of [
    [{ "sec-fetch-site": "cross-site" }, 403],
    [{ "sec-fetch-site": "same-site" }, 403],
    [{ origin: "https://elsewhere.example" }, 403],
    [{ origin: site.origin }, 303],
    [{ "sec-fetch-site": "same-origin", referer: `${site.origin}/other?x=1` }, 303],
  ]) {
    const answer = await post(headers);
    assert.equal(answer.status(), status, JSON.stringify(headers));
    if (headers.referer) assert.equal(answer.headers().location, "/other?x=1");
  }
  await visitor.context.clearCookies();

  // A person's yes, by script: both cookies, and it is known on the next page and by the service.
  await visitor.open("/");
  assert.equal((await visitor.posting(() => visitor.page.locator(accept).click())).status(), 201);
  const cookies = await visitor.cookies();
  assert.ok(cookies["__Host-consent"].httpOnly && cookies["__Host-consent"].secure);
  assert.ok(!cookies["__Host-volens"].httpOnly);
  assert.deepEqual(await visitor.state(), { analytics: "granted", marketing: "granted" });

  // The settings page, as without script.
  await visitor.open("/consent/v1/settings?lang=en");
  await visitor.page.locator('input[name="p.marketing"]').uncheck();
  await visitor.page.locator('[data-volens="save"]').click();
  await visitor.page.waitForURL(/saved=1/);
  assert.deepEqual(await visitor.state(), { analytics: "granted", marketing: "withdrawn" });
  await visitor.open("/");
  assert.ok(!(await visitor.page.locator(banner).isVisible()));
  await visitor.leave();
}
