//! 400 days of a service and a back end that asks it for its status list each hour: withdrawals, outages, clocks that are
//! set, a leap second, new keys, and somebody on the way who sends other lists.

use crate::support::browser::all;
use crate::support::disk;
use crate::support::host::{DAY, Hands, Host, ORIGIN, START, at};
use crate::support::lists::{self, again, bytes, letter};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::time::Duration;
use volens_core::token::Claims;
use volens_core::{SubjectId, Timestamp};
use volens_server::keys::Keys;
use volens_server::mail::Mail;
use volens_verify::{KeySet, StatusError, StatusLists, Verifier, VerifyError};

const HOUR: i64 = 3600;
const DAYS: i64 = 400;
/// Three questions may fail.
const MAX_AGE: i64 = 3 * HOUR;
const PATH: &str = "/consent/v1/status/1";
const LEAP: &str = "2027-01-01T00:00:00Z";

/// Numbers that come again (`SplitMix64`).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(end).unwrap()).unwrap()
    }
}

struct Issued {
    token: String,
    subject: SubjectId,
    claims: Claims,
    idx: u64,
    withdrawn: bool,
    /// A fresh list has said so.
    told: bool,
}

/// What the back end should know: the plainest account of the list that it took in last.
struct AtHand {
    iat: i64,
    exp: i64,
    since: i64,
    ended: BTreeSet<u64>,
}

struct World {
    host: Option<Host>,
    random: Random,
    /// True seconds since the start.
    elapsed: i64,
    /// By how much the service's clock is ahead, in seconds; the back end's, in milliseconds.
    service_ahead: i64,
    ahead: i64,
    issued: Vec<Issued>,
    lists: StatusLists,
    verifier: Verifier,
    at_hand: Option<AtHand>,
    /// Lists that were good once.
    heard: Vec<String>,
    counts: BTreeMap<String, u32>,
}

fn verifier(host: &Host, lists: &StatusLists) -> Verifier {
    let keys = KeySet::from_jwks(&host.browser().get("/.well-known/jwks.json").body).unwrap();
    let builder = Verifier::builder().issuer(ORIGIN).audience(ORIGIN).keys(keys).status(lists.clone());
    builder.cache(NonZeroUsize::new(1000).unwrap()).build().unwrap()
}

/// How far the clocks are off at an hour: the service's in seconds, the back end's in milliseconds.
fn skew(hour: i64) -> (i64, i64) {
    let leap = (at(LEAP).unix_seconds() - at(START).unix_seconds()) / HOUR;
    // The service repeats a second; the back end smears it over a day (`leap` is an hour of the clock that does neither).
    let (mut service, mut own) = (-i64::from(hour >= leap), -1000 * (hour - leap + 12).clamp(0, 24) / 24);
    match (hour / 24, hour % 24) {
        (50, 3..9) => own += 1800 * 1000,
        (60, 3..9) => own -= 1800 * 1000,
        (61, 3..9) => own -= 100 * 1000,
        (200, 3..9) => own += 5 * HOUR * 1000,
        (90, 3..9) => service += 200,
        (150, 3..8) => service += 2 * HOUR,
        (250, 3..8) => service -= HOUR * 3 / 2,
        _ => {}
    }
    (service, own)
}

/// Whether the service cannot be reached: for a day, for six hours, now and then for one.
fn is_down(hour: i64, random: &mut Random) -> bool {
    (20 * 24 + 5..21 * 24 + 7).contains(&hour) || (131 * 24..131 * 24 + 6).contains(&hour) || random.below(20) == 0
}

impl World {
    fn start() -> Self {
        let host = Host::open(&disk::folder("status-timeline"), &lists::site(), Hands::at(START), Mail::Outbox);
        let age = Duration::from_secs(MAX_AGE.cast_unsigned());
        let lists = StatusLists::new().max_age(age);
        Self {
            verifier: verifier(&host, &lists),
            host: Some(host),
            random: Random(400),
            // Opening lets a second pass.
            elapsed: 1,
            service_ahead: 0,
            ahead: 0,
            issued: Vec::new(),
            lists,
            at_hand: None,
            heard: Vec::new(),
            counts: BTreeMap::new(),
        }
    }

    fn host(&self) -> &Host {
        self.host.as_ref().unwrap()
    }

    fn count(&mut self, what: &str) {
        *self.counts.entry(what.to_owned()).or_default() += 1;
    }

    /// Lets true time go on, and sets the clocks.
    fn go(&mut self, seconds: i64, (service, own): (i64, i64)) {
        self.elapsed += seconds;
        self.host().clock.forward(seconds + service - self.service_ahead);
        (self.service_ahead, self.ahead) = (service, own);
    }

    /// The back end's clock, in milliseconds.
    fn millis(&self) -> i64 {
        at(START).unix_millis() + 1000 * self.elapsed + self.ahead
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_unix_millis(self.millis())
    }

