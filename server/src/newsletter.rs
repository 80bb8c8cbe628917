//! The newsletter: asked by form, confirmed by mail, ended by a link.

use crate::accounts::standing;
use crate::choices::fresh_subject;
use crate::keys::random;
use crate::links::Unsubscribe;
use crate::mail::Letter;
use crate::service::Inner;
use crate::store::{Contact, Pending, Statement, Write};
use crate::{Service, ServiceError, log};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use volens_core::labels::{Wording, Words, fill};
use volens_core::law::Purposes;
use volens_core::objection::unsubscribe;
use volens_core::{Asked, Because, Channel, Choice, Lang, PurposeId, SubjectId, Timestamp};

/// The built-in purpose of newsletters.
const NEWSLETTER: &str = "newsletter";
/// So many links wait for one address at a time: nobody's mailbox is filled by a form.
const OPEN_LINKS: i64 = 3;

/// How many mails went out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sent {
    /// To this many recipients.
    pub recipients: usize,
    /// To this many it could not be sent; the log says why.
    pub failed: usize,
}

/// A mail to an account holder.
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_structs, reason = "made by literal in the site's own back end")]
pub struct AccountLetter {
    /// The address, which the site keeps with the account.
    pub to: String,
    /// The language of the mail.
    pub lang: Lang,
    /// The subject line.
    pub subject: String,
    /// The text; the link to stop such mails is added below it.
    pub text: String,
}

/// A statement that came by another way than a page.
pub(crate) struct Withdrawal {
    pub(crate) subject: SubjectId,
    pub(crate) purposes: Vec<PurposeId>,
    pub(crate) channel: Channel,
    pub(crate) control: String,
    /// None: now.
    pub(crate) received_at: Option<Timestamp>,
}

impl Service {
    /// Takes an address and mails it a link. Says nothing about whether the address is known.
    pub(crate) async fn subscribe(&self, pending: Pending) -> Result<(), ServiceError> {
        let secret = random::<16>()?;
        let link = Sha256::digest(&secret).to_vec();
        let (address, lang) = (pending.address.clone(), pending.lang.clone());
        let kept = link.clone();
        let taken = self
            .run(move |inner| inner.store.write(|write| write.await_confirmation(&kept, &pending, OPEN_LINKS)))
            .await?;
        if !taken {
            return Ok(());
        }
        let url = format!("{}/newsletter/confirm/{secret}", self.0.site.endpoint_url());
        let letter =
            self.0.letter(&lang, address, &url, |words| (&words.mail_confirm_subject, &words.mail_confirm_body))?;
        if let Err(error) = self.send(letter).await {
            // A link that nobody was sent may not use up one of the few.
            self.run(move |inner| inner.store.write(|write| write.drop_pending(&link))).await?;
            return Err(error);
        }
        Ok(())
    }

    /// The language of an open confirmation link.
    pub(crate) async fn pending(&self, secret: &str) -> Result<Option<Lang>, ServiceError> {
        let link = Sha256::digest(secret).to_vec();
        self.run(move |inner| inner.store.read(|read| Ok(read.pending(&link)?.map(|pending| pending.lang)))).await
    }

    /// Confirms a subscription: the grant is recorded now. None: the link is used up or too old.
    pub(crate) async fn confirm(&self, secret: &str) -> Result<Option<Lang>, ServiceError> {
        let link = Sha256::digest(secret).to_vec();
        let confirmed = self
            .run(move |inner| {
                let (fresh, id) = (fresh_subject()?, random::<16>()?);
                let newsletter = inner.newsletter()?;
                inner.store.write(|write| {
                    let Some(pending) = write.pending(&link)? else { return Ok(None) };
                    let subject = write.confirm(&pending, &fresh)?;
                    if let Some(kind) = Choice::Grant.record(standing(write, &subject, &newsletter)?, Asked::Alone) {
                        let manifest = inner.manifest_or_default(Some(&pending.lang));
                        write.record(&Statement {
                            id,
                            subject: subject.clone(),
                            notice: manifest.notice.clone(),
                            text: Some(manifest.text.clone()),
                            variant: None,
                            lang: Some(pending.lang.clone()),
                            jurisdiction: inner.site.rule_set().code().into(),
                            channel: Channel::Email,
                            control: "newsletter.confirm".into(),
                            signals: "{}".into(),
                            claimed_at: None,
                            received_at: write.now(),
                            decisions: BTreeMap::from([(newsletter.clone(), (kind, None))]),
                        })?;
                    }
                    Ok(Some((pending, subject)))
                })
            })
            .await?;
        let Some((pending, subject)) = confirmed else { return Ok(None) };
        let url = self.unsubscribe_url(subject, vec![self.0.newsletter()?]);
        let mut letter = self.0.letter(&pending.lang, pending.address, &url, |words| {
            (&words.mail_welcome_subject, &words.mail_welcome_body)
        })?;
        letter.headers = list_headers(&url);
        // The subscription stands, whether or not the welcome arrives.
        if let Err(error) = self.send(letter).await {
            log::warn(format_args!("a welcome mail was not sent: {error}"));
        }
        Ok(Some(pending.lang))
    }

