import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";
import { vite as volens } from "@volens/widget/html";

const { PORT = "8080", VOLENS_URL = "http://127.0.0.1:7070", SNIPPET = "snippet" } = process.env;
// The service takes every caller on its own machine for a back end, so /check and /admin stay behind.
const proxy = {
  "^/consent/v1/(?!check|admin)": VOLENS_URL,
  "^/\\.well-known/(jwks|gpc|cookie-list)\\.json$": VOLENS_URL,
};
const here = { host: "localhost", port: Number(PORT), strictPort: true, proxy };

export default defineConfig({
  plugins: [vue(), volens(SNIPPET)],
  server: here,
  preview: here,
});
