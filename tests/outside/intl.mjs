// What browsers say in each language asked for (Unicode CLDR by Intl): plural categories, periods, lists.
// Reads {"tags": [...], "counts": [...]}; prints {tag: {categories, units: {unit: [text per count]}, list}}.
import { readFileSync } from "node:fs";

const { tags, counts } = JSON.parse(readFileSync(0, "utf8"));
const order = ["zero", "one", "two", "few", "many", "other"];
const units = ["year", "month", "week", "day", "hour", "minute", "second"];

// In Hebrew "and" is written to the word, and with a hyphen to anything else: the items are Hebrew.
const said = (tag) => {
  if (!Intl.PluralRules.supportedLocalesOf(tag)[0]) throw new Error(`this Node knows no ${tag}`);
  const rules = new Intl.PluralRules(tag);
  const reached = new Set(Array.from({ length: 2000 }, (_, n) => rules.select(n)));
  const known = order.filter((one) => reached.has(one));
  const of = (unit) => new Intl.NumberFormat(`${tag}-u-nu-latn`, { style: "unit", unit, unitDisplay: "long", useGrouping: false });
  return {
    categories: counts.map((n) => known.indexOf(rules.select(n))),
    units: Object.fromEntries(units.map((unit) => [unit, counts.map((n) => of(unit).format(n))])),
    list: new Intl.ListFormat(tag).format(["ג", "ג", "ג"]),
  };
};
console.log(JSON.stringify(Object.fromEntries(tags.map((tag) => [tag, said(tag)]))));
