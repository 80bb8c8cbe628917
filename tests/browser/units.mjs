// Prints core/src/labels/units.rs: periods in all languages, from the browser vendors' own data (Unicode CLDR, by
// Intl). `node tests/browser/units.mjs > core/src/labels/units.rs`. Maltese has no names of units there; its are ours.
const languages = "ar bg cs da de el en es et fi fr ga he hr hu is it ja lt lv mt nb nl pl pt ro sk sl sv tr uk zh".split(" ");
const units = ["year", "month", "week", "day", "hour", "minute", "second"];
const order = ["zero", "one", "two", "few", "many", "other"];
const maltese = [
  "{count} sena|sentejn|{count} snin|{count}-il sena|{count} sena",
  "{count} xahar|xahrejn|{count} xhur|{count}-il xahar|{count} xahar",
  "{count} ġimgħa|ġimagħtejn|{count} ġimgħat|{count}-il ġimgħa|{count} ġimgħa",
  "{count} jum|jumejn|{count} ijiem|{count}-il jum|{count} jum",
  "{count} siegħa|sagħtejn|{count} sigħat|{count}-il siegħa|{count} siegħa",
  "{count} minuta|żewġ minuti|{count} minuti|{count}-il minuta|{count} minuta",
  "{count} sekonda|żewġ sekondi|{count} sekondi|{count}-il sekonda|{count} sekonda",
];

const forms = (lang, unit) => {
  const rules = new Intl.PluralRules(lang);
  const example = {};
  for (let n = 0; n < 2000; n++) example[rules.select(n)] ??= n;
  const format = new Intl.NumberFormat(lang + "-u-nu-latn", { style: "unit", unit, unitDisplay: "long", useGrouping: false });
  const form = (n) => format.formatToParts(n).map(({ type, value }) => (type === "integer" ? "{count}" : value)).join("");
  return order.filter((one) => one in example).map((one) => form(example[one])).join("|");
};

const rows = languages.map((lang) => {
  const texts = lang === "mt" ? maltese : units.map((unit) => forms(lang, unit));
  return `    ("${lang}", [\n${texts.map((text) => `        ${JSON.stringify(text)},\n`).join("")}    ]),\n`;
});
console.log(`//! Periods in all languages. Printed by \`tests/browser/units.mjs\` from Unicode CLDR; do not edit.

/// Years, months, weeks, days, hours, minutes, seconds: the forms of each plural category between bars.
pub(super) fn of(tag: &str) -> [&'static str; 7] {
    UNITS.iter().find(|(known, _)| *known == tag).map_or([""; 7], |(_, units)| *units)
}

#[rustfmt::skip]
static UNITS: &[(&str, [&str; 7])] = &[
${rows.join("")}];`);
