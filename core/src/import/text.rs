//! Lengths, places and percent-encoding.

use std::borrow::Cow;

use super::{ImportError, MAX_LENGTH, Tool};

/// The value without white space around it, if it is not too long.
pub(super) fn bounded(tool: Tool, value: &str) -> Result<&str, ImportError> {
    if value.len() > MAX_LENGTH {
        return Err(ImportError::TooLong { tool, found: value.len() });
    }
    Ok(value.trim())
}

/// Undoes percent-encoding (RFC 3986, section 2.1) once.
pub(super) fn decoded(tool: Tool, value: &str) -> Result<Cow<'_, str>, ImportError> {
    if !value.contains('%') {
        return Ok(value.into());
    }
    let form = |at, expected| ImportError::Form { tool, at, found: Some('%'), expected };
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.bytes().enumerate();
    while let Some((at, byte)) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let mut digit = || char::from(rest.next()?.1).to_digit(16);
                let byte = digit().zip(digit()).and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
                byte.ok_or(form(at, "% and two hexadecimal digits"))?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).map(Cow::Owned).map_err(|error| {
        let at = place(value, error.utf8_error().valid_up_to());
        form(at, "percent-encoded UTF-8")
    })
}

/// Where in the encoded value a byte of the decoded one begins.
fn place(value: &str, decoded: usize) -> usize {
    let mut at = 0;
    for _ in 0..decoded {
        at += if value.as_bytes().get(at) == Some(&b'%') { 3 } else { 1 };
    }
    at
}

/// What stands at a byte of a text is not what should.
pub(super) fn unexpected(tool: Tool, text: &str, at: usize, expected: &'static str) -> ImportError {
    let found = text.get(at..).and_then(|rest| rest.chars().next());
    ImportError::Form { tool, at, found, expected }
}
