//! The laws, over random standings and cases.

use super::*;
use proptest::prelude::*;

fn any_standing() -> impl Strategy<Value = Standing> {
    let years = at("2020-01-01T00:00:00Z").unix_seconds()..at("2030-01-01T00:00:00Z").unix_seconds();
    let noes = vec![Because::Refused, Because::Withdrawn, Because::Objected, Because::Erased];
    let earlier_no = prop::option::of(prop::sample::select(noes));
    let asked = prop::sample::select(vec![Asked::Alone, Asked::Together]);
    let law = prop_oneof![8 => Just(Law::Silent), 1 => Just(Law::Restricted), 1 => Just(Law::Overruled)];
    let signalled = prop::option::weighted(0.3, 0i64..800);
    let past = (0i64..800, signalled);
    (prop::sample::select(REASONS.to_vec()), years, earlier_no, asked, any_signal(), past, law).prop_map(
        |(because, seconds, earlier_no, asked, signal, (days, signalled), law)| {
            let at = Timestamp::from_unix_seconds(seconds);
            let ago = |days: i64| at.plus_seconds(-days * 86_400);
            let standing = Standing::new(because, at).asked(asked).under(signal).decided(ago(days));
            let lapsed = matches!(because, Because::Granted | Because::Expired | Because::OtherNotice);
            let no = if lapsed { earlier_no } else { standing.no };
            let law = if law == Law::Overruled && because != Because::Objected { Law::Silent } else { law };
            Standing { no, signalled: signalled.map(ago), law, ..standing }
        },
    )
}

fn any_change() -> impl Strategy<Value = NoticeChange> {
    prop::sample::select(vec![NoticeChange::None, NoticeChange::ThisPurpose])
}

