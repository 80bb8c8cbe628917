//! A visitor's choice: from what stands and what was asked to records, token, summary and answer.

use crate::keys::random;
use crate::service::Inner;
use crate::status::token_holds;
use crate::store::{Life, Replay, Statement, Write};
use crate::{ServiceError, visitor::Visitor};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use volens_core::law::{Case, Fact};
use volens_core::token::{Claims, Issue, LIFE, Stance};
use volens_core::{
    Asked, Basis, Because, Channel, Choice, Kind, Known, Lang, Mark, NoticeHash, PurposeId, SubjectId, Summary,
    TextHash, Timeline, Timestamp,
};

/// What a visitor asked for.
#[derive(Clone, Debug)]
pub(crate) struct Asking {
    pub(crate) choices: BTreeMap<PurposeId, Choice>,
    pub(crate) asked: Asked,
    pub(crate) notice: NoticeHash,
    pub(crate) text: Text,
    /// The variant of the page, as the page says.
    pub(crate) variant: Option<String>,
    pub(crate) lang: Option<Lang>,
    pub(crate) claimed_at: Option<Timestamp>,
    pub(crate) channel: Channel,
    pub(crate) control: String,
    pub(crate) signals: Value,
    pub(crate) key: Option<String>,
}

/// The text that was shown, as the page says.
#[derive(Clone, Debug)]
pub(crate) enum Text {
    /// The page does not say.
    Unnamed,
    /// It names one; the store knows whether there was such a text.
    Named(TextHash),
    /// It says what can be no text.
    Unreadable,
}

impl Asking {
    pub(crate) fn grants(&self) -> bool {
        self.choices.values().any(|choice| *choice == Choice::Grant)
    }
}

/// What the visitor gets back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Chosen {
    pub(crate) changed: bool,
    pub(crate) body: Value,
    pub(crate) token: String,
    pub(crate) summary: String,
    pub(crate) max_age: i64,
    /// Purposes that are not granted now: what they stored is deleted.
    pub(crate) ended: Vec<PurposeId>,
}

/// What stands for one purpose.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    pub(crate) because: Because,
    pub(crate) since: Option<Timestamp>,
    pub(crate) granted_at: Option<Timestamp>,
    pub(crate) ends: Option<Timestamp>,
}

impl Standing {
    const NONE: Self = Self { because: Because::Unknown, since: None, granted_at: None, ends: None };

    pub(crate) fn mark(&self) -> Mark {
        match self.because {
            Because::Granted => Mark::Granted,
            Because::Refused | Because::Withdrawn | Because::Objected | Because::Erased => Mark::Refused,
            _ => Mark::Undecided,
        }
    }
}

/// Device purposes that are asked, in id order, with what stands.
pub(crate) type State = BTreeMap<PurposeId, Standing>;

impl Inner {
    /// What stands for a visitor.
    pub(crate) fn state(&self, read: &Write<'_>, visitor: &Visitor) -> Result<State, ServiceError> {
        let timelines = match visitor {
            Visitor::Known(subject) => read.timelines(subject)?,
            Visitor::Refuser { .. } | Visitor::New => BTreeMap::new(),
        };
        let standing = |purpose: &PurposeId| {
            if let Visitor::Refuser { since, refused } = visitor {
                if !refused.contains(purpose) {
                    return Standing::NONE;
                }
                return Standing { because: Because::Refused, since: Some(*since), ..Standing::NONE };
            }
            let Some(timeline) = timelines.get(purpose) else { return Standing::NONE };
            let answer = timeline.ask(read.now(), Known::Everything, None);
            let last = timeline.last(read.now(), Known::Everything);
            let stale = last.is_some_and(|record| !self.carries(record.notice(), purpose));
            let because = match answer.because() {
                Because::Granted if stale => Because::OtherNotice,
                because => because,
            };
            Standing {
                because,
                since: answer.since(),
                granted_at: last.map(volens_core::Record::effective),
                ends: last.and_then(volens_core::Record::expires_at),
            }
        };
        Ok(self.choice_ids().map(|purpose| (purpose.clone(), standing(purpose))).collect())
    }

