use super::answer::Law;
use super::*;
use crate::law::{Case, Fact, Operation, Processing, Purposes, Terms};
use crate::objection::{Grounds, Lifting, Outcome, Overriding, Restriction, Ruling as Decision};
use crate::signals::Gpc;
use crate::{
    Asked, Basis, Because, DirectMarketing, Kind, Known, NoticeHash, PurposeKind, Record, RecordParts, SubjectKind,
};

mod laws;

const REASONS: [Because; 8] = [
    Because::Granted,
    Because::Refused,
    Because::Withdrawn,
    Because::Objected,
    Because::Erased,
    Because::Expired,
    Because::OtherNotice,
    Because::Unknown,
];

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn today() -> Timestamp {
    at("2026-11-21T12:00:00Z")
}

fn code(set: RuleSet, use_: Use, because: Because, signal: Gpc) -> &'static str {
    set.answer(use_, &Standing::new(because, today()), signal).code()
}

#[test]
fn the_dates_are_what_their_names_say() {
    for (seconds, date) in [
        (law::Y2024_07_01, "2024-07-01"),
        (law::Y2025_01_01, "2025-01-01"),
        (law::Y2025_07_15, "2025-07-15"),
        (law::Y2025_07_31, "2025-07-31"),
        (law::Y2025_10_01, "2025-10-01"),
        (law::Y2026_01_01, "2026-01-01"),
        (law::Y2026_02_05, "2026-02-05"),
    ] {
        assert_eq!(Timestamp::from_unix_seconds(seconds).to_string(), format!("{date}T00:00:00Z"));
    }
}

#[test]
fn each_rule_has_a_source() {
    for set in RuleSet::ALL {
        for use_ in Use::ALL {
            assert!(!set.rule(*use_, today()).source().is_empty(), "{set} {}", use_.code());
            assert!(!set.signal(*use_, today()).source().is_empty(), "{set} {}", use_.code());
        }
        assert!(!set.signal_display(today()).source().is_empty(), "{set}");
        assert!(!set.refusing().source().is_empty() && !set.cool_down_days().source().is_empty(), "{set}");
    }
}

/// One line a rule set: its regimes in the order of [`Use::ALL`] (`-` exempt, `o` opt-out, `i` opt-in, `s` opt-in
/// separately), whether the signal binds advertising and must be seen, how refusing is offered, the cool-down.
#[test]
fn the_table_at_a_glance() {
    let line = |set: &RuleSet, at| {
        let regimes: String = Use::ALL
            .iter()
            .map(|use_| match set.rule(*use_, at).says() {
                Regime::Exempt => '-',
                Regime::OptOutWithNotice => 'o',
                Regime::OptIn => 'i',
                Regime::OptInSeparately => 's',
            })
            .collect();
        let signal = match (set.signal(Use::Advertising, at).says(), set.signal_display(at).says()) {
            (SignalForce::RecordedOnly, _) => "recorded",
            (SignalForce::Binding, SignalDisplay::Optional) => "binding",
            (SignalForce::Binding, SignalDisplay::Required) => "shown",
        };
        let refusing = match set.refusing().says() {
            Refusing::Possible => "possible",
            Refusing::AsEasy => "as-easy",
        };
        format!("{set} {regimes} {signal} {refusing} {}", set.cool_down_days().says())
    };
    let table: Vec<String> = RuleSet::ALL.iter().map(|set| line(set, today())).collect();
    assert_eq!(
        table,
        [
            "eu -iiisis recorded as-easy 180",
            "uk -ooisis recorded as-easy 180",
            "ch -oossos recorded as-easy 180",
            "us-ca -oooooo shown as-easy 366",
            "us-co -oooioo binding as-easy 180",
            "us-ct -oooioo binding as-easy 180",
            "us-de -oooioo binding as-easy 180",
            "us-md -oooioo binding as-easy 180",
            "us-mn -oooioo binding as-easy 180",
            "us-mt -oooioo binding as-easy 180",
            "us-ne -oooioo binding as-easy 180",
            "us-nh -oooioo binding as-easy 180",
            "us-nj -oooioo binding as-easy 180",
            "us-or -oooioo binding as-easy 180",
            "us-tx -oooioo binding as-easy 180",
            "us -ooosoo recorded possible 180",
            "ca-qc -iiisso recorded as-easy 180",
            "cn -iiisss recorded possible 180",
            "strict -iissss shown as-easy 366",
        ]
    );
}

