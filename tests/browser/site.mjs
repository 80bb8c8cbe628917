// The demo as a process of its own, and what its store proves. Nothing here is pretended: the binaries are those that
// `cargo xtask test` has built, and one that is missing is an error.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);

export function built(variable, place) {
  const path = process.env[variable] ?? join(root, place);
  if (!existsSync(path)) throw new Error(`${path} is missing; run cargo xtask test, or set ${variable}`);
  return path;
}

export const volensBinary = () => built("VOLENS_BIN", "target/debug/volens");
export const web = () => built("VOLENS_WEB", "target/web");
export const languages = ["en", "sv", "da"];

/** Runs the `volens` command; a refusal is an answer too. */
export async function volens(...words) {
  const {
    code = 0,
    stdout,
    stderr,
  } = await run(volensBinary(), words, {
    cwd: root,
    env: { ...process.env, VOLENS_WEB: web() },
  }).catch((error) => error);
  return { code, stdout, stderr };
}

/** `site.toml` as the demo reads it on another port. */
export async function siteToml(port) {
  const text = await readFile(join(root, "demo-site/site.toml"), "utf8");
  return text.replaceAll("127.0.0.1:8081", `127.0.0.1:${port + 1}`).replaceAll("localhost:8080", `localhost:${port}`);
}

const free = (port, host) =>
  new Promise((resolve) => {
    const door = createServer();
    door.once("error", (error) => resolve(error.code !== "EADDRINUSE"));
    door.listen(port, host, () => door.close(() => resolve(true)));
  });

/** A free port whose next is free too, below those that the system hands out by itself. */
export async function freePair() {
  for (let tries = 0; tries < 200; tries++) {
    const port = 20000 + 2 * Math.floor(Math.random() * 6000);
    const asked = [free(port, "127.0.0.1"), free(port, "::1"), free(port + 1, "127.0.0.1")];
    if ((await Promise.all(asked)).every(Boolean)) return port;
  }
  throw new Error("no two free ports next to each other between 20000 and 32000");
}

/** Asks until the answer is truthy. The limit only turns a hang into a failure. */
export async function until(what, ask) {
  const end = Date.now() + 20_000;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

export class Site {
  static async start() {
    const site = new Site();
    site.data = await mkdtemp(join(tmpdir(), "volens-browser-"));
    // Between looking and listening another process may take the port.
    for (let tries = 3; ; tries--) {
      site.port = await freePair();
      site.origin = `http://localhost:${site.port}`;
      site.provider = `http://127.0.0.1:${site.port + 1}`;
      try {
        await site.up();
        return site;
      } catch (error) {
        if (tries === 0 || !/is taken/.test(site.said)) throw error;
      }
    }
  }

  /** Starts on the same port and data as before. */
  async up() {
    const program = built("VOLENS_DEMO", "target/debug/volens-demo-site");
    const words = ["--port", String(this.port), "--data", this.data, "--web", web()];
    this.said = "";
    this.process = spawn(program, words, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    this.ended = once(this.process, "exit");
    for (const stream of [this.process.stdout, this.process.stderr]) stream.on("data", (chunk) => (this.said += chunk));
    await until(`the demo on port ${this.port}`, async () => {
      if (this.process.exitCode !== null) throw new Error(`the demo ended by itself:\n${this.said}`);
      return fetch(`${this.origin}/healthz`).then(
        (answer) => answer.ok,
        () => false,
      );
    });
  }

  /** Stops; how it ended is for the caller to judge. */
  async down(signal = "SIGTERM") {
    if (this.process.exitCode === null && this.process.signalCode === null) this.process.kill(signal);
    const [code] = await this.ended;
    return code;
  }

  async remove() {
    const code = await this.down();
    await rm(this.data, { recursive: true, force: true });
    if (code !== 0) throw new Error(`the demo did not stop cleanly: ${code}\n${this.said}`);
  }

  /** How often the pretended providers were asked, by path. */
  async seen(path) {
    const counts = await (await fetch(`${this.provider}/seen`)).json();
    return path ? (counts[path] ?? 0) : counts;
  }

  /** What the store proves about `whose`: `{subject}`, `{email}` or `{account}`; undefined if nobody is kept there. */
  async evidence(whose, purpose, at = new Date()) {
    const [[flag, name]] = Object.entries(whose);
    const time = at instanceof Date ? at.toISOString() : at;
    const words = ["evidence", "--data", this.data, `--${flag}`, name, "--purpose", purpose, "--at", time, "--json"];
    const { code, stdout, stderr } = await volens(...words);
    if (code === 1) return undefined;
    if (code !== 0) throw new Error(`volens ${words.join(" ")}: ${code}\n${stderr}`);
    return JSON.parse(stdout);
  }

  /** Every record, oldest first, read past the service: `{subject, purpose, kind, channel, control}`. */
  async records() {
    const script = `
import json, sqlite3, sys
store = sqlite3.connect("file:" + sys.argv[1] + "/volens.sqlite?mode=ro", uri=True)
rows = store.execute("SELECT subject, purpose, kind, channel, control FROM record JOIN statement USING (site_id, statement) ORDER BY recorded_at, purpose")
print(json.dumps([dict(zip(("subject", "purpose", "kind", "channel", "control"), row)) for row in rows]))`;
    const { stdout } = await run(process.env.VOLENS_PYTHON ?? "python3", ["-c", script, this.data]);
    return JSON.parse(stdout);
  }

  /** A `site.toml` that describes this demo, written beside its data. */
  async toml() {
    const path = join(this.data, "site.toml");
    await writeFile(path, await siteToml(this.port));
    return path;
  }
}
