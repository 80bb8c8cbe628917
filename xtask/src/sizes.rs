//! How many bytes a visitor pays, against what we promised.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::failure::{During, Failure, Outcome};

/// Budgets in bytes after brotli 11; 1 kB is 1,000 B.
const GATE: usize = 800;
const LOADER: usize = 3_000;
const FIRST_LAYER: usize = 4_000;
const WASM_AND_GLUE: usize = 50_000;
const BEFORE_INTERACTION: usize = 8_000;

/// What a page carries for us, as `volens render` prints it.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) head: String,
    pub(crate) banner: String,
    pub(crate) foot: String,
}

/// One line of the table.
#[derive(Debug)]
struct Row {
    what: String,
    raw: usize,
    brotli: usize,
    budget: Option<usize>,
}

/// Makes the line of one language's page.
type Measure<'a> = &'a dyn Fn(&str, &Page) -> Outcome<Row>;

/// The measured table.
#[derive(Debug)]
pub(crate) struct Sizes(Vec<Row>);

impl Sizes {
    /// Measures the assets, and what each page of `shown` carries. Of each group in `ranges`, which has a name, the
    /// largest page stands for all.
    pub(crate) fn measure(
        assets: &BTreeMap<&'static str, (String, Vec<u8>)>,
        shown: &BTreeMap<String, Page>,
        ranges: &[(&str, BTreeMap<String, Page>)],
    ) -> Outcome<Self> {
        let asset = |key: &str| assets.get(key).ok_or_else(|| Failure::new(format!("{key} is not among the assets")));
        let file = |key: &str, budget| {
            let (name, bytes) = asset(key)?;
            Ok::<_, Failure>(Row { what: name.clone(), raw: bytes.len(), brotli: brotli(bytes)?, budget })
        };
        let loader = file("loader", None)?;
        let (css_name, css) = asset("banner_css")?;
        let first_layer = |lang: &str, Page { banner, .. }: &Page| {
            // One stream, as in the page that carries both.
            let page = [css.as_slice(), banner.as_bytes()].concat();
            let what = format!("first layer, {lang}: HTML + {css_name}");
            Ok(Row { what, raw: page.len(), brotli: brotli(&page)?, budget: Some(FIRST_LAYER) })
        };
        let before_interaction = |lang: &str, Page { head, banner, foot }: &Page| {
            let page = [head.as_str(), foot, banner].concat();
            Ok(Row {
                what: format!("before any interaction, {lang}: head, foot, first layer; loader"),
                raw: page.len() + loader.raw,
                brotli: brotli(page.as_bytes())? + loader.brotli,
                budget: Some(BEFORE_INTERACTION),
            })
        };
        let of: [Measure<'_>; 2] = [&first_layer, &before_interaction];
        let mut rows = vec![file("gate", Some(GATE))?, file("loader", Some(LOADER))?];
        for row in of {
            for (lang, page) in shown {
                rows.push(row(lang, page)?);
            }
            for (name, pages) in ranges {
                let all = pages.iter().map(|(lang, page)| row(&format!("{lang}, {name}"), page));
                rows.extend(all.collect::<Outcome<Vec<_>>>()?.into_iter().max_by_key(|row| row.brotli));
            }
        }
        let (wasm, glue) = (file("wasm", None)?, file("glue", None)?);
        let both = Row {
            what: "WASM + glue".to_owned(),
            raw: wasm.raw + glue.raw,
            brotli: wasm.brotli + glue.brotli,
            budget: Some(WASM_AND_GLUE),
        };
        rows.extend([wasm, glue, both, file("center_css", None)?]);
        Ok(Self(rows))
    }

    /// What is larger than promised, in one sentence.
    pub(crate) fn within_budget(&self) -> Outcome {
        let over: Vec<String> = self
            .0
            .iter()
            .filter_map(|row| {
                let budget = row.budget.filter(|budget| row.brotli > *budget)?;
                Some(format!("{} has {} B of {budget} B", row.what, row.brotli))
            })
            .collect();
        if over.is_empty() { Ok(()) } else { Err(Failure::new(format!("over budget: {}", over.join("; ")))) }
    }

    pub(crate) fn table(&self) -> String {
        let width = self.0.iter().map(|row| row.what.len()).max().unwrap_or_default();
        let mut table = format!("{:width$}  {:>9}  {:>9}  {:>9}\n", "file", "raw B", "brotli B", "budget B");
        for row in &self.0 {
            let budget = row.budget.map_or_else(|| "–".to_owned(), thousands);
            // Writing to a `String` cannot fail.
            let _ = writeln!(
                table,
                "{:width$}  {:>9}  {:>9}  {budget:>9}",
                row.what,
                thousands(row.raw),
                thousands(row.brotli)
            );
        }
        table
    }
}

/// The size after brotli at its highest level, as a server that compresses ahead sends it.
fn brotli(mut bytes: &[u8]) -> Outcome<usize> {
    let mut packed = Vec::new();
    let params =
        brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: bytes.len(), ..Default::default() };
    brotli::BrotliCompress(&mut bytes, &mut packed, &params).during(|| "brotli".to_owned())?;
    Ok(packed.len())
}

/// 12345 as `12,345`.
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes that brotli cannot make smaller.
    fn noise(length: usize) -> Vec<u8> {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        std::iter::repeat_with(|| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()[3]
        })
        .take(length)
        .collect()
    }

    fn assets(gate: usize, wasm: usize, glue: usize) -> BTreeMap<&'static str, (String, Vec<u8>)> {
        [("gate", gate), ("loader", 10), ("banner_css", 10), ("center_css", 10), ("wasm", wasm), ("glue", glue)]
            .into_iter()
            .map(|(key, length)| (key, (format!("{key}.file"), noise(length))))
            .collect()
    }

    fn pages(head: usize, banner: usize) -> BTreeMap<String, Page> {
        let html = |length| crate::digest::hex(&noise(length));
        BTreeMap::from([("en".to_owned(), Page { head: html(head), banner: html(banner), foot: String::new() })])
    }

    #[test]
    fn small_enough_passes() {
        let sizes = Sizes::measure(&assets(700, 40_000, 9_000), &pages(100, 100), &[]).unwrap();
        sizes.within_budget().unwrap();
        assert!(sizes.table().contains("50,000"));
    }

    #[test]
    fn each_budget_can_be_broken() {
        let over =
            |assets, pages| Sizes::measure(&assets, &pages, &[]).unwrap().within_budget().unwrap_err().to_string();
        assert!(over(assets(900, 10, 10), pages(1, 1)).starts_with("over budget: gate.file has 90"));
        assert!(over(assets(10, 10, 10), pages(1, 5_000)).contains("first layer, en"));
        // Neither alone is too large.
        assert!(over(assets(10, 30_000, 30_000), pages(1, 1)).contains("WASM + glue"));
        assert!(over(assets(10, 10, 10), pages(9_000, 1)).starts_with("over budget: before any interaction, en"));
    }

    #[test]
    fn the_largest_of_many_stands_for_all_and_is_held_to_the_budget() {
        let language = |lang: &str, banner| (lang.to_owned(), pages(100, banner).remove("en").unwrap());
        let some = BTreeMap::from([language("da", 100), language("el", 5_000), language("fi", 200)]);
        let sizes = Sizes::measure(&assets(10, 10, 10), &pages(1, 1), &[("worst of 3", some)]).unwrap();
        let over = sizes.within_budget().unwrap_err().to_string();
        assert!(over.contains("first layer, el, worst of 3"), "{over}");
        assert!(!sizes.table().contains("da, worst") && !sizes.table().contains("fi, worst"));
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
    }
}