/// Every day on which a rule turns, and none beside.
#[test]
fn each_dated_rule_turns_on_its_day() {
    let says = |set: RuleSet, at| {
        let regimes: Vec<Regime> = Use::ALL.iter().map(|use_| set.rule(*use_, at).says()).collect();
        let signals: Vec<SignalForce> = Use::ALL.iter().map(|use_| set.signal(*use_, at).says()).collect();
        (regimes, signals, set.signal_display(at).says())
    };
    let mut turns = Vec::new();
    for set in RuleSet::ALL {
        let mut before = says(*set, at("2022-12-31T00:00:00Z"));
        let first = at("2023-01-01T00:00:00Z");
        for day in (0..6 * 365).map(|day| first.plus_seconds(day * 86_400)) {
            assert_eq!(says(*set, day.plus_seconds(-1)), before, "{set} turns within the day before {day}");
            let after = says(*set, day);
            for (at, use_) in Use::ALL.iter().enumerate() {
                if before.0[at] != after.0[at] {
                    let (before, after) = (before.0[at].code(), after.0[at].code());
                    turns.push(format!("{set} {} {}: {before} to {after}", &day.to_string()[..10], use_.code()));
                }
                if before.1[at] != after.1[at] {
                    turns.push(format!("{set} {} {}: {:?}", &day.to_string()[..10], use_.code(), after.1[at]));
                }
            }
            if before.2 != after.2 {
                turns.push(format!("{set} {} display: {:?}", &day.to_string()[..10], after.2));
            }
            before = after;
        }
        assert_eq!(says(*set, at("2001-01-01T00:00:00Z")), says(*set, first), "{set}");
        assert_eq!(says(*set, at("2101-01-01T00:00:00Z")), before, "{set}");
    }
    let signals = [
        ("us-co", "2024-07-01"),
        ("us-ct", "2025-01-01"),
        ("us-de", "2026-01-01"),
        ("us-md", "2025-10-01"),
        ("us-mn", "2025-07-31"),
        ("us-mt", "2025-01-01"),
        ("us-ne", "2025-01-01"),
        ("us-nh", "2025-01-01"),
        ("us-nj", "2025-07-15"),
        ("us-or", "2026-01-01"),
        ("us-tx", "2025-01-01"),
    ];
    let uk = ["statistics", "appearance"].map(|use_| format!("uk 2026-02-05 {use_}: opt-in to opt-out-with-notice"));
    let mut expected = uk.to_vec();
    expected.push("us-ca 2026-01-01 display: Required".into());
    for (set, day) in signals {
        expected.extend(["advertising", "disclosure"].map(|use_| format!("{set} {day} {use_}: Binding")));
    }
    assert_eq!(turns, expected);
}

#[test]
fn codes_are_read_back() {
    for set in RuleSet::ALL {
        assert_eq!(set.code().parse(), Ok(*set));
    }
    let error = "EU".parse::<RuleSet>().unwrap_err();
    assert_eq!(error.code(), "rule-set-unknown");
    assert_eq!(
        error.to_string(),
        "not the code of a rule set; expected one of eu, uk, ch, us-ca, us-co, us-ct, us-de, us-md, us-mn, us-mt, \
         us-ne, us-nh, us-nj, us-or, us-tx, us, ca-qc, cn, strict"
    );
}