    /// The choices that an objection stands against, which outlasts a withdrawal and a grant that has ended.
    fn objected(&self, read: &Write<'_>, visitor: &Visitor) -> Result<BTreeSet<PurposeId>, ServiceError> {
        let Visitor::Known(subject) = visitor else { return Ok(BTreeSet::new()) };
        let timelines = read.timelines(subject)?;
        let facts = timelines.values().flat_map(Timeline::records).cloned().map(Fact::Record);
        let case = Case::new(&self.purposes, facts);
        let stands = |purpose: &&PurposeId| {
            self.purposes
                .processing(purpose, Basis::Consent)
                .is_ok_and(|consent| case.standing(&consent, read.now(), Known::Everything, None) == Because::Objected)
        };
        Ok(self.choice_ids().filter(stands).cloned().collect())
    }

    /// Records a choice, once per idempotency key.
    pub(crate) fn choose(&self, visitor: &Visitor, asking: &Asking) -> Result<Chosen, ServiceError> {
        let request = fingerprint(asking);
        self.store.write(|write| {
            if let Some(key) = &asking.key
                && let Some(replay) = write.replay(key)?
            {
                let asked_by_another = visitor.subject().is_some_and(|subject| {
                    subject.as_str() != replay.subject && Some(subject.as_str()) != replay.asked_by.as_deref()
                });
                if replay.request != request || asked_by_another {
                    return Err(ServiceError::KeyReused);
                }
                return self.replayed(write, &replay, asking);
            }
            let (subject, chosen) = self.decide(write, visitor, asking)?;
            if let Some(key) = &asking.key {
                let replay = Replay {
                    request,
                    subject: subject.as_str().into(),
                    asked_by: visitor.subject().map(|subject| subject.as_str().into()),
                    answer: serde_json::to_string(&chosen).map_err(|_| ServiceError::Corrupt)?,
                };
                write.remember(key, &replay)?;
            }
            Ok(chosen)
        })
    }

    /// The same answer, as long as it still holds. What was granted under the key and taken back since is not handed
    /// out again, however late the retry comes.
    fn replayed(&self, write: &Write<'_>, replay: &Replay, asking: &Asking) -> Result<Chosen, ServiceError> {
        let chosen: Chosen = serde_json::from_str(&replay.answer).map_err(|_| ServiceError::Corrupt)?;
        let subject: SubjectId = replay.subject.parse().map_err(|_| ServiceError::Corrupt)?;
        let state = self.state(write, &Visitor::Known(subject.clone()))?;
        // The same state may have come back after a withdrawal, which ended the token for good.
        if self.summary(&state) == chosen.summary && token_holds(write, &chosen.token)? {
            return Ok(chosen);
        }
        self.answer(write, &state, asking, &self.statement(write, subject, asking, BTreeMap::new())?, false)
    }

    fn summary(&self, state: &State) -> String {
        Summary::new(self.site_notice(), state.values().map(Standing::mark)).to_string()
    }

    fn statement(
        &self,
        write: &Write<'_>,
        subject: SubjectId,
        asking: &Asking,
        decisions: BTreeMap<PurposeId, (Kind, Option<Timestamp>)>,
    ) -> Result<Statement, ServiceError> {
        let (text, variant) = shown(write, asking)?.unzip();
        Ok(Statement {
            id: random::<16>()?,
            subject,
            notice: asking.notice.clone(),
            text,
            variant: variant.flatten(),
            lang: asking.lang.clone(),
            jurisdiction: self.site.rule_set().code().into(),
            channel: asking.channel,
            control: asking.control.clone(),
            signals: asking.signals.to_string(),
            claimed_at: asking.claimed_at,
            received_at: write.now(),
            decisions,
        })
    }

