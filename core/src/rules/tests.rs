use super::*;
use crate::signals::Gpc;
use crate::{Asked, Because, Kind, Known, NoticeHash, Record, RecordParts, Timeline};
use proptest::prelude::*;

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
            "ch -ooisos recorded as-easy 180",
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
            "strict -iiisss shown as-easy 366",
        ]
    );
    assert_eq!(line(&RuleSet::Uk, at("2026-02-04T23:59:59.999Z")), "uk -iiisis recorded as-easy 180");
    assert_eq!(line(&RuleSet::Uk, at("2026-02-05T00:00:00Z")), "uk -ooisis recorded as-easy 180");
    assert_eq!(line(&RuleSet::UsOr, at("2026-01-01T00:00:00Z")), "us-or -oooioo binding as-easy 180");
    assert_eq!(line(&RuleSet::UsOr, at("2025-12-31T23:59:59Z")), "us-or -oooioo recorded as-easy 180");
    assert_eq!(line(&RuleSet::UsCa, at("2025-12-31T23:59:59Z")), "us-ca -oooooo binding as-easy 366");
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
        (RuleSet::Strict, Use::Advertising, Granted, Gpc::Absent, "granted"),
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

fn record(kind: Kind, day: &str, expires: Option<&str>) -> Record {
    let received_at = at(&format!("{day}T00:00:00Z"));
    Record::new(RecordParts {
        subject: "s".parse().unwrap(),
        purpose: "p".parse().unwrap(),
        kind,
        claimed_at: None,
        received_at,
        recorded_at: received_at,
        notice: "n1".parse().unwrap(),
        expires_at: expires.map(|day| at(&format!("{day}T00:00:00Z"))),
    })
    .unwrap()
}