#[test]
fn answers_by_regime() {
    use Because::{Expired, Granted, Objected, OtherNotice, Refused, Unknown, Withdrawn};
    for (set, use_, because, signal, expected) in [
        (RuleSet::Eu, Use::StrictlyNecessary, Unknown, Gpc::On, "exempt"),
        (RuleSet::Eu, Use::Advertising, Unknown, Gpc::Absent, "unknown"),
        (RuleSet::Eu, Use::Advertising, Granted, Gpc::On, "granted"),
        (RuleSet::Eu, Use::Sensitive, Granted, Gpc::Absent, "not-separate"),
        (RuleSet::Eu, Use::Statistics, OtherNotice, Gpc::Absent, "other-notice"),
        (RuleSet::Uk, Use::Appearance, Unknown, Gpc::On, "opt-out-regime"),
        (RuleSet::Uk, Use::Statistics, Granted, Gpc::Absent, "granted"),
        (RuleSet::Uk, Use::Statistics, Expired, Gpc::Absent, "opt-out-regime"),
        (RuleSet::Uk, Use::Advertising, Expired, Gpc::Absent, "expired"),
        (RuleSet::Uk, Use::Statistics, Objected, Gpc::Absent, "objected"),
        (RuleSet::UsCa, Use::Advertising, Unknown, Gpc::Absent, "opt-out-regime"),
        (RuleSet::UsCa, Use::Advertising, Unknown, Gpc::On, "signal"),
        (RuleSet::UsCa, Use::Advertising, Granted, Gpc::On, "signal"),
        (RuleSet::UsCa, Use::Disclosure, OtherNotice, Gpc::On, "signal"),
        (RuleSet::UsCa, Use::Advertising, Refused, Gpc::On, "refused"),
        (RuleSet::UsCa, Use::Statistics, Unknown, Gpc::On, "opt-out-regime"),
        (RuleSet::UsTx, Use::Sensitive, Unknown, Gpc::On, "unknown"),
        (RuleSet::UsTx, Use::Sensitive, Granted, Gpc::On, "granted"),
        (RuleSet::Us, Use::Advertising, Unknown, Gpc::On, "opt-out-regime"),
        (RuleSet::Us, Use::Advertising, Withdrawn, Gpc::Absent, "withdrawn"),
        (RuleSet::CaQc, Use::Disclosure, Granted, Gpc::Absent, "not-separate"),
        (RuleSet::Strict, Use::Advertising, Granted, Gpc::On, "signal"),
        (RuleSet::Strict, Use::Advertising, Granted, Gpc::Absent, "not-separate"),
        (RuleSet::Ch, Use::Advertising, Granted, Gpc::Absent, "not-separate"),
        (RuleSet::Strict, Use::Statistics, Granted, Gpc::Absent, "granted"),
    ] {
        assert_eq!(code(set, use_, because, signal), expected, "{set} {} {} {signal:?}", use_.code(), because.code());
    }
}

#[test]
fn only_a_grant_made_alone_under_the_signal_goes_before_it() {
    let granted = Standing::new(Because::Granted, today());
    for (standing, expected) in [
        (granted, "signal"),
        (granted.asked(Asked::Alone), "signal"),
        (granted.under(Gpc::On), "signal"),
        (granted.asked(Asked::Alone).under(Gpc::On), "granted"),
        (Standing::new(Because::Expired, today()).asked(Asked::Alone).under(Gpc::On), "signal"),
    ] {
        let ruling = RuleSet::UsCo.answer(Use::Advertising, &standing, Gpc::On);
        assert_eq!((ruling.code(), ruling.signal()), (expected, Gpc::On));
    }
}

/// Two purposes of direct marketing, one of statistics, and log files that rest on legitimate interest.
fn purposes() -> Purposes {
    let terms = |marketing, basis| Terms::new(SubjectKind::Device, PurposeKind::Consent, marketing, [basis]).unwrap();
    Purposes::new([
        ("adverts".parse().unwrap(), terms(DirectMarketing::Yes, Basis::Consent)),
        ("mails".parse().unwrap(), terms(DirectMarketing::Yes, Basis::Consent)),
        ("visits".parse().unwrap(), terms(DirectMarketing::No, Basis::Consent)),
        ("logs".parse().unwrap(), terms(DirectMarketing::No, Basis::LegitimateInterest)),
    ])
}

const PURPOSES: [&str; 4] = ["adverts", "mails", "visits", "logs"];

fn processing(purpose: &str) -> Processing {
    let basis = if purpose == "logs" { Basis::LegitimateInterest } else { Basis::Consent };
    purposes().processing(&purpose.parse().unwrap(), basis).unwrap()
}

