//! What only the server says: the question, legal bases, the consent tool's own items, newsletter pages and mails.

labels! {
    /// The server's texts in one language.
    ///
    /// ```
    /// use volens_core::labels::Wording;
    /// let english = Wording::built_in(&"en-GB".parse()?).ok_or("no English")?;
    /// assert_eq!(english.words().basis_legitimate_interest, "a legitimate interest, to which you may object");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Words:
    /// The question of the first layer: `{controller}`, `{acts}`.
    lead,
    /// How many providers take part, `{count}`: one form per plural category, between bars.
    takes_part,
    /// The sentence after it.
    rest,
    /// Between the items of a list.
    comma,
    /// Before the last of a list.
    and,
    /// Duration of a session.
    session,
    /// Duration without an end.
    persistent,
    /// GDPR article 6(1)(a).
    basis_consent,
    /// GDPR article 6(1)(b).
    basis_contract,
    /// GDPR article 6(1)(c).
    basis_legal_obligation,
    /// GDPR article 6(1)(f).
    basis_legitimate_interest,
    /// ePrivacy directive, article 5(3).
    basis_strictly_necessary,
    /// The purpose `functional`: its title, for sites that give none of their own.
    functional_title,
    /// The same: what is asked, to follow "may we".
    functional_act,
    /// The same: what happens.
    functional_about,
    /// The purpose `analytics`: its title, for sites that give none of their own.
    analytics_title,
    /// The same: what is asked, to follow "may we".
    analytics_act,
    /// The same: what happens.
    analytics_about,
    /// The purpose `marketing`: its title, for sites that give none of their own.
    marketing_title,
    /// The same: what is asked, to follow "may we".
    marketing_act,
    /// The same: what happens.
    marketing_about,
    /// The consent tool as a service.
    tool_name,
    /// Its token cookie.
    tool_token,
    /// Its readable cookie.
    tool_summary,
    /// Its item in `localStorage`.
    tool_pending,
    /// The same where there is no service.
    tool_local,
    /// Page after asking for a newsletter: title. It never says whether the address was known.
    sent_title,
    /// The same: text.
    sent,
    /// The address given is none.
    address_bad,
    /// Page behind the link of the first mail: title.
    confirm_title,
    /// The same: question, `{controller}`, `{names}`.
    confirm_question,
    /// The same: button.
    confirm_button,
    /// The same: for whoever did not ask.
    confirm_ignore,
    /// Page after it: title.
    confirmed_title,
    /// The same: text, `{controller}`, `{names}`.
    confirmed,
    /// Page for a link that is unknown or too old: title.
    link_bad_title,
    /// The same: text.
    link_bad,
    /// Page behind an unsubscribe link: title.
    unsubscribe_title,
    /// The same: question, `{controller}`, `{names}`.
    unsubscribe_question,
    /// The same: button.
    unsubscribe_button,
    /// Page after it: title.
    unsubscribed_title,
    /// The same: text, `{controller}`, `{names}`.
    unsubscribed,
    /// The first mail: subject, `{controller}`.
    mail_confirm_subject,
    /// The same: body, `{controller}`, `{names}`, `{url}`, `{postal}`.
    mail_confirm_body,
    /// The mail after confirming: subject, `{controller}`.
    mail_welcome_subject,
    /// The same: body, `{controller}`, `{names}`, `{url}` to unsubscribe, `{postal}`.
    mail_welcome_body,
    /// The last line of every mail: `{controller}`, `{url}` to unsubscribe.
    mail_foot,
}