    fn visit(&mut self) {
        let mut browser = self.host().browser();
        assert_eq!(browser.choose(&self.host().notice(), &all(true)).status, 201);
        let claims = browser.claims();
        let entry = lists::entry(&claims);
        assert_eq!(entry.uri, format!("{ORIGIN}{PATH}"));
        let (token, subject) = (browser.token().to_owned(), browser.subject());
        self.issued.push(Issued { token, subject, claims, idx: entry.idx, withdrawn: false, told: false });
    }

    fn withdraw(&mut self) {
        let now = at(START).unix_seconds() + self.elapsed;
        let age = |which: &usize| now - self.issued[*which].claims.iat;
        let stand: Vec<usize> = (0..self.issued.len())
            .filter(|which| !self.issued[*which].withdrawn && (2 * DAY..179 * DAY).contains(&age(which)))
            .collect();
        if stand.is_empty() {
            return;
        }
        let chosen = stand[self.random.below(stand.len())];
        let reply = letter(self.host(), &self.issued[chosen].subject, "analytics", self.host().clock.now());
        assert_eq!(reply.status, 201, "{reply:?}");
        self.issued[chosen].withdrawn = true;
        self.count("withdrawals");
    }

    fn rotate(&mut self) {
        let host = self.host.take().unwrap();
        let (data, now) = (host.data.clone(), host.clock.now());
        Keys::rotate(&data, now, now.plus_seconds(DAY)).unwrap();
        let host = again(host, &lists::site());
        // Opening lets a second pass that nobody else has seen.
        host.clock.forward(-1);
        self.host = Some(host);
        self.count("rotations");
    }

    fn put(&self, list: &str) -> Result<(), StatusError> {
        self.lists.put_at(&format!("{ORIGIN}{PATH}"), list, &self.verifier, self.now()).map(|_| ())
    }

    /// Takes in what the service says, and remembers what that should come to.
    fn fetch(&mut self) {
        let reply = self.host().browser().get(PATH);
        assert_eq!(reply.status, 200);
        let (list, claims) = (reply.text().to_owned(), lists::claims(&reply));
        let [iat, exp] = ["iat", "exp"].map(|name| claims[name].as_i64().unwrap());
        let ended: BTreeSet<u64> = self.issued.iter().filter(|one| one.withdrawn).map(|one| one.idx).collect();
        assert_eq!(bytes(&claims).iter().map(|byte| byte.count_ones() as usize).sum::<usize>(), ended.len());
        let put = self.put(&list);
        if iat * 1000 > self.millis() + 300_000 {
            assert_eq!(put, Err(StatusError::NotYetValid));
            self.count("lists of the future");
            return;
        }
        let since = self.millis().min(iat * 1000);
        match &mut self.at_hand {
            Some(at_hand) if iat < at_hand.iat => {
                assert_eq!(put, Err(StatusError::Older));
                self.count("lists of the past");
                return;
            }
            Some(at_hand) if iat == at_hand.iat => {
                at_hand.ended.extend(ended);
                at_hand.since = at_hand.since.min(since);
            }
            at_hand => *at_hand = Some(AtHand { iat, exp, since, ended }),
        }
        assert_eq!(put, Ok(()));
        self.heard.push(list);
        self.count("lists");
    }