fn on(purpose: &str, kind: Kind, day: &str, expires: Option<&str>) -> Record {
    let received_at = at(&format!("{day}T00:00:00Z"));
    Record::new(RecordParts {
        subject: "s".parse().unwrap(),
        purpose: purpose.parse().unwrap(),
        kind,
        claimed_at: None,
        received_at,
        recorded_at: received_at,
        notice: "n1".parse().unwrap(),
        expires_at: expires.map(|day| at(&format!("{day}T00:00:00Z"))),
    })
    .unwrap()
}

fn record(kind: Kind, day: &str, expires: Option<&str>) -> Record {
    on("visits", kind, day, expires)
}

fn case(records: &[Record]) -> Case {
    Case::new(&purposes(), records.iter().cloned().map(Fact::Record))
}

fn visits(records: &[Record], now: Timestamp, notice: Option<&NoticeHash>) -> Standing {
    Standing::of(&case(records), &processing("visits"), now, Known::Everything, notice)
}

#[test]
fn a_no_that_a_lapsed_grant_had_lifted_counts_again() {
    let granted = record(Kind::Grant, "2026-02-01", Some("2026-08-01"));
    let code = |records: &[Record], notice: Option<&NoticeHash>, known| {
        let standing = Standing::of(&case(records), &processing("visits"), today(), known, notice);
        RuleSet::UsCa.answer(Use::Advertising, &standing, Gpc::Absent).code()
    };
    let everything = Known::Everything;
    let (refused, withdrawn) = (record(Kind::Refuse, "2026-01-01", None), record(Kind::Withdraw, "2026-09-01", None));
    let other = "n2".parse().unwrap();
    assert_eq!(code(std::slice::from_ref(&granted), None, everything), "opt-out-regime");
    assert_eq!(code(std::slice::from_ref(&granted), Some(&other), everything), "opt-out-regime");
    assert_eq!(code(&[refused.clone(), granted.clone()], None, everything), "refused");
    assert_eq!(code(&[refused, granted.clone()], Some(&other), everything), "refused");
    assert_eq!(code(&[granted.clone(), withdrawn.clone()], None, everything), "withdrawn");
    assert_eq!(code(&[granted, withdrawn], None, Known::At(at("2026-08-15T00:00:00Z"))), "opt-out-regime");
}

#[test]
fn an_objection_that_no_grant_in_force_lifts_stands_and_is_not_asked_about() {
    let object = record(Kind::Object, "2026-01-01", None);
    let running = record(Kind::Grant, "2026-02-01", None);
    let ended = record(Kind::Grant, "2026-02-01", Some("2026-03-01"));
    let (withdraw, refuse) = (record(Kind::Withdraw, "2026-02-02", None), record(Kind::Refuse, "2026-02-02", None));
    let other = "n2".parse().unwrap();
    for (records, notice) in [
        (vec![object.clone(), withdraw.clone()], None),
        (vec![object.clone(), refuse.clone()], None),
        (vec![object.clone(), ended.clone()], None),
        (vec![object.clone(), ended, refuse], None),
        (vec![object.clone(), running.clone(), withdraw], None),
        (vec![object.clone(), running.clone()], Some(&other)),
    ] {
        let standing = visits(&records, today(), notice);
        for set in RuleSet::ALL {
            for use_ in Use::ALL {
                assert_eq!(set.answer(*use_, &standing, Gpc::Absent).code(), "objected", "{set} {records:?}");
                for change in [NoticeChange::None, NoticeChange::ThisPurpose] {
                    let prompt = set.prompt(*use_, &standing, change, Gpc::Absent);
                    assert_eq!((prompt.code(), prompt.from()), ("objected", None), "{set} {records:?}");
                }
            }
        }
    }
    let lifted = visits(&[object, running], today(), None);
    assert_eq!(RuleSet::Eu.answer(Use::Advertising, &lifted, Gpc::Absent).code(), "granted");
    let prompt = |change| RuleSet::Eu.prompt(Use::Advertising, &lifted, change, Gpc::Absent).code();
    assert_eq!((prompt(NoticeChange::None), prompt(NoticeChange::ThisPurpose)), ("granted", "objected"));
}

