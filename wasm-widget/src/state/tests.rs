use volens_core::{Mark, PurposeId};

use super::{Action, Button, Center, Choice, Draft, Effect, Layer, OnRecord, Outcome, Phase, Says, State, Turn};

fn id(text: &str) -> PurposeId {
    text.parse().unwrap()
}

const NOTICE: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

fn on_record(notice: &str, marks: &[(&str, Mark)]) -> Action {
    let marks = marks.iter().map(|(id, mark)| ((*id).to_owned(), *mark));
    Action::Open(OnRecord { notice: notice.to_owned(), marks: marks.collect() })
}

fn state(marks: [Mark; 2]) -> State {
    let [analytics, marketing] = marks;
    State {
        notice: NOTICE.parse().unwrap(),
        choices: vec![Choice::new(&id("analytics"), analytics), Choice::new(&id("marketing"), marketing)],
        center: Center::Closed,
        phase: Phase::Idle,
        turn: Turn::default(),
        says: None,
    }
}

fn new() -> State {
    state([Mark::Undecided; 2])
}

fn open(marks: [Mark; 2]) -> State {
    let [analytics, marketing] = marks;
    new().reduce(on_record(NOTICE, &[("analytics", analytics), ("marketing", marketing)])).0
}

fn after(state: State, actions: impl IntoIterator<Item = Action>) -> State {
    actions.into_iter().fold(state, |state, action| state.reduce(action).0)
}

/// The first press is answered.
fn first(outcome: Outcome) -> Action {
    Action::Posted(Turn(1), outcome)
}

fn posted(effect: Option<Effect>) -> Vec<(String, Draft)> {
    match effect {
        Some(Effect::Post(decisions)) => {
            decisions.purposes().iter().map(|(id, draft)| (id.to_string(), *draft)).collect()
        }
        other => panic!("expected a post, got {other:?}"),
    }
}

#[test]
fn nothing_is_switched_on_that_was_not_granted() {
    for marks in [[Mark::Undecided, Mark::Refused], [Mark::Refused, Mark::Undecided]] {
        let open = open(marks);
        assert_eq!([open.draft(&id("analytics")), open.draft(&id("marketing"))], [Draft::Off, Draft::Off]);
        assert!(!open.dirty());
    }
    assert_eq!(open([Mark::Granted, Mark::Refused]).draft(&id("analytics")), Draft::On);
}

#[test]
fn opening_shows() {
    assert_eq!(new().reduce(on_record(NOTICE, &[])).1, Some(Effect::Show));
}

#[test]
fn marks_are_matched_by_purpose_not_by_place() {
    let open = after(new(), [on_record(NOTICE, &[("mood", Mark::Granted), ("marketing", Mark::Granted)])]);
    assert_eq!(open.recorded(&id("analytics")), Mark::Undecided);
    assert_eq!(open.draft(&id("analytics")), Draft::Off);
    assert_eq!(open.draft(&id("marketing")), Draft::On);
}

#[test]
fn marks_of_another_notice_are_nothing_on_record() {
    let other = NOTICE.replace('a', "b");
    let open = after(new(), [on_record(&other, &[("analytics", Mark::Granted), ("marketing", Mark::Granted)])]);
    assert_eq!(open, after(new(), [on_record(NOTICE, &[])]));
}

#[test]
fn each_button_posts_what_it_says() {
    let mixed = || after(open([Mark::Undecided; 2]), [Action::Toggle(id("marketing"))]);
    let press = |button| posted(mixed().reduce(Action::Press(button, Layer::Center)).1);
    let pair = |a, m| vec![("analytics".to_owned(), a), ("marketing".to_owned(), m)];
    assert_eq!(press(Button::AcceptAll), pair(Draft::On, Draft::On));
    assert_eq!(press(Button::RejectAll), pair(Draft::Off, Draft::Off));
    assert_eq!(press(Button::Save), pair(Draft::Off, Draft::On));
}

#[test]
fn a_second_press_posts_nothing() {
    let (busy, first) = new().reduce(Action::Press(Button::RejectAll, Layer::Banner));
    assert_eq!(posted(first).len(), 2);
    assert!(busy.busy());
    let (_, second) = busy.reduce(Action::Press(Button::AcceptAll, Layer::Banner));
    assert_eq!(second, None);
}

#[test]
fn a_no_to_everything_does_not_wait_for_what_is_on_its_way() {
    for button in [Button::AcceptAll, Button::Save] {
        let waiting = after(open([Mark::Granted; 2]), [Action::Press(button, Layer::Center)]);
        let (refusing, effect) = waiting.reduce(Action::Press(Button::RejectAll, Layer::Center));
        assert!(posted(effect).iter().all(|(_, draft)| *draft == Draft::Off));
        // It says all there is to say: once more is once too often.
        assert_eq!(refusing.clone().reduce(Action::Press(Button::RejectAll, Layer::Center)), (refusing, None));
    }
}

#[test]
fn the_outcome_of_what_was_overtaken_is_not_taken_for_that_of_the_last_word() {
    let presses = [Action::Press(Button::AcceptAll, Layer::Center), Action::Press(Button::RejectAll, Layer::Center)];
    let refusing = after(open([Mark::Undecided; 2]), presses);
    for late in [Outcome::Saved, Outcome::Failed, Outcome::Superseded, Outcome::NoticeChanged] {
        assert_eq!(refusing.clone().reduce(first(late)), (refusing.clone(), None));
    }
    let (refused, effect) = refusing.reduce(Action::Posted(Turn(2), Outcome::Saved));
    assert_eq!(effect, Some(Effect::Hide));
    assert_eq!([refused.recorded(&id("analytics")), refused.recorded(&id("marketing"))], [Mark::Refused; 2]);
    assert!(!refused.busy());
}

