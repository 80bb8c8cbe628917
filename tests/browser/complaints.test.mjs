// Every test that docs/complaints.md names is there.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";

const root = new URL("../../", import.meta.url);

test("every test that the table of complaints names is there", async () => {
  const rows = (await readFile(new URL("docs/complaints.md", root), "utf8")).split("\n").filter((line) => line.startsWith("| "));
  const complaints = rows.slice(1);
  assert.ok(complaints.length > 25);
  for (const row of complaints) {
    const shown = row.split(" | ").at(-1);
    const named = [...shown.matchAll(/`([^`]+)` "([^"]+)"/g)];
    assert.ok(named.length > 0 || /^open: .{20,} \|$/.test(shown), `neither a test nor a reason: ${row}`);
    for (const [, file, name] of named) {
      const source = await readFile(new URL(file, root), "utf8");
      // As a name, or as its beginning before what is filled in.
      const there = ["\"", "`", "fn "].some((before) => source.includes(before + name)) || source.includes(`: ${name}`) || source.includes(`} ${name}`);
      assert.ok(there, `${file} has no test "${name}"`);
    }
  }
});
