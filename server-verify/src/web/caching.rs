//! Who may keep an answer that depends on consent: the visitor's own browser, nobody between.
//!
//! The header that the token came in is named in `Vary`, beside what stands there. `Cache-Control` is made `private`:
//! what would let a shared cache keep the answer (`public`, `s-maxage`, `private` for some fields only) goes, the rest
//! stays. An answer that nobody may keep stays so.

/// Whether a header has to be added to what stands in `Vary`.
pub(crate) fn varies_anew<'h>(mut standing: impl Iterator<Item = &'h str>, name: &str) -> bool {
    !standing.any(|line| line.split(',').map(str::trim).any(|said| said == "*" || said.eq_ignore_ascii_case(name)))
}

/// What `Cache-Control` has to be.
pub(crate) fn private<'h>(standing: impl Iterator<Item = &'h str>) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut closed = false;
    for directive in standing.flat_map(directives) {
        let (name, value) = directive.split_once('=').map_or((directive, None), |(name, value)| (name, Some(value)));
        let is = |other: &str| name.trim().eq_ignore_ascii_case(other);
        if is("public") || is("s-maxage") || (is("private") && value.is_some()) {
            continue;
        }
        closed |= is("private") || is("no-store");
        kept.push(directive);
    }
    if !closed {
        kept.insert(0, "private");
    }
    kept.join(", ")
}

/// The parts of a list between commas that stand outside quotes.
fn directives(line: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    line.split(move |c| {
        quoted ^= c == '"';
        c == ',' && !quoted
    })
    .map(str::trim)
    .filter(|directive| !directive.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_between_keeps_it() {
        for (standing, expected) in [
            (&[][..], "private"),
            (&["private"], "private"),
            (&["no-store"], "no-store"),
            (&["max-age=60"], "private, max-age=60"),
            (&["public, max-age=60"], "private, max-age=60"),
            (&["Public", "S-MaxAge=9, max-age=60"], "private, max-age=60"),
            (&["public, private"], "private"),
            (&["private=\"set-cookie, x\", max-age=60"], "private, max-age=60"),
            (&["no-cache=\"set-cookie, public\""], "private, no-cache=\"set-cookie, public\""),
            (&["no-cache, must-revalidate"], "private, no-cache, must-revalidate"),
            (&["s-maxage = 9"], "private"),
            (&["", ", ,"], "private"),
        ] {
            assert_eq!(private(standing.iter().copied()), expected, "{standing:?}");
        }
    }

    #[test]
    fn vary_is_added_to() {
        let anew = |standing: &[&str]| varies_anew(standing.iter().copied(), "cookie");
        assert!(anew(&[]) && anew(&["accept"]) && anew(&["x-cookie, cookies"]) && anew(&[""]));
        assert!(!anew(&["cookie"]) && !anew(&["accept, Cookie"]) && !anew(&["accept", "COOKIE"]) && !anew(&["*"]));
    }
}
