//! All rules of the interface: what is drafted, what a button posts, what is said when.
//!
//! [`State::reduce`] is pure. Components map a [`State`] to HTML and events to [`Action`]s; the edge
//! (the module `browser` in the browser, a form post on the server) carries out the [`Effect`].

use volens_core::{
    Mark, NoticeHash, PurposeId,
    manifest::{Control, Manifest},
};

/// The state of first layer and center together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    notice: NoticeHash,
    choices: Vec<Choice>,
    center: Center,
    phase: Phase,
    turn: Turn,
    says: Option<Says>,
}

/// Which press a post came from, so that the outcome of one that is no longer waited for is not taken for another's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turn(u32);

/// One purpose that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Choice {
    id: PurposeId,
    recorded: Mark,
    draft: Draft,
}

/// What a switch shows before it is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Draft {
    /// Switched on.
    On,
    /// Switched off.
    Off,
}

/// Whether the center is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Center {
    Open,
    Closed,
}

/// Whether a choice is on its way, and by which button. Meanwhile no switch moves, so that the drafts say the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Idle,
    Posting(Button),
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// The center was asked for.
    Open(OnRecord),
    /// A switch was moved.
    Toggle(PurposeId),
    /// A button was pressed.
    Press(Button, Layer),
    /// Esc, the close button, or the browser closed the center.
    Close,
    /// The post of this turn ended.
    Posted(Turn, Outcome),
}

/// What the page holds to be on record: the marks of its own choices, under its own notice.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "made by the edge, read here")]
pub struct OnRecord {
    /// The notice of the page, as text.
    pub notice: String,
    /// The mark of each purpose that the page asks for.
    pub marks: Vec<(String, Mark)>,
}

/// The three ways to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Button {
    /// Yes to every choice.
    AcceptAll,
    /// No to every choice.
    RejectAll,
    /// What the switches say.
    Save,
}

impl Button {
    /// The button behind the `name` of a form's submitter; anything else, or none at all, saves what is switched.
    pub fn named(name: &str) -> Self {
        match name {
            "accept" => Self::AcceptAll,
            "reject" => Self::RejectAll,
            _ => Self::Save,
        }
    }
}

/// Where a button stands; the `control` of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Layer {
    /// The first layer.
    Banner,
    /// The cookie center.
    Center,
    /// The settings page.
    Settings,
    /// The foot of a page.
    Foot,
}

impl Layer {
    /// Its name in posts and records.
    pub const fn control(self) -> &'static str {
        match self {
            Self::Banner => "banner",
            Self::Center => "center",
            Self::Settings => "settings",
            Self::Foot => "foot",
        }
    }
}

/// How a post ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// Recorded, or nothing differed.
    Saved,
    /// Not recorded: what was refused will be tried again, what was granted is forgotten.
    Failed,
    /// Not recorded, and never will be.
    Declined,
    /// A newer choice has taken its place, and speaks for itself.
    Superseded,
    /// The texts have changed: refusals were recorded, grants must be asked for again.
    NoticeChanged,
}

/// What the edge must do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// Show the center.
    Show,
    /// Hide the center.
    Hide,
    /// Record this.
    Post(Decisions),
    /// Say this outside the center.
    Announce(Says),
    /// Fetch the current texts.
    Refresh,
}

/// What a button decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decisions {
    turn: Turn,
    layer: Layer,
    purposes: Vec<(PurposeId, Draft)>,
}

impl Decisions {
    /// Which press decided it.
    pub const fn turn(&self) -> Turn {
        self.turn
    }

    /// Where it was decided.
    pub const fn layer(&self) -> Layer {
        self.layer
    }

    /// Every choice, in id order.
    pub fn purposes(&self) -> &[(PurposeId, Draft)] {
        &self.purposes
    }
}

/// A message to the visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Says {
    /// Changes were dropped.
    Discarded,
    /// A choice is on its way.
    Saving,
    /// A choice with a yes in it could not be recorded.
    NotSaved,
    /// A refusal could not be recorded yet.
    NotSavedRefusal,
    /// The texts have changed.
    NoticeChanged,
}

impl Says {
    /// Its text.
    pub fn text(self, manifest: &Manifest) -> &str {
        let labels = &manifest.labels;
        match self {
            Self::Discarded => &labels.discarded,
            Self::Saving => &labels.saving,
            Self::NotSaved => &labels.not_saved,
            Self::NotSavedRefusal => &labels.not_saved_refusal,
            Self::NoticeChanged => &labels.notice_changed,
        }
    }
}

impl State {
    /// Nothing is switched on unless `mark` says it was granted.
    pub fn new(manifest: &Manifest, mark: impl Fn(&PurposeId) -> Mark) -> Self {
        let choices = manifest.purposes.iter().filter(|purpose| purpose.control == Control::Choice);
        Self {
            notice: manifest.notice.clone(),
            choices: choices.map(|purpose| Choice::new(&purpose.id, mark(&purpose.id))).collect(),
            center: Center::Closed,
            phase: Phase::Idle,
            turn: Turn::default(),
            says: None,
        }
    }

    /// What follows from `action`, and what the edge must do about it.
    #[must_use]
    pub fn reduce(mut self, action: Action) -> (Self, Option<Effect>) {
        let effect = self.apply(action);
        (self, effect)
    }

    /// The same in place.
    pub fn apply(&mut self, action: Action) -> Option<Effect> {
        match action {
            Action::Open(record) => {
                self.open(&record);
                Some(Effect::Show)
            }
            Action::Toggle(id) => {
                self.toggle(&id);
                None
            }
            Action::Press(button, layer) => self.press(button, layer),
            Action::Close => self.close(),
            Action::Posted(turn, outcome) => self.posted(turn, outcome),
        }
    }

