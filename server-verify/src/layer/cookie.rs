//! Finds one cookie among the request's.

use axum::http::{HeaderMap, header};

/// The value of the cookie with exactly this name. Two of them, even with equal values, count as none: another host
/// of the domain may have set one to overrule the other.
pub fn only<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h [u8]> {
    let mut values =
        headers.get_all(header::COOKIE).iter().flat_map(|line| line.as_bytes().split(|byte| *byte == b';')).filter_map(
            |pair| {
                let pair = pair.trim_ascii();
                let equals = pair.iter().position(|byte| *byte == b'=')?;
                let (key, value) = pair.split_at_checked(equals)?;
                (key == name.as_bytes()).then(|| value.get(1..)).flatten()
            },
        );
    match (values.next(), values.next()) {
        (Some(value), None) => Some(value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(lines: &[&[u8]]) -> Option<Vec<u8>> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::COOKIE, line.to_vec().try_into().unwrap());
        }
        only(&headers, "__Host-consent").map(<[u8]>::to_vec)
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