    /// Somebody on the way sends something else.
    fn attack(&mut self) {
        let Some(last) = self.heard.last().cloned() else { return };
        let [head, body, _] = last.split('.').collect::<Vec<_>>().try_into().unwrap();
        let kind = self.random.below(5);
        let bad = match kind {
            0 => {
                let mut bytes = last.into_bytes();
                let at = self.random.below(bytes.len());
                bytes[at] ^= 1 << self.random.below(7);
                String::from_utf8(bytes).unwrap()
            }
            1 => last[..self.random.below(last.len())].to_owned(),
            2 => {
                // Nothing withdrawn, signed now, by a stranger under the service's key's name.
                let mut claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).unwrap()).unwrap();
                claims["iat"] = self.now().unix_seconds().into();
                claims["status_list"]["lst"] = "eNoDAAAAAAE".into();
                let input = format!("{head}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
                let stranger = SigningKey::from_bytes(&[9; 32]);
                format!("{input}.{}", URL_SAFE_NO_PAD.encode(stranger.sign(input.as_bytes()).to_bytes()))
            }
            3 => self.issued[self.random.below(self.issued.len())].token.clone(),
            _ => {
                let old = self.heard[..self.heard.len() - 1].last().cloned();
                let Some(old) = old.filter(|old| iat(old) < iat(&last)) else { return };
                old
            }
        };
        let expected: &[StatusError] = match kind {
            2 => &[StatusError::BadSignature],
            3 => &[StatusError::WrongType],
            4 => &[StatusError::Older],
            _ => &[],
        };
        let error = self.put(&bad).expect_err("it is not good");
        assert!(expected.is_empty() || expected.contains(&error), "{kind}: {error:?}");
        self.count("attacks");
    }

    fn expected(&self, claims: &Claims, idx: u64) -> &'static str {
        let now = self.millis();
        match &self.at_hand {
            _ if claims.iat * 1000 > now => "not-yet-valid",
            _ if claims.exp * 1000 <= now => "expired",
            None => "status-unknown",
            Some(list) if now - list.since > MAX_AGE * 1000 || now >= list.exp * 1000 => "status-stale",
            Some(list) if now < list.since - 300_000 => "status-stale",
            Some(list) if list.ended.contains(&idx) => "withdrawn",
            Some(_) => "ok",
        }
    }

    fn ask(&mut self, which: usize) {
        let one = &self.issued[which];
        let code = self.verifier.verify_at(&one.token, self.now()).map_or_else(VerifyError::code, |_| "ok");
        assert_eq!(code, self.expected(&one.claims, one.idx), "token {which} after {} hours", self.elapsed / HOUR);
        // Whatever happens to clocks, lists and keys: who was told once does not forget.
        assert!(!(one.told && code == "ok"), "token {which} after {} hours", self.elapsed / HOUR);
        self.issued[which].told |= code == "withdrawn";
        self.count(code);
    }

    /// Every five days all tokens that anybody may still hold, else some; the last ones always.
    fn ask_all(&mut self, hour: i64) {
        let oldest = self.elapsed + at(START).unix_seconds() - 182 * DAY;
        let live: Vec<usize> = (0..self.issued.len()).filter(|which| self.issued[*which].claims.iat > oldest).collect();
        if hour % 120 == 0 {
            for which in live {
                self.ask(which);
            }
            return;
        }
        for which in live.iter().rev().take(3) {
            self.ask(*which);
        }
        for _ in 0..live.len().min(4) {
            let which = live[self.random.below(live.len())];
            self.ask(which);
        }
    }

    /// The service's clock shows the last second of the year twice, and somebody withdraws in the second one.
    fn leap(&mut self, hour: i64) {
        self.go(HOUR - 1, skew(hour - 1));
        self.fetch();
        let before = self.heard.last().cloned().unwrap();
        self.go(1, skew(hour));
        self.withdraw();
        self.fetch();
        let after = self.heard.last().cloned().unwrap();
        assert_eq!(iat(&before), iat(&after), "the same second");
        assert_ne!(before, after);
        self.ask_all(0);
        // The first of the two comes again: it is of the same second, and takes nothing back.
        assert_eq!(self.put(&before), Ok(()));
        self.ask_all(0);
        self.count("leap seconds");
    }

    fn hour(&mut self, hour: i64) {
        if hour == (at(LEAP).unix_seconds() - at(START).unix_seconds()) / HOUR {
            return self.leap(hour);
        }
        self.go(if hour == 0 { 0 } else { HOUR }, skew(hour));
        if hour % 24 == 7 {
            self.visit();
        }
        if hour % 24 == 11 && self.random.below(2) == 0 {
            self.withdraw();
        }
        if [100, 300].contains(&(hour / 24)) && hour % 24 == 1 {
            self.rotate();
        }
        // What was true a moment ago still is, as far as the list at hand can say.
        self.ask_all(hour);
        if is_down(hour, &mut self.random) {
            return self.count("outages");
        }
        if hour % 6 == 0 {
            self.verifier = verifier(self.host(), &self.lists);
        }
        self.attack();
        self.fetch();
        self.attack();
        self.ask_all(hour);
    }
}

fn iat(list: &str) -> i64 {
    let claims = URL_SAFE_NO_PAD.decode(list.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice::<Value>(&claims).unwrap()["iat"].as_i64().unwrap()
}

#[test]
fn a_withdrawal_counts_from_the_first_fresh_list_on_and_for_good() {
    let mut world = World::start();
    world.go(1, (0, 0));
    world.visit();
    for hour in 0..DAYS * 24 {
        world.hour(hour);
    }
    // Nothing of this was for nothing.
    let counts = &world.counts;
    for (what, least) in [
        ("ok", 10_000),
        ("withdrawn", 10_000),
        ("status-stale", 300),
        ("status-unknown", 1),
        ("expired", 100),
        ("not-yet-valid", 1),
        ("withdrawals", 100),
        ("lists", 8000),
        ("lists of the future", 5),
        ("lists of the past", 1),
        ("attacks", 10_000),
        ("outages", 300),
        ("rotations", 2),
        ("leap seconds", 1),
    ] {
        assert!(counts.get(what).is_some_and(|count| *count >= least), "{what}: {counts:?}");
    }
}
