// Ours, as a site would have it: `volens render` makes the snippet, `volens serve` keeps the choices.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const here = (name) => fileURLToPath(new URL(name, import.meta.url));

export class Volens {
  /** `bin`: the `volens` command; `web`: the folder with its web assets; `origin`: where the pages are. */
  static async start({ bin, web, origin }) {
    const volens = new Volens();
    volens.folder = await mkdtemp(join(tmpdir(), "volens-bench-"));
    const site = join(volens.folder, "site.toml");
    const toml = await readFile(here("site.toml"), "utf8");
    await writeFile(site, toml.replace("http://localhost:8080", origin));
    const { stdout } = await run(bin, ["render", "--site", site, "--web", web, "--lang", "en", "--json"]);
    volens.snippet = JSON.parse(stdout);

    const words = ["serve", "--site", site, "--data", join(volens.folder, "data"), "--web", web];
    volens.process = spawn(bin, [...words, "--listen", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "inherit"] });
    volens.ended = once(volens.process, "exit");
    volens.process.stdout.setEncoding("utf8");
    let said = "";
    const address = new Promise((resolve) =>
      volens.process.stdout.on("data", (chunk) => {
        const found = /http:\/\/[\d.]+:\d+/.exec((said += chunk));
        if (found) resolve(found[0]);
      }),
    );
    volens.address = await Promise.race([address, volens.ended.then(() => undefined)]);
    if (!volens.address) throw new Error(`volens serve ended at once: ${said}`);
    return volens;
  }

  async stop() {
    this.process.kill("SIGTERM");
    await this.ended;
    await rm(this.folder, { recursive: true, force: true });
  }
}
