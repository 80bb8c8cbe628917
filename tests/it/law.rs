//! Whatever a visitor does, the service says what a naive model says.

use crate::support::browser::{Browser, CHOICES, SUMMARY};
use crate::support::host::{DAY, Host};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const PURPOSES: [&str; 3] = ["analytics", "functional", "marketing"];

/// What a visitor does, after so many seconds.
#[derive(Clone, Debug)]
struct Step {
    after: i64,
    choice: Act,
}

#[derive(Clone, Debug)]
enum Act {
    /// JSON: what is named changes.
    Script([Option<bool>; 3]),
    /// The center's form: what is not ticked is refused.
    Center([bool; 3]),
    /// One button for all.
    Button(bool),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Said {
    Granted { end: i64 },
    Refused,
    Withdrawn,
}

/// What the browser's cookie makes of its owner.
#[derive(Clone, Debug, PartialEq)]
enum Who {
    New,
    Refuser { until: i64 },
    Known,
}

/// The rules in as few words as possible.
#[derive(Debug)]
struct Model {
    who: Who,
    said: BTreeMap<&'static str, Said>,
}

impl Model {
    fn new() -> Self {
        Self { who: Who::New, said: BTreeMap::new() }
    }

    fn status(&self, purpose: &str, now: i64) -> &'static str {
        match self.said.get(purpose) {
            None => "undecided",
            Some(Said::Granted { end }) if now >= *end => "expired",
            Some(Said::Granted { .. }) => "granted",
            Some(Said::Refused) => "refused",
            Some(Said::Withdrawn) => "withdrawn",
        }
    }

    fn pass(&mut self, now: i64) {
        if matches!(self.who, Who::Refuser { until } if now >= until) {
            *self = Self::new();
        }
    }