    /// Sends an issue to everyone who may be sent one now, in the language they subscribed in. `issue` gives the subject
    /// line and the text; each mail has its own link to unsubscribe. Who unsubscribes while it goes out is sent none, and
    /// a mailbox that takes none keeps it from nobody else.
    ///
    /// # Errors
    /// The store cannot be read or written.
    pub async fn send_newsletter(&self, issue: impl Fn(&Lang) -> (String, String)) -> Result<Sent, ServiceError> {
        let newsletter = self.0.newsletter()?;
        let recipients = {
            let newsletter = newsletter.clone();
            self.run(move |inner| inner.store.read(|read| permitted(read, &newsletter))).await?
        };
        let mut sent = Sent { recipients: 0, failed: 0 };
        for contact in &recipients {
            let (subject, purpose) = (contact.subject.clone(), newsletter.clone());
            let standing = self.run(move |inner| inner.store.read(|read| standing(read, &subject, &purpose))).await?;
            if !standing.permits() {
                continue;
            }
            let (subject, text) = issue(&contact.lang);
            let greeting = contact.name.as_deref().map(|name| format!("{name},\n\n")).unwrap_or_default();
            let letter = (contact.address.clone(), subject, format!("{greeting}{text}"));
            match self.send_stoppable(contact.subject.clone(), &newsletter, &contact.lang, letter).await {
                Ok(()) => sent.recipients += 1,
                Err(ServiceError::Mail(error)) => {
                    log::warn(format_args!("an issue was not sent: {error}"));
                    sent.failed += 1;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(sent)
    }

    /// Sends a mail for a purpose to an account holder, if they may be sent one now; it has its own link to stop them.
    ///
    /// # Errors
    /// The purpose is not one of accounts, the store cannot be read, or the mail cannot be sent.
    pub async fn send_to_account(
        &self,
        account: &str,
        purpose: &PurposeId,
        letter: AccountLetter,
    ) -> Result<Sent, ServiceError> {
        if !self.account_state(account, purpose).await?.permits() {
            return Ok(Sent { recipients: 0, failed: 0 });
        }
        let subject = self.account_subject(account).await?;
        self.send_stoppable(subject, purpose, &letter.lang, (letter.to, letter.subject, letter.text)).await?;
        Ok(Sent { recipients: 1, failed: 0 })
    }

    async fn send_stoppable(
        &self,
        reader: SubjectId,
        purpose: &PurposeId,
        lang: &Lang,
        (to, subject, text): (String, String, String),
    ) -> Result<(), ServiceError> {
        let url = self.unsubscribe_url(reader, vec![purpose.clone()]);
        let words = self.0.words(lang)?;
        let foot = fill(&words.mail_foot, &[("controller", self.0.site.controller().name()), ("url", &url)]);
        self.send(Letter { to, subject, headers: list_headers(&url), body: format!("{text}\n\n--\n{foot}\n") }).await
    }

    /// A link that ends `purposes` for `subject`, for a mail: it works for any account or address purpose.
    pub fn unsubscribe_url(&self, subject: SubjectId, purposes: Vec<PurposeId>) -> String {
        let link = Unsubscribe { subject, purposes }.seal(&self.0.keys, self.site().id());
        format!("{}/unsubscribe/{link}", self.0.site.endpoint_url())
    }

    /// Records that somebody said no; going forward, from when it was received.
    pub(crate) async fn withdraw(&self, withdrawal: Withdrawal) -> Result<Timestamp, ServiceError> {
        self.run(move |inner| {
            let id = random::<16>()?;
            inner.store.write(|write| inner.withdraw(write, id, &withdrawal))
        })
        .await
    }

    /// The same by a link in a mail; done once, however often the link is followed.
    pub(crate) async fn unsubscribe(&self, link: &Unsubscribe, control: &str) -> Result<(), ServiceError> {
        let mut withdrawal = Withdrawal {
            subject: link.subject.clone(),
            purposes: Vec::new(),
            channel: Channel::Unsubscribe,
            control: control.into(),
            received_at: None,
        };
        let purposes = link.purposes.clone();
        self.run(move |inner| {
            let id = random::<16>()?;
            // One transaction: of many clicks at once, one finds something to end.
            inner.store.write(|write| {
                let terms = Purposes::of(&inner.site);
                for purpose in purposes {
                    // All that it ends: an objection to direct marketing reaches what was granted again since.
                    for covered in unsubscribe(&terms, [purpose.clone()]).keys() {
                        let standing = standing(write, &withdrawal.subject, covered)?;
                        if !matches!(standing, Because::Withdrawn | Because::Objected | Because::Erased) {
                            withdrawal.purposes.push(purpose);
                            break;
                        }
                    }
                }
                if withdrawal.purposes.is_empty() {
                    return Ok(());
                }
                inner.withdraw(write, id, &withdrawal).map(drop)
            })
        })
        .await
    }

    /// Whether anything is kept under a pseudonym.
    pub(crate) async fn knows(&self, subject: &SubjectId) -> Result<bool, ServiceError> {
        let subject = subject.clone();
        self.run(move |inner| inner.store.read(|read| read.knows(&subject))).await
    }

    /// The subject behind a confirmed address.
    pub(crate) async fn subject_of_address(&self, address: String) -> Result<Option<SubjectId>, ServiceError> {
        self.run(move |inner| inner.store.read(|read| read.contact_of(&address))).await
    }
}

impl Inner {
    pub(crate) fn withdraw(
        &self,
        write: &Write<'_>,
        id: String,
        withdrawal: &Withdrawal,
    ) -> Result<Timestamp, ServiceError> {
        let decisions = unsubscribe(&Purposes::of(&self.site), withdrawal.purposes.iter().cloned())
            .into_iter()
            .map(|(purpose, kind)| (purpose, (kind, None)))
            .collect();
        write.record(&Statement {
            id,
            subject: withdrawal.subject.clone(),
            notice: self.site_notice().clone(),
            text: None,
            variant: None,
            lang: None,
            jurisdiction: self.site.rule_set().code().into(),
            channel: withdrawal.channel,
            control: withdrawal.control.clone(),
            signals: "{}".into(),
            claimed_at: None,
            received_at: withdrawal.received_at.unwrap_or(write.now()),
            decisions,
        })?;
        Ok(write.now())
    }

    /// The newsletter's purpose, if the site has one.
    pub(crate) fn newsletter(&self) -> Result<PurposeId, ServiceError> {
        let id: PurposeId = NEWSLETTER.parse().map_err(|_| ServiceError::Corrupt)?;
        match self.site.purpose(&id) {
            Some(_) => Ok(id),
            None => Err(ServiceError::Site("the site has no purpose newsletter")),
        }
    }

    /// What is said in a language, or in the default one.
    pub(crate) fn wording(&self, lang: &Lang) -> Result<&Wording, ServiceError> {
        self.site
            .wording(lang)
            .or_else(|| self.site.wording(self.site.default_lang()))
            .ok_or(ServiceError::Site("there are no texts for the site's default language"))
    }

    /// What only the service says.
    pub(crate) fn words(&self, lang: &Lang) -> Result<&Words, ServiceError> {
        self.wording(lang).map(Wording::words)
    }

    /// The names of purposes in a language.
    pub(crate) fn names(&self, lang: &Lang, purposes: &[PurposeId]) -> Result<String, ServiceError> {
        let titles: Vec<&str> = purposes
            .iter()
            .map(|id| self.site.purpose(id).and_then(|purpose| purpose.title.get(lang)).unwrap_or(id.as_str()))
            .collect();
        Ok(self.wording(lang)?.list(&titles))
    }

    fn letter(
        &self,
        lang: &Lang,
        to: String,
        url: &str,
        texts: impl FnOnce(&Words) -> (&str, &str),
    ) -> Result<Letter, ServiceError> {
        let (subject, body) = texts(self.words(lang)?);
        let controller = self.site.controller();
        let names = self.names(lang, &[self.newsletter()?])?;
        let values =
            [("controller", controller.name()), ("names", &names), ("url", url), ("postal", controller.address())];
        Ok(Letter { to, subject: fill(subject, &values), headers: Vec::new(), body: fill(body, &values) })
    }
}

fn permitted(read: &Write<'_>, purpose: &PurposeId) -> Result<Vec<Contact>, ServiceError> {
    let mut permitted = Vec::new();
    for contact in read.contacts()? {
        if standing(read, &contact.subject, purpose)?.permits() {
            permitted.push(contact);
        }
    }
    Ok(permitted)
}

/// RFC 2369 and RFC 8058: the mail program's own button to unsubscribe.
fn list_headers(url: &str) -> Vec<(String, String)> {
    vec![
        ("List-Unsubscribe".into(), format!("<{url}>")),
        ("List-Unsubscribe-Post".into(), "List-Unsubscribe=One-Click".into()),
    ]
}