#[test]
fn objections_restrictions_and_decisions_count_under_every_regime() {
    let object = Fact::Record(on("mails", Kind::Object, "2026-01-01", None));
    let no_logs = Fact::Record(on("logs", Kind::Refuse, "2026-01-01", None));
    let grant = Fact::Record(record(Kind::Grant, "2026-01-01", None));
    let february = at("2026-02-01T00:00:00Z");
    let restriction = Fact::Restriction(Restriction::new(february, february).unwrap());
    let lifting = Fact::Lifting(Lifting::new(at("2026-03-01T00:00:00Z")));
    let grounds = Grounds::new(Overriding::LegalClaims, "Evidence in a pending case.").unwrap();
    let decision = |outcome| Fact::Ruling(Decision::new(&processing("logs"), outcome, february).unwrap());
    let overruled = decision(Outcome::Overruled(grounds));
    let upheld = decision(Outcome::Upheld);
    let erased = Fact::Record(on("logs", Kind::Erase, "2026-03-01", None));
    // In turn: Texas on statistics, what is exempt there, and whether Texas may ask.
    for (purpose, facts, expected) in [
        ("adverts", vec![object.clone()], ["objected", "objected", "objected"]),
        ("visits", vec![object.clone()], ["opt-out-regime", "exempt", "never-asked"]),
        ("visits", vec![grant.clone(), restriction.clone()], ["restricted", "restricted", "restricted"]),
        ("adverts", vec![object, restriction.clone()], ["restricted", "restricted", "restricted"]),
        ("visits", vec![grant, restriction, lifting], ["granted", "exempt", "granted"]),
        ("logs", vec![no_logs.clone()], ["objected", "objected", "objected"]),
        ("logs", vec![no_logs.clone(), upheld], ["objected", "objected", "objected"]),
        ("logs", vec![no_logs.clone(), overruled.clone()], ["objected", "exempt", "objected"]),
        ("logs", vec![no_logs, overruled, erased], ["erased", "erased", "erased"]),
    ] {
        let case = Case::new(&purposes(), facts.clone());
        let standing = Standing::of(&case, &processing(purpose), today(), Known::Everything, None);
        let answer = |use_| RuleSet::UsTx.answer(use_, &standing, Gpc::Absent).code();
        let prompt = RuleSet::UsTx.prompt(Use::Statistics, &standing, NoticeChange::None, Gpc::Absent).code();
        assert_eq!([answer(Use::Statistics), answer(Use::StrictlyNecessary), prompt], expected, "{purpose} {facts:?}");
    }
}

#[test]
fn prompts() {
    let decided = at("2026-01-01T00:00:00Z");
    let from = |because, notice, now: &str, set: RuleSet| {
        let standing = Standing::new(because, at(now)).decided(decided);
        let prompt = set.prompt(Use::Advertising, &standing, notice, Gpc::Absent);
        (prompt.code(), prompt.from().map(|from| from.to_string()))
    };
    let some = |text: &str| Some(text.to_owned());
    let (unchanged, changed) = (NoticeChange::None, NoticeChange::ThisPurpose);
    let (last, over) = ("2026-06-29T23:59:59Z", "2026-06-30T00:00:00Z");
    for notice in [unchanged, changed] {
        assert_eq!(from(Because::Refused, notice, last, RuleSet::Eu), ("cool-down", some(over)));
        assert_eq!(from(Because::Refused, notice, over, RuleSet::Eu), ("cool-down-over", some(over)));
        assert_eq!(from(Because::Withdrawn, notice, over, RuleSet::Eu), ("cool-down-over", some(over)));
        assert_eq!(from(Because::Refused, notice, over, RuleSet::UsCa), ("cool-down", some("2027-01-02T00:00:00Z")));
        assert_eq!(from(Because::Objected, notice, over, RuleSet::Eu), ("objected", None));
        assert_eq!(from(Because::Erased, notice, over, RuleSet::Eu), ("erased", None));
        assert_eq!(from(Because::Unknown, notice, last, RuleSet::Eu), ("never-asked", some(last)));
        assert_eq!(from(Because::Expired, notice, last, RuleSet::Eu), ("expired", some(last)));
        assert_eq!(from(Because::OtherNotice, notice, last, RuleSet::Eu), ("notice-changed", some(last)));
    }
    assert_eq!(from(Because::Granted, unchanged, last, RuleSet::Eu), ("granted", None));
    assert_eq!(from(Because::Granted, changed, last, RuleSet::Eu), ("notice-changed", some(last)));

    let undated = Standing::new(Because::Refused, today());
    let undated = RuleSet::Eu.prompt(Use::Advertising, &undated, changed, Gpc::Absent);
    assert_eq!((undated.code(), undated.from()), ("cool-down", None));
}

