//! `[signals]`: whom pages tell about consent beside Google's seven types.

use super::super::error::Noted;
use super::super::read::Table;
use super::super::tree::Value;
use crate::signals::google::{AdsDataRedaction, Options, Region, UrlPassthrough};
use crate::signals::matomo::Consent;
use crate::signals::{Declared, Vendor};

const VENDORS: [(&str, Vendor); 3] = [("uet", Vendor::Uet), ("clarity", Vendor::Clarity), ("meta", Vendor::Meta)];
const MATOMO: [(&str, Consent); 2] = [("cookies", Consent::Cookies), ("all", Consent::Tracking)];

/// What is declared; nothing where the table is missing.
pub(super) fn declared(root: &mut Table<'_>, noted: &mut Noted) -> Declared {
    let Some(mut table) = root.get("signals").and_then(|at| at.table(noted)) else { return Declared::default() };
    let listed = table.list("vendors", noted);
    let mut vendors: Vec<Vendor> = listed.iter().filter_map(|at| at.word(&VENDORS, noted)).collect();
    vendors.extend(table.get("matomo").and_then(|at| at.word(&MATOMO, noted)).map(Vendor::Matomo));
    let google = table.get("google").and_then(|at| at.table(noted)).map(|table| google(table, noted));
    table.end(noted);
    Declared::new(vendors, google.unwrap_or_default())
}

fn google(mut table: Table<'_>, noted: &mut Noted) -> Options {
    let region = "a country as SE, or a part of one as US-CA";
    let regions = table.list("region", noted).iter().filter_map(|at| at.parsed::<Region>(region, noted)).collect();
    let wait_for_update = table.get("wait_for_update").and_then(|at| {
        let millis = match at.node.value {
            Value::Integer(n) => u32::try_from(n).ok(),
            _ => None,
        };
        if millis.is_none() {
            at.wrong(noted, "milliseconds, as 500");
        }
        millis
    });
    let redaction = [("while_denied", AdsDataRedaction::WhileDenied)];
    let ads_data_redaction = table.word_or("ads_data_redaction", AdsDataRedaction::Unset, &redaction, noted);
    let passthrough = table.word_or("url_passthrough", UrlPassthrough::Unset, &[("on", UrlPassthrough::On)], noted);
    table.end(noted);
    Options {
        regions,
        wait_for_update,
        ads_data_redaction: ads_data_redaction.unwrap_or_default(),
        url_passthrough: passthrough.unwrap_or_default(),
    }
}
