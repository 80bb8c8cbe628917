use super::*;
use crate::Timestamp;

fn issue() -> Issue {
    Issue {
        origin: "https://nordvakt.example".into(),
        controllers: vec!["nordvakt".into()],
        policy: "3.2".into(),
        notice: "Zk3vQ9aB".parse().unwrap(),
        text: "t1".parse().unwrap(),
        lang: "sv".parse().unwrap(),
        jurisdiction: "eu".into(),
    }
}

fn header() -> Header {
    Header { alg: "EdDSA".into(), kid: "k1".into(), typ: TYPE.into() }
}

fn now() -> Timestamp {
    "2026-11-21T20:50:30.5Z".parse().unwrap()
}

fn granted() -> Claims {
    let g = [("analytics".parse().unwrap(), Stance::Granted(now())), ("marketing".parse().unwrap(), Stance::Refused)];
    let identity = ("s1".parse().unwrap(), "j1".into());
    Claims::granted(issue(), identity, crate::Channel::Center, now(), g.into(), [now().plus_seconds(60)])
}

fn token(header: &str, claims: &str) -> String {
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}.{}", encode(header), encode(claims), URL_SAFE_NO_PAD.encode([7; 64]))
}

const HEADER: &str = r#"{"alg":"EdDSA","kid":"k1","typ":"consent+jwt"}"#;

fn json() -> String {
    serde_json::to_string(&granted()).unwrap()
}

fn error(header: &str, claims: &str) -> TokenError {
    UnverifiedToken::parse(&token(header, claims)).unwrap_err()
}

#[test]
fn the_claims_are_these_bytes() {
    assert_eq!(
        json(),
        r#"{"iss":"https://nordvakt.example","aud":"https://nordvakt.example","sub":"s1","iat":1795294230,"exp":1795294290,"jti":"j1","ctl":["nordvakt"],"pol":"3.2","ntc":"Zk3vQ9aB","txt":"t1","lang":"sv","jur":"eu","src":"center","g":{"analytics":1795294230,"marketing":0}}"#
    );
}

#[test]
fn what_is_written_is_read() {
    let compact = compact(signing_input(&header(), &granted()).unwrap(), &[7; 64]);
    let read = UnverifiedToken::parse(&compact).unwrap();
    let whole_seconds = Stance::Granted(Timestamp::from_unix_seconds(now().unix_seconds()));
    assert_eq!(read.header(), &header());
    assert_eq!(read.claims().g.get("analytics"), Some(&whole_seconds));
    assert_eq!(read.claims().sub, granted().sub);
    assert_eq!(read.signature(), [7; 64]);
    assert!(compact.starts_with(read.signing_input()));
}

#[test]
fn who_refuses_at_any_hour_of_a_day_holds_the_same_claims() {
    let refused = |at: &str| Claims::refused(issue(), at.parse().unwrap(), ["marketing".parse().unwrap()]);
    let morning = refused("2026-11-21T06:00:00Z");
    assert_eq!(morning, refused("2026-11-21T23:59:59Z"));
    assert_eq!((morning.sub.as_ref(), morning.jti.as_ref(), morning.status.as_ref()), (None, None, None));
    assert_eq!(morning.exp - morning.iat, 181 * 86_400);
    assert_ne!(morning, refused("2026-11-22T00:00:00Z"));
}

#[test]
fn a_grant_in_a_token_lives_at_most_180_days() {
    let claims = Claims::granted(
        issue(),
        ("s1".parse().unwrap(), "j1".into()),
        crate::Channel::Banner,
        now(),
        std::collections::BTreeMap::new(),
        [now().plus_seconds(400 * 86_400)],
    );
    assert_eq!(claims.exp - claims.iat, 180 * 86_400);
}

#[test]
fn malformed_is_refused() {
    let json = json();
    assert!(UnverifiedToken::parse(&token(HEADER, &json)).is_ok());
    let bad = |from: &str, to: &str| {
        assert!(json.contains(from));
        assert_eq!(error(HEADER, &json.replacen(from, to, 1)), TokenError::Malformed, "{to}");
    };
    bad(r#""iat":1795294230"#, r#""iat":"1795294230""#);
    bad(r#""iat":1795294230"#, r#""iat":1795294230.0"#);
    bad(r#""iat":1795294230"#, r#""iat":-1"#);
    bad(r#""exp":1795294290"#, r#""exp":null"#);
    bad(r#""exp":1795294290,"#, "");
    bad(r#""sub":"s1""#, r#""sub":null"#);
    bad(r#""aud":"https://nordvakt.example""#, r#""aud":["https://nordvakt.example"]"#);
    bad(r#""marketing":0"#, r#""marketing":false"#);
    bad(r#""marketing":0"#, r#""marketing":-5"#);
    bad(r#""marketing":0"#, r#""analytics":0"#);
    bad(r#""src":"center""#, r#""src":"center","src":"center""#);
    bad(r#""src":"center""#, r#""src":"center","x":{"y":1,"y":2}"#);
    bad(r#""src":"center""#, r#""status":[[1,"u"]],"src":"center""#);
    bad(r#""src":"center""#, r#""status":{"status_list":[1,"u"]},"src":"center""#);
    bad(r#""src":"center""#, r#""nbf":"1","src":"center""#);
    assert_eq!(error(HEADER, &format!("{json} x")), TokenError::Malformed);
    assert_eq!(error(r#"{"alg":"EdDSA","kid":"k1"}"#, &json), TokenError::Malformed);
    assert_eq!(error(r#"{"alg":"EdDSA","kid":"k1","typ":"consent+jwt","zip":"DEF"}"#, &json), TokenError::Malformed);
    assert_eq!(error(r#"{"alg":"EdDSA","alg":"EdDSA","kid":"k1","typ":"consent+jwt"}"#, &json), TokenError::Malformed);
}

#[test]
fn a_claim_of_the_future_is_passed_over() {
    let json = json().replacen(r#""src":"#, r#""new":[1,{"a":null}],"src":"#, 1);
    assert!(UnverifiedToken::parse(&token(HEADER, &json)).is_ok());
}

#[test]
fn malformed_comes_before_forbidden() {
    let header = r#"{"alg":5,"kid":"k1","typ":"consent+jwt","jwk":{}}"#;
    assert_eq!(error(header, &json()), TokenError::Malformed);
}

#[test]
fn forbidden_headers_are_named() {
    for name in header::FORBIDDEN {
        let header = HEADER.replacen('{', &format!("{{\"{name}\":[],"), 1);
        assert_eq!(error(&header, &json()), TokenError::ForbiddenHeader, "{name}");
    }
}

#[test]
fn base64url_is_canonical_and_the_length_bounded() {
    let good = token(HEADER, &json());
    for bad in [
        format!("{good}="),
        format!("{good}."),
        format!("{good} "),
        good.replacen('.', "=.", 1),
        String::new(),
        ".".into(),
    ] {
        assert_eq!(UnverifiedToken::parse(&bad).unwrap_err(), TokenError::Malformed, "{bad}");
    }
    let trailing_bits = format!("{}h", &good[..good.len() - 1]);
    assert_eq!(UnverifiedToken::parse(&trailing_bits).unwrap_err(), TokenError::Malformed);
    assert_eq!(UnverifiedToken::parse(&"a".repeat(4097)).unwrap_err(), TokenError::TooLong);
}

#[test]
fn a_token_that_would_be_too_long_is_not_minted() {
    let mut claims = granted();
    claims.ctl = vec!["x".repeat(3000)];
    assert_eq!(signing_input(&header(), &claims), Err(TokenError::TooLong));
}
