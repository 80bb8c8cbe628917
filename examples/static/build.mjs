// Copies `pages` to `out`, with the snippet in every page.
import { cp, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { insert, read } from "@volens/widget/html";

const [out = "out", rendered = "snippet"] = process.argv.slice(2);
const snippet = await read(rendered);
await cp(join(import.meta.dirname, "pages"), out, { recursive: true });
for (const name of await readdir(out, { recursive: true })) {
  if (!name.endsWith(".html")) continue;
  const page = join(out, name);
  await writeFile(page, insert(await readFile(page, "utf8"), snippet));
}