    fn decide(
        &self,
        write: &Write<'_>,
        visitor: &Visitor,
        asking: &Asking,
    ) -> Result<(SubjectId, Chosen), ServiceError> {
        let mut state = self.state(write, visitor)?;
        let objected = self.objected(write, visitor)?;
        let end = write.now().plus_seconds(LIFE);
        let mut decisions: BTreeMap<PurposeId, (Kind, Option<Timestamp>)> = BTreeMap::new();
        for (purpose, choice) in &asking.choices {
            let standing = state.get(purpose).map_or(Because::Unknown, |standing| standing.because);
            let standing = if objected.contains(purpose) { Because::Objected } else { standing };
            if let Some(kind) = choice.record(standing, asking.asked) {
                decisions.insert(purpose.clone(), (kind, (kind == Kind::Grant).then_some(end)));
            }
        }
        let granting = decisions.values().any(|(kind, _)| *kind == Kind::Grant);
        if granting && !self.is_published(&asking.notice) {
            return Err(ServiceError::NoticeNotCurrent);
        }
        let changed = !decisions.is_empty();
        if changed {
            // One who refused everything has no subject that the browser knows. The first grant makes
            // one; the refusals that stand are said again under it, so that the store answers for them.
            if let Visitor::Refuser { .. } = visitor
                && granting
            {
                for (purpose, standing) in &state {
                    if standing.because == Because::Refused && !decisions.contains_key(purpose) {
                        decisions.insert(purpose.clone(), (Kind::Refuse, None));
                    }
                }
            }
        }
        let subject = match visitor.subject() {
            Some(subject) => subject.clone(),
            None => fresh_subject()?,
        };
        let statement = self.statement(write, subject.clone(), asking, decisions)?;
        if changed {
            write.record(&statement)?;
            self.apply(&mut state, &statement, write.now());
        }
        let chosen = self.answer(write, &state, asking, &statement, changed)?;
        Ok((subject, chosen))
    }

    fn apply(&self, state: &mut State, statement: &Statement, now: Timestamp) {
        for (purpose, (kind, end)) in &statement.decisions {
            let because = match kind {
                Kind::Grant if self.carries(&statement.notice, purpose) => Because::Granted,
                Kind::Grant => Because::OtherNotice,
                Kind::Refuse => Because::Refused,
                Kind::Withdraw => Because::Withdrawn,
                Kind::Object => Because::Objected,
                Kind::Erase => Because::Erased,
            };
            state.insert(purpose.clone(), Standing { because, since: Some(now), granted_at: Some(now), ends: *end });
        }
    }

    fn answer(
        &self,
        write: &Write<'_>,
        state: &State,
        asking: &Asking,
        statement: &Statement,
        changed: bool,
    ) -> Result<Chosen, ServiceError> {
        let now = write.now();
        let granted: Vec<(&PurposeId, &Standing)> =
            state.iter().filter(|(_, standing)| standing.because == Because::Granted).collect();
        // All who refuse hold the same bytes, whatever variant they were shown.
        let variant = if granted.is_empty() { None } else { statement.variant.as_deref() };
        let issue = self.issue(asking.lang.as_ref(), variant);
        let refused = state.iter().filter(|(_, standing)| standing.mark() == Mark::Refused).map(|(id, _)| id.clone());
        let claims = if granted.is_empty() {
            Claims::refused(issue, now, refused)
        } else {
            let g = granted
                .iter()
                .map(|(id, standing)| ((*id).clone(), Stance::Granted(standing.granted_at.unwrap_or(now))))
                .chain(refused.map(|id| (id, Stance::Refused)))
                .collect();
            let identity = (statement.subject.clone(), random::<16>()?);
            let ends = granted.iter().filter_map(|(_, s)| s.ends);
            let mut claims = Claims::granted(issue, identity, asking.channel, now, g, ends);
            claims.status = self.placed(write, Life::Browser, &statement.subject, &claims)?;
            claims
        };
        let mut receipt = json!({
            "at": now,
            "notice": asking.notice,
            "text": statement.text,
            "lang": asking.lang,
            "policy": claims.pol,
            "controllers": claims.ctl,
            "channel": asking.channel,
            "decisions": statement.decisions.iter().map(|(id, (kind, _))| (id.as_str(), kind.as_str())).collect::<BTreeMap<_, _>>(),
        });
        if let (Some(subject), Some(members)) = (&claims.sub, receipt.as_object_mut()) {
            members.insert("subject".into(), json!(subject));
            if changed {
                members.insert("statement".into(), json!(statement.id));
            }
        }
        if let (Some(variant), Some(members)) = (&statement.variant, receipt.as_object_mut()) {
            members.insert("variant".into(), json!(variant));
        }
        Ok(Chosen {
            changed,
            body: json!({ "state": self.state_json(state), "receipt": receipt }),
            token: self.keys.sign_as(self.site.stage().token_type(), &claims).map_err(|_| ServiceError::Unmintable)?,
            summary: self.summary(state),
            max_age: if granted.is_empty() { LIFE } else { claims.exp - claims.iat },
            ended: state.iter().filter(|(_, s)| s.because != Because::Granted).map(|(id, _)| id.clone()).collect(),
        })
    }

