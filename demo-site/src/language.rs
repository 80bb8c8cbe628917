//! Which language to send a visitor of `/` to.

use crate::words::{LANGUAGES, Words};

/// The best of the site's languages for an `Accept-Language` header (RFC 9110, section 12.5.4): by weight, then by
/// order; the site's default if none fits.
pub(crate) fn choose(accept: Option<&str>) -> &'static Words {
    let [default, ..] = LANGUAGES;
    let mut best = (default, 0);
    for range in accept.unwrap_or_default().split(',') {
        let mut parts = range.split(';').map(str::trim);
        let tag = parts.next().unwrap_or_default();
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1000), thousandths);
        let primary = tag.split('-').next().unwrap_or_default();
        let offered = if primary == "*" { Some(default) } else { Words::of(primary) };
        if let (Some(words), Some(weight)) = (offered, weight)
            && weight > best.1
        {
            best = (words, weight);
        }
    }
    best.0
}

/// A weight of `0` to `1` with at most three decimals, in thousandths.
fn thousandths(weight: &str) -> Option<u32> {
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    if fraction.len() > 3 {
        return None;
    }
    let whole: u32 = whole.parse().ok().filter(|whole| *whole <= 1)?;
    let fraction: u32 = format!("{fraction:0<3}").parse().ok()?;
    Some(whole * 1000 + fraction).filter(|sum| *sum <= 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_offered_language_wins_and_the_default_fills_in() {
        let cases = [
            (None, "en"),
            (Some(""), "en"),
            (Some("de"), "en"),
            (Some("sv-SE,sv;q=0.9,en;q=0.8"), "sv"),
            (Some("en;q=0.5, DA ;q=0.9"), "da"),
            (Some("nb,da;q=0.6,en;q=0.4"), "da"),
            (Some("sv;q=0, da;q=0"), "en"),
            (Some("da, sv"), "da"),
            (Some("*;q=0.1, sv;q=0.05"), "en"),
            (Some("sv;q=7, da;q=0.001"), "da"),
            (Some("sv;q=99999999"), "en"),
        ];
        for (header, expected) in cases {
            assert_eq!(choose(header).code, expected, "{header:?}");
        }
    }
}