#[test]
fn a_switch_does_not_move_while_a_choice_is_on_its_way() {
    let busy = after(open([Mark::Undecided; 2]), [Action::Press(Button::RejectAll, Layer::Center)]);
    let still = after(busy, [Action::Toggle(id("analytics"))]);
    assert_eq!(still.draft(&id("analytics")), Draft::Off);
}

#[test]
fn closing_drops_changes_and_says_so() {
    let dirty = after(open([Mark::Granted, Mark::Refused]), [Action::Toggle(id("analytics"))]);
    assert!(dirty.dirty());
    let (closed, effect) = dirty.reduce(Action::Close);
    assert_eq!(effect, Some(Effect::Announce(Says::Discarded)));
    assert_eq!(closed.draft(&id("analytics")), Draft::On);
    assert_eq!(closed.recorded(&id("analytics")), Mark::Granted);
}

#[test]
fn closing_without_changes_says_nothing() {
    let twice = [Action::Toggle(id("analytics")), Action::Toggle(id("analytics"))];
    assert_eq!(after(open([Mark::Undecided; 2]), twice).reduce(Action::Close).1, None);
}

#[test]
fn closing_grants_nothing_and_posts_nothing() {
    let on = after(open([Mark::Undecided; 2]), [Action::Toggle(id("analytics")), Action::Close]);
    assert_eq!(on.recorded(&id("analytics")), Mark::Undecided);
    assert!(!on.busy());
}

#[test]
fn saving_hides_and_remembers() {
    let press = [Action::Toggle(id("marketing")), Action::Press(Button::Save, Layer::Center)];
    let (saved, effect) = after(open([Mark::Undecided; 2]), press).reduce(first(Outcome::Saved));
    assert_eq!(effect, Some(Effect::Hide));
    assert_eq!([saved.recorded(&id("analytics")), saved.recorded(&id("marketing"))], [Mark::Refused, Mark::Granted]);
    assert!(!saved.busy());
    // Hiding closes the dialog, which reports back.
    assert_eq!(saved.reduce(Action::Close).1, None);
}

#[test]
fn a_failure_keeps_the_draft_and_says_so_where_it_can_be_read() {
    let press = [Action::Toggle(id("marketing")), Action::Press(Button::Save, Layer::Center)];
    let (failed, effect) = after(open([Mark::Undecided; 2]), press).reduce(first(Outcome::Failed));
    assert_eq!(effect, None);
    assert_eq!(failed.says(), Some(Says::NotSaved));
    assert_eq!(failed.draft(&id("marketing")), Draft::On);
    assert_eq!(failed.recorded(&id("marketing")), Mark::Undecided);

    let press = [Action::Press(Button::RejectAll, Layer::Center)];
    assert_eq!(
        after(open([Mark::Undecided; 2]), press).reduce(first(Outcome::Failed)).0.says(),
        Some(Says::NotSavedRefusal)
    );
}

#[test]
fn a_failure_after_closing_is_not_said_in_the_center() {
    let press = [Action::Press(Button::AcceptAll, Layer::Center), Action::Close];
    for outcome in [Outcome::Failed, Outcome::Declined] {
        let (closed, effect) = after(open([Mark::Undecided; 2]), press.clone()).reduce(first(outcome));
        assert_eq!((effect, closed.says()), (None, None));
    }
}

#[test]
fn changed_texts_are_fetched_and_asked_again() {
    let press = [Action::Press(Button::AcceptAll, Layer::Center)];
    let (changed, effect) = after(open([Mark::Undecided; 2]), press).reduce(first(Outcome::NoticeChanged));
    assert_eq!(effect, Some(Effect::Refresh));
    assert_eq!(changed.says(), Some(Says::NoticeChanged));
    assert_eq!(changed.recorded(&id("analytics")), Mark::Undecided);
}

#[test]
fn an_answer_that_nobody_waits_for_changes_nothing() {
    assert_eq!(new().reduce(first(Outcome::Saved)), (new(), None));
}

#[test]
fn buttons_by_name() {
    assert_eq!(
        ["accept", "reject", "save", ""].map(Button::named),
        [Button::AcceptAll, Button::RejectAll, Button::Save, Button::Save,]
    );
}

#[test]
fn a_choice_that_was_superseded_closes_and_says_nothing() {
    let busy = after(open([Mark::Refused; 2]), [Action::Press(Button::AcceptAll, Layer::Center)]);
    let (state, effect) = busy.reduce(first(Outcome::Superseded));
    assert_eq!(effect, Some(Effect::Hide));
    assert_eq!((state.busy(), state.says(), state.draft(&id("analytics"))), (false, None, Draft::Off));
}

#[test]
fn what_is_declined_is_never_said_to_be_sent_later() {
    let busy = after(open([Mark::Undecided; 2]), [Action::Press(Button::RejectAll, Layer::Center)]);
    assert_eq!(after(busy, [first(Outcome::Declined)]).says(), Some(Says::NotSaved));
}