    /// The state as `GET /choices` tells it.
    pub(crate) fn state_json(&self, state: &State) -> Value {
        let purposes: BTreeMap<&str, Value> = state
            .iter()
            .map(|(id, standing)| {
                let status = match standing.because {
                    Because::Granted => "granted",
                    Because::Refused | Because::Erased => "refused",
                    Because::Withdrawn => "withdrawn",
                    Because::Objected => "objected",
                    Because::Expired => "expired",
                    _ => "undecided",
                };
                let value = match (status, standing.since) {
                    ("undecided", _) | (_, None) => json!({ "status": status }),
                    (_, Some(since)) => json!({ "status": status, "since": since }),
                };
                (id.as_str(), value)
            })
            .collect();
        json!({ "purposes": purposes, "ask": ask(state), "notice": self.site_notice() })
    }

    fn issue(&self, lang: Option<&Lang>, variant: Option<&str>) -> Issue {
        let manifest = self.manifest_in(lang, variant);
        Issue {
            origin: self.origin().into(),
            controllers: manifest.controllers.iter().map(|party| party.id.clone()).collect(),
            policy: manifest.policy.version.clone(),
            notice: manifest.notice.clone(),
            text: manifest.text.clone(),
            lang: manifest.lang.clone(),
            jurisdiction: self.site.rule_set().code().into(),
        }
    }
}

/// The hash of the text that was shown, and the variant, if they were published under that notice.
fn shown(write: &Write<'_>, asking: &Asking) -> Result<Option<(TextHash, Option<String>)>, ServiceError> {
    let named = match &asking.text {
        Text::Unnamed => None,
        Text::Named(text) => Some(text),
        Text::Unreadable => return Ok(None),
    };
    match &asking.lang {
        Some(lang) => write.text(&asking.notice, lang, named, asking.variant.as_deref()),
        None => Ok(None),
    }
}

/// Purposes that the visitor is to be asked for.
pub(crate) fn ask(state: &State) -> Vec<&PurposeId> {
    state.iter().filter(|(_, standing)| standing.mark() == Mark::Undecided).map(|(id, _)| id).collect()
}

/// What a retry must say again: decisions, notice, claimed time and language.
fn fingerprint(asking: &Asking) -> Vec<u8> {
    let decisions: BTreeMap<&str, bool> =
        asking.choices.iter().map(|(id, choice)| (id.as_str(), *choice == Choice::Grant)).collect();
    let said = json!([decisions, asking.notice, asking.claimed_at, asking.lang]);
    Sha256::digest(said.to_string()).to_vec()
}

/// A pseudonym that nobody has: 128 random bits.
pub(crate) fn fresh_subject() -> Result<SubjectId, ServiceError> {
    random::<16>()?.parse().map_err(|_| ServiceError::Corrupt)
}
