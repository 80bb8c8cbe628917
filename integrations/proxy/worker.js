// A Cloudflare worker on the routes shop.example/consent/* and shop.example/.well-known/*. Its variable VOLENS_ORIGIN
// names the host where the service listens, such as https://consent-backend.shop.example; let that host answer nobody
// but the worker, as the service takes callers it cannot tell apart for its own.
const passed = /^\/(consent\/v1\/(?!check(\/|$)|admin(\/|$))|\.well-known\/(jwks|gpc|cookie-list)\.json$)/;

export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    let path;
    try {
      path = decodeURIComponent(url.pathname);
    } catch {
      return new Response("malformed address\n", { status: 400 });
    }
    if (!passed.test(path)) {
      // What is not the service's belongs to the site, except what is for back ends and staff.
      return path.startsWith("/consent/") ? new Response("not found\n", { status: 404 }) : fetch(request);
    }
    // Method, body and all headers as they came: Origin, Sec-Fetch-Site, Cookie and Idempotency-Key count. A redirect
    // after a form is the browser's to follow.
    return fetch(new Request(env.VOLENS_ORIGIN + url.pathname + url.search, request), { redirect: "manual" });
  },
};
