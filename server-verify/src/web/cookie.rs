//! Finds one cookie among the request's.

/// The value of the cookie with exactly this name. Two of them, even with equal values, count as none: another host
/// of the domain may have set one to overrule the other. `lines` are the values of the header `Cookie`.
pub(crate) fn only_in<'h>(lines: impl Iterator<Item = &'h [u8]>, name: &str) -> Option<&'h [u8]> {
    let mut values = lines.flat_map(|line| line.split(|byte| *byte == b';')).filter_map(|pair| {
        let pair = pair.trim_ascii();
        let equals = pair.iter().position(|byte| *byte == b'=')?;
        let (key, value) = pair.split_at_checked(equals)?;
        (key == name.as_bytes()).then(|| value.get(1..)).flatten()
    });
    match (values.next(), values.next()) {
        (Some(value), None) => Some(value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(lines: &[&'static [u8]]) -> Option<&'static [u8]> {
        only_in(lines.iter().copied(), "__Host-consent")
    }

    #[test]
    fn by_exact_name() {
        assert_eq!(found(&[b"a=b; __Host-consent=x.y.z; c=d"]).unwrap(), b"x.y.z");
        assert_eq!(found(&[b"a=b", b"__Host-consent=x=y"]).unwrap(), b"x=y");
        assert_eq!(found(&[b"bad=\xff\xfe;__Host-consent=x"]).unwrap(), b"x");
        assert_eq!(found(&[b"__Host-consent="]).unwrap(), b"");
        assert_eq!(found(&[b"__host-consent=x"]), None);
        assert_eq!(found(&[b"x__Host-consent=x; consent=y"]), None);
        assert_eq!(found(&[b"__Host-consent"]), None);
        assert_eq!(found(&[]), None);
    }

    #[test]
    fn a_duplicate_counts_as_absent() {
        assert_eq!(found(&[b"__Host-consent=x; __Host-consent=x"]), None);
        assert_eq!(found(&[b"__Host-consent=x", b"__Host-consent=y"]), None);
    }
}