#[test]
fn a_no_that_a_lapsed_grant_had_lifted_counts_again() {
    let granted = record(Kind::Grant, "2026-02-01", Some("2026-08-01"));
    let code = |records: &[Record], notice: Option<&NoticeHash>, known| {
        let standing = Standing::of(&Timeline::new(records.iter().cloned()), today(), known, notice);
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
fn prompts() {
    let decided = at("2026-01-01T00:00:00Z");
    let from = |because, notice, now: &str, set: RuleSet| {
        let prompt = set.prompt(&Standing::new(because, at(now)).decided(decided), notice);
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

    let undated = RuleSet::Eu.prompt(&Standing::new(Because::Refused, today()), changed);
    assert_eq!((undated.code(), undated.from()), ("cool-down", None));
}

#[test]
fn a_cool_down_begins_with_the_last_no_and_a_grant_is_asked_again_when_it_ends() {
    let prompt = |records: Vec<Record>, now: &str| {
        let standing = Standing::of(&Timeline::new(records), at(now), Known::Everything, None);
        let prompt = RuleSet::Eu.prompt(&standing, NoticeChange::None);
        (prompt.code(), prompt.from().map(|from| from.to_string()))
    };
    let twice = vec![record(Kind::Refuse, "2026-01-01", None), record(Kind::Refuse, "2026-06-01", None)];
    assert_eq!(prompt(twice, "2026-07-01T00:00:00Z"), ("cool-down", Some("2026-11-28T00:00:00Z".into())));
    let granted = vec![record(Kind::Grant, "2026-01-01", Some("2026-06-30"))];
    assert_eq!(prompt(granted.clone(), "2026-06-29T00:00:00Z"), ("granted", Some("2026-06-30T00:00:00Z".into())));
    assert_eq!(prompt(granted, "2026-06-30T00:00:00Z"), ("expired", Some("2026-06-30T00:00:00Z".into())));
}

fn any_standing() -> impl Strategy<Value = Standing> {
    let years = at("2020-01-01T00:00:00Z").unix_seconds()..at("2030-01-01T00:00:00Z").unix_seconds();
    let noes = vec![Because::Refused, Because::Withdrawn, Because::Objected, Because::Erased];
    let earlier_no = prop::option::of(prop::sample::select(noes));
    let asked = prop::sample::select(vec![Asked::Alone, Asked::Together]);
    (prop::sample::select(REASONS.to_vec()), years, earlier_no, asked, any_signal(), 0i64..800).prop_map(
        |(because, seconds, earlier_no, asked, signal, days)| {
            let at = Timestamp::from_unix_seconds(seconds);
            let standing = Standing::new(because, at).asked(asked).under(signal);
            Standing { earlier_no, ..standing.decided(at.plus_seconds(-days * 86_400)) }
        },
    )
}

fn any_signal() -> impl Strategy<Value = Gpc> {
    prop::sample::select(vec![Gpc::On, Gpc::Absent])
}

fn any_set() -> impl Strategy<Value = RuleSet> {
    prop::sample::select(RuleSet::ALL)
}

fn any_use() -> impl Strategy<Value = Use> {
    prop::sample::select(Use::ALL)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn strict_permits_nothing_that_another_forbids(
        set in any_set(), use_ in any_use(), standing in any_standing(), signal in any_signal(),
    ) {
        if RuleSet::Strict.answer(use_, &standing, signal).permitted() {
            prop_assert!(set.answer(use_, &standing, signal).permitted());
        }
        let tables = |set: RuleSet| (
            set.rule(use_, standing.at).says(),
            set.signal(use_, standing.at).says(),
            set.signal_display(standing.at).says(),
            set.refusing().says(),
            set.cool_down_days().says(),
        );
        let (strict, other) = (tables(RuleSet::Strict), tables(set));
        prop_assert!(strict.0 >= other.0 && strict.1 >= other.1 && strict.2 >= other.2);
        prop_assert!(strict.3 >= other.3 && strict.4 >= other.4);
    }

    #[test]
    fn strict_never_asks_before_another(
        set in any_set(), standing in any_standing(), changed in prop::bool::ANY,
    ) {
        let notice = if changed { NoticeChange::ThisPurpose } else { NoticeChange::None };
        if RuleSet::Strict.prompt(&standing, notice).asks() {
            prop_assert!(set.prompt(&standing, notice).asks());
        }
    }

    #[test]
    fn a_no_always_wins_and_a_signal_never_permits(
        set in any_set(), use_ in any_use(), standing in any_standing(), signal in any_signal(),
    ) {
        let ruling = set.answer(use_, &standing, signal);
        if matches!(standing.because, Because::Refused | Because::Withdrawn | Because::Objected | Because::Erased) {
            prop_assert!(!ruling.permitted());
            prop_assert_eq!(ruling.code(), standing.because.code());
        }
        let without = set.answer(use_, &standing, Gpc::Absent);
        prop_assert!(without.permitted() || !ruling.permitted());
        prop_assert_eq!((ruling.because(), ruling.signal()), (standing.because, signal));
    }

    #[test]
    fn an_opt_out_regime_is_said_only_where_the_table_says_so(
        set in any_set(), use_ in any_use(), standing in any_standing(), signal in any_signal(),
    ) {
        let ruling = set.answer(use_, &standing, signal);
        let regime = set.rule(use_, standing.at).says();
        prop_assert_eq!(ruling.code() == "opt-out-regime", ruling.reason() == Reason::OptOutRegime);
        if ruling.reason() == Reason::OptOutRegime {
            prop_assert_eq!(regime, Regime::OptOutWithNotice);
        }
        if regime >= Regime::OptIn && ruling.permitted() {
            prop_assert_eq!(standing.because, Because::Granted);
        }
    }

    #[test]
    fn a_no_is_not_asked_again_within_its_cool_down(
        set in any_set(), standing in any_standing(), changed in prop::bool::ANY, later in 0i64..400,
    ) {
        let notice = if changed { NoticeChange::ThisPurpose } else { NoticeChange::None };
        let prompt = set.prompt(&standing, notice);
        if matches!(standing.because, Because::Refused | Because::Withdrawn) {
            let waited = standing.at.unix_seconds() - standing.decided.unwrap().unix_seconds();
            prop_assert_eq!(prompt.asks(), waited >= i64::from(set.cool_down_days().says()) * 86_400);
        }
        // What may be asked now may be asked later, and `from` is when it begins.
        let then = Standing { at: standing.at.plus_seconds(later * 86_400), ..standing };
        prop_assert!(!prompt.asks() || set.prompt(&then, notice).asks());
        prop_assert!(!prompt.asks() || prompt.from().is_some_and(|from| from <= standing.at));
        if standing.because != Because::Granted && let Some(from) = prompt.from() {
            let begun = Standing { at: from, ..standing };
            prop_assert!(set.prompt(&begun, notice).asks());
        }
    }

    #[test]
    fn a_timeline_stands_as_it_answers(
        kinds in prop::collection::vec((0usize..5, 1u32..28, prop::option::of(29u32..31)), 0..5), day in 1u32..31,
    ) {
        let all = [Kind::Grant, Kind::Refuse, Kind::Withdraw, Kind::Object, Kind::Erase];
        let timeline = Timeline::new(kinds.iter().map(|(kind, day, expires)| {
            let end = expires.map(|day| format!("2026-03-{day:02}"));
            record(all[*kind], &format!("2026-03-{day:02}"), end.as_deref())
        }));
        let now = at(&format!("2026-03-{day:02}T12:00:00Z"));
        let standing = Standing::of(&timeline, now, Known::Everything, None);
        let answer = timeline.ask(now, Known::Everything, None);
        prop_assert_eq!((standing.because, standing.until), (answer.because(), answer.until()));
        prop_assert_eq!(standing.decided.is_none(), answer.because() == Because::Unknown);
    }
}
