//! Consents of account holders, asked where they arise and answered from the store.

use crate::choices::fresh_subject;
use crate::newsletter::Withdrawal;
use crate::store::{Statement, Write};
use crate::{Service, ServiceError, keys::random};
use std::collections::BTreeMap;
use volens_core::{Asked, Because, Channel, Choice, Known, Lang, PurposeId, SubjectId, Timeline};

/// What an account holder chose in their preferences.
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_structs, reason = "made by literal in the site's own back end")]
pub struct AccountChoice {
    /// The site's own id of the account; kept apart from the records.
    pub account: String,
    /// The purpose, of subject kind `account`.
    pub purpose: PurposeId,
    /// On or off.
    pub choice: Choice,
    /// The language of the text that was shown.
    pub lang: Lang,
    /// The control used, as the site names it.
    pub control: String,
}

impl Service {
    /// Records a choice made in an account's preferences; an unchanged one writes nothing.
    ///
    /// # Errors
    /// The purpose is not one of accounts, or the store cannot be written.
    pub async fn choose_for_account(&self, choice: AccountChoice) -> Result<(), ServiceError> {
        let kind_fits = self
            .site()
            .purpose(&choice.purpose)
            .is_some_and(|purpose| purpose.subject == volens_core::site::SubjectKind::Account);
        if !kind_fits {
            return Err(ServiceError::Site("the purpose is not one of account holders"));
        }
        self.run(move |inner| {
            let fresh = fresh_subject()?;
            inner.store.write(|write| {
                let subject = write.account(&choice.account, &fresh)?;
                let standing = standing(write, &subject, &choice.purpose)?;
                let Some(kind) = choice.choice.record(standing, Asked::Alone) else { return Ok(()) };
                let manifest = inner.manifest_or_default(Some(&choice.lang));
                write.record(&Statement {
                    id: random::<16>()?,
                    subject,
                    notice: manifest.notice.clone(),
                    text: Some(manifest.text.clone()),
                    variant: None,
                    lang: Some(choice.lang.clone()),
                    jurisdiction: inner.site.rule_set().code().into(),
                    channel: Channel::Account,
                    control: choice.control.clone(),
                    signals: "{}".into(),
                    claimed_at: None,
                    received_at: write.now(),
                    decisions: BTreeMap::from([(choice.purpose.clone(), (kind, None))]),
                })
            })
        })
        .await
    }

    /// Ends an account: what it allowed is withdrawn, and who the pseudonym was is forgotten. The records stay, about
    /// nobody.
    ///
    /// # Errors
    /// The store cannot be written; then nothing is forgotten.
    pub async fn end_account(&self, account: &str) -> Result<(), ServiceError> {
        let account = account.to_owned();
        self.run(move |inner| {
            let id = random::<16>()?;
            inner.store.write(|write| {
                let Some(subject) = write.subject_of_account(&account)? else { return Ok(()) };
                let stands = |timeline: &Timeline| timeline.ask(write.now(), Known::Everything, None).permitted();
                let purposes = write.timelines(&subject)?.into_iter().filter(|(_, timeline)| stands(timeline));
                let withdrawal = Withdrawal {
                    subject,
                    purposes: purposes.map(|(purpose, _)| purpose).collect(),
                    channel: Channel::Account,
                    control: "account.end".into(),
                    received_at: None,
                };
                if !withdrawal.purposes.is_empty() {
                    inner.withdraw(write, id, &withdrawal)?;
                }
                write.forget_account(&account)
            })
        })
        .await
    }

    /// What stands for an account holder and a purpose, now.
    pub async fn account_state(&self, account: &str, purpose: &PurposeId) -> Result<Because, ServiceError> {
        let (account, purpose) = (account.to_owned(), purpose.clone());
        self.run(move |inner| {
            inner.store.read(|read| match read.subject_of_account(&account)? {
                Some(subject) => standing(read, &subject, &purpose),
                None => Ok(Because::Unknown),
            })
        })
        .await
    }

    /// The pseudonym of an account, for links in its mails.
    pub async fn account_subject(&self, account: &str) -> Result<SubjectId, ServiceError> {
        let account = account.to_owned();
        self.run(move |inner| {
            let fresh = fresh_subject()?;
            inner.store.write(|write| write.account(&account, &fresh))
        })
        .await
    }
}

/// The answer now, for one subject and purpose.
pub(crate) fn standing(write: &Write<'_>, subject: &SubjectId, purpose: &PurposeId) -> Result<Because, ServiceError> {
    let timelines = write.timelines(subject)?;
    Ok(timelines
        .get(purpose)
        .map_or(Because::Unknown, |timeline| timeline.ask(write.now(), Known::Everything, None).because()))
}