    /// Returns whether anything changed, and for how long the cookies are kept.
    fn choose(&mut self, choices: &BTreeMap<&'static str, bool>, now: i64) -> (bool, i64) {
        let mut changed = false;
        for (purpose, on) in choices {
            let said = match (on, self.status(purpose, now)) {
                (true, "granted") | (false, "refused" | "withdrawn") => continue,
                (true, _) => Said::Granted { end: now + 180 * DAY },
                (false, "granted") => Said::Withdrawn,
                (false, _) => Said::Refused,
            };
            self.said.insert(purpose, said);
            changed = true;
        }
        let ends = self.said.values().filter_map(|said| match said {
            Said::Granted { end } if now < *end => Some(*end),
            _ => None,
        });
        if let Some(first) = ends.min() {
            self.who = Who::Known;
            return (changed, first - now);
        }
        // Nothing is granted: the browser knows of refusals, and of nothing before.
        self.who = Who::Refuser { until: now - now.rem_euclid(DAY) + 181 * DAY };
        self.said.retain(|_, said| !matches!(said, Said::Granted { .. }));
        self.said.values_mut().for_each(|said| *said = Said::Refused);
        (changed, 180 * DAY)
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let after = prop_oneof![4 => 1..3600_i64, 3 => DAY..40 * DAY, 2 => 170 * DAY..190 * DAY];
    let named = prop::array::uniform3(prop::option::of(any::<bool>()))
        .prop_filter("names one", |named| named.iter().any(Option::is_some));
    let choice = prop_oneof![
        5 => named.prop_map(Act::Script),
        2 => any::<[bool; 3]>().prop_map(Act::Center),
        2 => any::<bool>().prop_map(Act::Button),
    ];
    prop::collection::vec((after, choice).prop_map(|(after, choice)| Step { after, choice }), 1..14)
}

#[test]
fn the_service_keeps_the_law() {
    let host = Host::start("law");
    let config = Config { cases: 40, failure_persistence: None, ..Config::default() };
    TestRunner::new(config).run(&(steps(), any::<bool>()), |(steps, keeps)| visit(&host, &steps, keeps)).unwrap();
}

/// `keeps`: a browser that sends its cookies after their end, too.
fn visit(host: &Host, steps: &[Step], keeps: bool) -> Result<(), TestCaseError> {
    let (mut browser, mut model, mut dropped_at) = (host.browser(), Model::new(), i64::MAX);
    for step in steps {
        host.clock.forward(step.after);
        let now = host.clock.now().unix_seconds();
        if !keeps && now >= dropped_at {
            browser.jar.clear();
            model = Model::new();
        }
        model.pass(now);
        agree(host, &mut browser, &model, now)?;

        let before = host.statements();
        let (reply, choices) = act(host, &mut browser, &step.choice);
        let (changed, life) = model.choose(&choices, now);
        dropped_at = now + 180 * DAY;
        match step.choice {
            Act::Script(_) => prop_assert_eq!(reply.status, if changed { 201 } else { 200 }),
            Act::Center(_) | Act::Button(_) => prop_assert_eq!(reply.status, 303),
        }
        prop_assert_eq!(host.statements() - before, u64::from(changed));
        for (cookie, age) in reply.set_cookies().iter().zip([180 * DAY, life]) {
            prop_assert!(cookie.contains(&format!("; Max-Age={age}; ")), "{} {:?}", age, reply);
        }
        agree(host, &mut browser, &model, now)?;
        summary(&browser, &model, now)?;
    }
    Ok(())
}

fn act(
    host: &Host,
    browser: &mut Browser,
    act: &Act,
) -> (crate::support::browser::Reply, BTreeMap<&'static str, bool>) {
    let notice = host.notice();
    let form = |browser: &mut Browser, more: &[(&str, &str)]| {
        browser.form(CHOICES, &[], &[&[("notice", notice.as_str()), ("lang", "en")], more].concat())
    };
    match act {
        Act::Script(named) => {
            let choices: BTreeMap<_, _> =
                PURPOSES.into_iter().zip(named).filter_map(|(purpose, on)| Some((purpose, (*on)?))).collect();
            let named: Vec<(&str, bool)> = choices.iter().map(|(purpose, on)| (*purpose, *on)).collect();
            (browser.choose(&notice, &named), choices)
        }
        Act::Center(ticked) => {
            let names: Vec<String> =
                PURPOSES.iter().zip(ticked).filter(|(_, on)| **on).map(|(purpose, _)| format!("p.{purpose}")).collect();
            let mut fields: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "on")).collect();
            fields.push(("save", "1"));
            (form(browser, &fields), PURPOSES.into_iter().zip(*ticked).collect())
        }
        Act::Button(on) => {
            let button = (if *on { "accept" } else { "reject" }, "all");
            (form(browser, &[button]), PURPOSES.into_iter().map(|purpose| (purpose, *on)).collect())
        }
    }
}

fn agree(host: &Host, browser: &mut Browser, model: &Model, now: i64) -> Result<(), TestCaseError> {
    let state = browser.state();
    let told: Vec<&Value> = PURPOSES.iter().map(|purpose| &state["purposes"][purpose]["status"]).collect();
    let expected: Vec<&str> = PURPOSES.iter().map(|purpose| model.status(purpose, now)).collect();
    prop_assert_eq!(&told, &expected);
    let ask: Vec<&str> =
        PURPOSES.into_iter().filter(|purpose| matches!(model.status(purpose, now), "undecided" | "expired")).collect();
    prop_assert_eq!(&state["ask"], &json!(ask));
    if model.who == Who::Known {
        // The proof says the same as the service, and for ever.
        let subject = browser.subject();
        for purpose in PURPOSES {
            let because = host.evidence(&subject, purpose, host.clock.now()).because;
            let expected = match model.status(purpose, now) {
                "undecided" => "unknown",
                status => status,
            };
            prop_assert_eq!(because, expected, "{}", purpose);
        }
    }
    Ok(())
}

fn summary(browser: &Browser, model: &Model, now: i64) -> Result<(), TestCaseError> {
    let marks: String = PURPOSES
        .iter()
        .map(|purpose| match model.status(purpose, now) {
            "granted" => '1',
            "refused" | "withdrawn" => '0',
            _ => '-',
        })
        .collect();
    prop_assert!(browser.jar[SUMMARY].ends_with(&format!(".{marks}")), "{} {}", browser.jar[SUMMARY], marks);
    prop_assert_eq!(browser.claims().sub.is_some(), model.who == Who::Known);
    Ok(())
}
