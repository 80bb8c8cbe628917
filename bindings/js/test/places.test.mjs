// Where the package runs: installed in a project, and in a worker that has next to nothing and compiles nothing.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { good, named, packaged, project } from "./support.mjs";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

test("each entry is one module that reads and fetches nothing", () => {
  for (const entry of ["index.js", "load.js"]) {
    const text = readFileSync(join(packaged, entry), "utf8");
    const code = text.replaceAll(/"[A-Za-z0-9+/=]{1000,}"/g, '""');
    for (const word of [/^\s*import\b/m, /\bimport\(/, /(?<!\.)\brequire\(["'`]/, /\bfetch\b/, /\bprocess\b/, /node:/, /\beval\b/, /\bFunction\(/]) {
      assert.ok(!word.test(code), `${entry}: ${word}`);
    }
  }
});

test("it carries its licence and those of what is compiled in", () => {
  const packed = execFileSync("npm", ["pack", "--dry-run", "--json", "--offline"], { cwd: packaged, encoding: "utf8" });
  const names = JSON.parse(packed)[0].files.map(({ path }) => path);
  for (const name of ["LICENSE-APACHE", "LICENSE-MIT", "THIRD-PARTY.txt"]) assert.ok(names.includes(name), name);
  const notices = readFileSync(join(packaged, "THIRD-PARTY.txt"), "utf8");
  // Whose licence asks for its text in binaries.
  for (const said of ["curve25519-dalek", "ed25519-dalek", "subtle", "Redistributions in binary form"]) assert.ok(notices.includes(said), said);
});

test("installed in a project, it is found by its names", () => {
  const folder = project();
  writeFileSync(
    join(folder, "main.mjs"),
    `import { readFileSync } from "node:fs";
     import { Verifier } from "@volens/verify";
     import * as bare from "@volens/verify/load";
     const { token, now, options } = ${JSON.stringify(good)};
     const says = (Verifier) => new Verifier(options).verify(token, now).purposes.join();
     let early;
     try { says(bare.Verifier); } catch (error) { early = error.message; }
     bare.load(readFileSync(new URL(import.meta.resolve("@volens/verify/volens_verify.wasm"))));
     console.log(JSON.stringify([says(Verifier), early, says(bare.Verifier)]));`,
  );
  const said = JSON.parse(execFileSync(process.execPath, [join(folder, "main.mjs")], { encoding: "utf8" }));
  assert.deepEqual(said, [
    "analytics",
    "no verifier yet: call load(module) first, see the README of volens-verify",
    "analytics",
  ]);
  rmSync(folder, { recursive: true });
});

test("the examples of the documentation answer, in a worker that may compile nothing too", () => {
  const said = execFileSync(process.execPath, ["--experimental-vm-modules", "--no-warnings", here("worker.mjs")], {
    encoding: "utf8",
    env: { ...process.env, VOLENS_GOOD: JSON.stringify(good), VOLENS_LISTED: JSON.stringify(named("status", "status-valid")) },
  });
  assert.deepEqual(JSON.parse(said), {
    inline: "CompileError",
    status: {
      clear: [60, 2, "analytics"],
      forged: [60, 2, "status-unknown"],
      gone: [60, 2, "status-unknown"],
      down: [60, 2, "status-unknown"],
    },
    node: [true, false],
    worker: { granted: "analytics", none: "", twice: "", other: "", later: "" },
  });
});

test("types say what runs, and keep what was not checked from passing", () => {
  const folder = project();
  copyFileSync(here("types.ts"), join(folder, "types.mts"));
  const compilerOptions = { noEmit: true, strict: true, target: "es2022", lib: ["es2022", "dom"], module: "nodenext", types: [] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["types.mts"] }));
  try {
    execFileSync(process.execPath, [process.env.VOLENS_TSC, "--project", folder], { encoding: "utf8" });
  } catch (error) {
    assert.fail(error.stdout);
  }
  rmSync(folder, { recursive: true });
});