    /// The same under other texts: what is on record under this notice stays so, what was drafted on the old text is
    /// dropped.
    #[must_use]
    pub fn under(&self, manifest: &Manifest) -> Self {
        let same = self.notice == manifest.notice;
        let fresh = Self::new(manifest, |id| if same { self.recorded(id) } else { Mark::Undecided });
        Self { center: self.center, turn: self.turn, says: self.says, ..fresh }
    }

    /// What the switch of `id` shows.
    pub fn draft(&self, id: &PurposeId) -> Draft {
        self.choice(id).map_or(Draft::Off, |choice| choice.draft)
    }

    /// What is on record for `id`.
    pub fn recorded(&self, id: &PurposeId) -> Mark {
        self.choice(id).map_or(Mark::Undecided, |choice| choice.recorded)
    }

    /// Whether closing now would drop a change.
    pub fn dirty(&self) -> bool {
        self.choices.iter().any(|choice| choice.draft != Draft::of(choice.recorded))
    }

    /// Whether a choice is on its way.
    pub fn busy(&self) -> bool {
        self.phase != Phase::Idle
    }

    /// What the center says about itself.
    pub const fn says(&self) -> Option<Says> {
        self.says
    }

    fn choice(&self, id: &PurposeId) -> Option<&Choice> {
        self.choices.iter().find(|choice| choice.id == *id)
    }

    fn open(&mut self, record: &OnRecord) {
        if !self.busy() {
            // The texts here may be newer than the page: under another notice nothing is on record.
            let marks = if record.notice == self.notice.as_str() { record.marks.as_slice() } else { &[] };
            for choice in &mut self.choices {
                let mark = marks.iter().find(|(id, _)| id == choice.id.as_str());
                choice.recorded = mark.map_or(Mark::Undecided, |(_, mark)| *mark);
            }
            self.discard();
            self.says = None;
        }
        self.center = Center::Open;
    }

    fn toggle(&mut self, id: &PurposeId) {
        if self.busy() {
            return;
        }
        if let Some(choice) = self.choices.iter_mut().find(|choice| choice.id == *id) {
            choice.draft = choice.draft.other();
        }
        self.says = None;
    }

    fn press(&mut self, button: Button, layer: Layer) -> Option<Effect> {
        // Whatever is on its way, a no to everything does not wait for it; a second one would say the same.
        if let Phase::Posting(sent) = self.phase
            && (self.grants(button) || !self.grants(sent))
        {
            return None;
        }
        self.turn = Turn(self.turn.0.wrapping_add(1));
        self.phase = Phase::Posting(button);
        self.says = Some(Says::Saving);
        let purposes = self.choices.iter().map(|choice| (choice.id.clone(), choice.by(button)));
        Some(Effect::Post(Decisions { turn: self.turn, layer, purposes: purposes.collect() }))
    }

    fn grants(&self, button: Button) -> bool {
        self.choices.iter().any(|choice| choice.by(button) == Draft::On)
    }

    fn close(&mut self) -> Option<Effect> {
        if self.center == Center::Closed {
            return None;
        }
        self.center = Center::Closed;
        // A choice on its way is not withdrawn by closing; its outcome is announced.
        if self.busy() || !self.dirty() {
            return None;
        }
        self.discard();
        Some(Effect::Announce(Says::Discarded))
    }

    fn posted(&mut self, turn: Turn, outcome: Outcome) -> Option<Effect> {
        let Phase::Posting(button) = self.phase else {
            return None;
        };
        // Of a post that was overtaken.
        if turn != self.turn {
            return None;
        }
        self.phase = Phase::Idle;
        self.says = None;
        match outcome {
            Outcome::Saved => {
                for choice in &mut self.choices {
                    choice.recorded = choice.by(button).mark();
                }
                self.discard();
                self.center = Center::Closed;
                Some(Effect::Hide)
            }
            Outcome::Superseded => {
                self.discard();
                self.center = Center::Closed;
                Some(Effect::Hide)
            }
            Outcome::Declined => self.fail(Says::NotSaved, None),
            Outcome::Failed if self.grants(button) => self.fail(Says::NotSaved, None),
            Outcome::Failed => self.fail(Says::NotSavedRefusal, None),
            Outcome::NoticeChanged => self.fail(Says::NoticeChanged, Some(Effect::Refresh)),
        }
    }

    /// Said inside the center while it is open, as everything outside a modal dialog is inert. The page hears of it by
    /// an event, and says it outside.
    fn fail(&mut self, says: Says, effect: Option<Effect>) -> Option<Effect> {
        self.says = (self.center == Center::Open).then_some(says);
        effect
    }

    fn discard(&mut self) {
        for choice in &mut self.choices {
            choice.draft = Draft::of(choice.recorded);
        }
    }
}

impl Choice {
    fn new(id: &PurposeId, recorded: Mark) -> Self {
        Self { id: id.clone(), recorded, draft: Draft::of(recorded) }
    }

    /// What `button` says to it.
    const fn by(&self, button: Button) -> Draft {
        match button {
            Button::AcceptAll => Draft::On,
            Button::RejectAll => Draft::Off,
            Button::Save => self.draft,
        }
    }
}

impl Draft {
    const fn of(recorded: Mark) -> Self {
        match recorded {
            Mark::Granted => Self::On,
            Mark::Refused | Mark::Undecided => Self::Off,
        }
    }

    const fn mark(self) -> Mark {
        match self {
            Self::On => Mark::Granted,
            Self::Off => Mark::Refused,
        }
    }

    const fn other(self) -> Self {
        match self {
            Self::On => Self::Off,
            Self::Off => Self::On,
        }
    }
}

#[cfg(test)]
mod tests;
