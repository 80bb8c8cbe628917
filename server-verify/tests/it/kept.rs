//! Who may keep an answer that depends on consent: one table for all adapters.

/// What a handler says itself, and what the answer has to say: `Vary` and `Cache-Control`.
pub(crate) struct Kept {
    pub(crate) vary: Option<&'static str>,
    pub(crate) control: Option<&'static str>,
    pub(crate) expected_vary: &'static str,
    pub(crate) expected_control: &'static str,
}

const fn kept(
    (vary, control): (Option<&'static str>, Option<&'static str>),
    (expected_vary, expected_control): (&'static str, &'static str),
) -> Kept {
    Kept { vary, control, expected_vary, expected_control }
}

/// `TOKEN` stands for the header that the token comes in.
pub(crate) const KEPT: [Kept; 7] = [
    kept((None, None), ("TOKEN", "private")),
    kept((Some("accept-language"), None), ("accept-language, TOKEN", "private")),
    kept((Some("accept, TOKEN"), None), ("accept, TOKEN", "private")),
    kept((Some("*"), None), ("*", "private")),
    kept((None, Some("public, max-age=60")), ("TOKEN", "private, max-age=60")),
    kept((None, Some("private, max-age=60")), ("TOKEN", "private, max-age=60")),
    kept((None, Some("no-store")), ("TOKEN", "no-store")),
];

/// The lines of a header, as one.
pub(crate) fn joined<'h>(lines: impl IntoIterator<Item = &'h [u8]>) -> String {
    let lines = lines.into_iter().map(|line| std::str::from_utf8(line).unwrap());
    lines.collect::<Vec<_>>().join(", ")
}