#[test]
fn a_cool_down_begins_with_the_last_no_and_a_grant_is_asked_again_when_it_ends() {
    let prompt = |records: &[Record], now: &str| {
        let standing = visits(records, at(now), None);
        let prompt = RuleSet::Eu.prompt(Use::Statistics, &standing, NoticeChange::None, Gpc::Absent);
        (prompt.code(), prompt.from().map(|from| from.to_string()))
    };
    let twice = [record(Kind::Refuse, "2026-01-01", None), record(Kind::Refuse, "2026-06-01", None)];
    assert_eq!(prompt(&twice, "2026-07-01T00:00:00Z"), ("cool-down", Some("2026-11-28T00:00:00Z".into())));
    let granted = [record(Kind::Grant, "2026-01-01", Some("2026-06-30"))];
    assert_eq!(prompt(&granted, "2026-06-29T00:00:00Z"), ("granted", Some("2026-06-30T00:00:00Z".into())));
    assert_eq!(prompt(&granted, "2026-06-30T00:00:00Z"), ("expired", Some("2026-06-30T00:00:00Z".into())));
    // A no that counts again has a cool-down of its own, from when it was said.
    let again = [record(Kind::Refuse, "2026-01-01", None), record(Kind::Grant, "2026-01-02", Some("2026-02-01"))];
    assert_eq!(prompt(&again, "2026-06-29T00:00:00Z"), ("cool-down", Some("2026-06-30T00:00:00Z".into())));
    assert_eq!(prompt(&again, "2026-07-01T00:00:00Z"), ("expired", Some("2026-07-01T00:00:00Z".into())));
}

#[test]
fn a_binding_signal_is_a_no_to_the_question_too() {
    let seen = at("2026-01-01T00:00:00Z");
    let code = |set: RuleSet, use_, because, now: &str, signal| {
        let standing = Standing::new(because, at(now)).signalled(seen);
        let prompt = set.prompt(use_, &standing, NoticeChange::None, signal);
        (prompt.code(), prompt.from().map(|from| from.to_string()))
    };
    let (last, over) = ("2027-01-01T23:59:59Z", "2027-01-02T00:00:00Z");
    let some = |text: &str| Some(text.to_owned());
    let (unknown, granted) = (Because::Unknown, Because::Granted);
    for (set, use_, because, now, signal, expected) in [
        (RuleSet::UsCa, Use::Advertising, unknown, over, Gpc::On, ("signal", None)),
        (RuleSet::UsCa, Use::Disclosure, granted, over, Gpc::On, ("signal", None)),
        (RuleSet::UsCa, Use::Advertising, unknown, last, Gpc::Absent, ("cool-down", some(over))),
        (RuleSet::UsCa, Use::Advertising, unknown, over, Gpc::Absent, ("never-asked", some(over))),
        (RuleSet::UsCa, Use::Advertising, Because::Refused, over, Gpc::Absent, ("cool-down", None)),
        (RuleSet::UsCa, Use::Statistics, unknown, last, Gpc::On, ("never-asked", some(last))),
        (RuleSet::Eu, Use::Advertising, unknown, last, Gpc::On, ("never-asked", some(last))),
        // In force in Oregon on that very day.
        (
            RuleSet::UsOr,
            Use::Advertising,
            unknown,
            "2026-01-02T00:00:00Z",
            Gpc::Absent,
            ("cool-down", some("2026-06-30T00:00:00Z")),
        ),
    ] {
        assert_eq!(code(set, use_, because, now, signal), expected, "{set} {}", use_.code());
    }
    let early = Standing::new(unknown, seen).signalled(seen.plus_seconds(-1));
    assert!(RuleSet::UsOr.prompt(Use::Advertising, &early, NoticeChange::None, Gpc::Absent).asks());
}