/// In March 2026: a few records on each purpose, and what the controller did.
fn any_facts() -> impl Strategy<Value = Vec<Fact>> {
    let kinds = vec![Kind::Grant, Kind::Grant, Kind::Refuse, Kind::Withdraw, Kind::Object, Kind::Erase];
    let purpose = prop::sample::select(PURPOSES.to_vec());
    let some_record = (purpose, prop::sample::select(kinds), 1u32..20, prop::option::of(20u32..31)).prop_map(
        |(purpose, kind, day, end)| {
            let end = end.filter(|_| kind == Kind::Grant).map(|day| format!("2026-03-{day:02}"));
            Fact::Record(on(purpose, kind, &format!("2026-03-{day:02}"), end.as_deref()))
        },
    );
    let day = |day: u32| at(&format!("2026-03-{day:02}T06:00:00Z"));
    let grounds = || Grounds::new(Overriding::LegalClaims, "Evidence.").unwrap();
    prop::collection::vec(
        prop_oneof![
            8 => some_record,
            1 => (1u32..31).prop_map(move |at| Fact::Restriction(Restriction::new(day(at), day(at)).unwrap())),
            1 => (1u32..31).prop_map(move |at| Fact::Lifting(Lifting::new(day(at)))),
            1 => (1u32..31).prop_map(move |at| {
                Fact::Ruling(Decision::new(&processing("logs"), Outcome::Overruled(grounds()), day(at)).unwrap())
            }),
        ],
        0..6,
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
        set in any_set(), use_ in any_use(), standing in any_standing(), change in any_change(), signal in any_signal(),
    ) {
        if RuleSet::Strict.prompt(use_, &standing, change, signal).asks() {
            prop_assert!(set.prompt(use_, &standing, change, signal).asks());
        }
    }

    #[test]
    fn a_no_always_wins_and_a_signal_never_permits(
        set in any_set(), use_ in any_use(), standing in any_standing(), signal in any_signal(),
    ) {
        let ruling = set.answer(use_, &standing, signal);
        if standing.law == Law::Restricted {
            prop_assert_eq!((ruling.permitted(), ruling.code()), (false, "restricted"));
        } else if matches!(standing.because, Because::Refused | Because::Withdrawn | Because::Objected | Because::Erased) {
            let exempt = standing.law == Law::Overruled && set.rule(use_, standing.at).says() == Regime::Exempt;
            prop_assert_eq!(ruling.permitted(), exempt);
            prop_assert_eq!(ruling.code(), if exempt { "exempt" } else { standing.because.code() });
        }
        let without = set.answer(use_, &standing, Gpc::Absent);
        prop_assert!(without.permitted() || !ruling.permitted());
        prop_assert_eq!((ruling.because(), ruling.signal()), (standing.because, signal));
        // Nor does it make a question.
        let change = NoticeChange::None;
        let asks = |signal| set.prompt(use_, &standing, change, signal).asks();
        prop_assert!(asks(Gpc::Absent) || !asks(signal));
        prop_assert!(ruling.reason() != Reason::Signal || !asks(signal));
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
        set in any_set(), use_ in any_use(), standing in any_standing(), change in any_change(), later in 0i64..400,
    ) {
        let ask = |standing| set.prompt(use_, &standing, change, Gpc::Absent);
        let prompt = ask(standing);
        let waited = |since: Option<Timestamp>| {
            since.is_none_or(|since| {
                let seconds = standing.at.unix_seconds() - since.unix_seconds();
                seconds >= i64::from(set.cool_down_days().says()) * 86_400
            })
        };
        let binding = |at: &Timestamp| set.signal(use_, *at).says() == SignalForce::Binding;
        let said_no = standing.no.and(standing.decided);
        let may = standing.law != Law::Restricted
            && !matches!(standing.no, Some(Because::Objected | Because::Erased))
            && (standing.because != Because::Granted || change == NoticeChange::ThisPurpose);
        prop_assert_eq!(prompt.asks(), may && waited(said_no) && waited(standing.signalled.filter(binding)));
        // What may be asked now may be asked later, and `from` is when it begins.
        let then = Standing { at: standing.at.plus_seconds(later * 86_400), ..standing };
        prop_assert!(!prompt.asks() || ask(then).asks());
        prop_assert!(!prompt.asks() || prompt.from().is_some_and(|from| from <= standing.at));
        if standing.because != Because::Granted && let Some(from) = prompt.from() {
            let begun = Standing { at: from, ..standing };
            prop_assert!(ask(begun).asks());
        }
    }

    /// Nothing is permitted against the law of the person's rights, whatever the regime, and no grant in force is lost.
    #[test]
    fn a_case_stands_as_it_answers(
        facts in any_facts(), purpose in prop::sample::select(PURPOSES.to_vec()), day in 1u32..31,
        set in any_set(), use_ in any_use(), signal in any_signal(), change in any_change(),
    ) {
        let now = at(&format!("2026-03-{day:02}T12:00:00Z"));
        let case = Case::new(&purposes(), facts.clone());
        let processing = processing(purpose);
        let verdict = case.ask(&processing, now, Known::Everything, None);
        let standing = Standing::of(&case, &processing, now, Known::Everything, None);
        let (ruling, prompt) = (set.answer(use_, &standing, signal), set.prompt(use_, &standing, change, signal));
        let code = verdict.reason().code();
        let stopped = ["restricted", "objected", "objection-raised", "erased", "refused", "withdrawn"].contains(&code);
        prop_assert!(!stopped || !ruling.permitted(), "{code} but {}", ruling.code());
        prop_assert!(!["restricted", "objected", "objection-raised", "erased"].contains(&code) || !prompt.asks());
        // By the letter: an objection to it, or of direct marketing, after which no grant runs.
        let marketing = ["adverts", "mails"];
        let covers = |of: &str| of == purpose || (marketing.contains(&of) && marketing.contains(&purpose));
        let objected = facts.iter().any(|fact| match fact {
            Fact::Record(record) => {
                record.kind() == Kind::Object && record.effective() <= now && covers(record.purpose().as_str())
            }
            _ => false,
        });
        let timeline = case.timeline(processing.purpose());
        let granted = timeline.is_some_and(|timeline| timeline.ask(now, Known::Everything, None).permitted());
        if objected && !granted {
            prop_assert!(!prompt.asks());
            prop_assert!(!ruling.permitted() || (purpose == "logs" && use_ == Use::StrictlyNecessary));
        }
        prop_assert!(!granted || standing.because == Because::Granted);
        prop_assert!(granted || standing.because != Because::Granted);
        prop_assert!(ruling.code() != "granted" || verdict.permits(Operation::Use));
    }
}
