//! The built-in texts of banner, cookie center and settings page, in English, Swedish and Danish.
//!
//! [`Labels`] is what the browser needs and travels inside the manifest. What only the server says (mails, newsletter
//! pages, durations) is in `Words`, with the texts themselves behind the feature `site`. Both are structs without
//! defaults: a text missing in one language does not compile. To add one, name it in the list below and give it in
//! `labels/en.rs`, `sv.rs` and `da.rs`.
//!
//! `{controller}`, `{acts}`, `{count}`, `{names}` … are filled in by [`fill`].
//!
//! ```
//! use volens_core::labels::{Labels, fill};
//! let swedish = Labels::built_in(&"sv".parse()?).ok_or("no Swedish")?;
//! let question = fill(&swedish.lead, &[("controller", "Shop AB"), ("acts", "räkna besök")]);
//! assert_eq!(question, "Shop AB frågar: får vi räkna besök?");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::borrow::Cow;

/// A struct of texts, each given as a literal.
#[cfg(feature = "site")]
macro_rules! texts {
    ($($name:ident: $text:literal,)+) => {
        $crate::labels::Labels { $($name: std::borrow::Cow::Borrowed($text),)+ }
    };
}

#[cfg(feature = "site")]
mod da;
#[cfg(feature = "site")]
mod en;
#[cfg(feature = "site")]
mod sv;
#[cfg(feature = "site")]
mod words;

#[cfg(feature = "site")]
pub use self::{
    da::LABELS as DA,
    en::LABELS as EN,
    sv::LABELS as SV,
    words::{Words, words},
};

/// A struct of texts that serialises as an object and is read back by a loop: a derived visitor with a branch per
/// text would cost the browser several kilobytes.
macro_rules! labels {
    ($($(#[$doc:meta])* $name:ident,)+) => {
        /// The texts a page shows, in one language.
        ///
        /// ```
        /// use volens_core::labels::{EN, SV};
        /// assert_eq!((&*EN.reject_all, &*SV.reject_all), ("Reject all", "Avvisa alla"));
        /// ```
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[allow(clippy::exhaustive_structs, reason = "a site may give texts of its own, and must then give all")]
        pub struct Labels { $($(#[$doc])* pub $name: Cow<'static, str>,)+ }

        impl Labels {
            /// The names of all texts.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name)),+];

            const EMPTY: Self = Self { $($name: Cow::Borrowed("")),+ };

            fn texts(&self) -> [&Cow<'static, str>; Self::NAMES.len()] {
                [$(&self.$name),+]
            }

            fn texts_mut(&mut self) -> [&mut Cow<'static, str>; Self::NAMES.len()] {
                [$(&mut self.$name),+]
            }
        }
    };
}

labels! {
    // First layer
    /// The accessible name of the banner.
    banner_name,
    /// The question: `{controller}`, `{acts}`.
    lead,
    /// The sentence below it when no provider takes part.
    rest_none,
    /// The sentence below it with one provider: `{count}`.
    rest_one,
    /// The sentence below it with several: `{count}`.
    rest_other,
    /// Button: yes to every choice.
    accept_all,
    /// Button: no to every choice.
    reject_all,
    /// Button: open the center.
    choose,
    // Cookie center
    /// Heading of the center.
    center_title,
    /// Below the heading.
    center_intro,
    /// Button: save what is switched.
    save,
    /// Button: no to every choice, in the center.
    refuse_all,
    /// Button: close the center and drop changes.
    close,
    /// Status after closing with changes.
    discarded,
    /// Next to a switch that is on.
    on,
    /// Next to a switch that is off.
    off,
    /// Next to a purpose without a switch.
    always_on,
    /// Before the legal basis.
    basis,
    /// Opens the services and items of a purpose.
    details,
    /// Heading of the services.
    services,
    /// Heading: the company behind a service.
    provider,
    /// Heading: a country.
    country,
    /// Link to a provider's privacy notice: `{provider}`.
    provider_privacy,
    /// When a service keeps nothing in the browser.
    no_items,
    // Cookie list
    /// Heading of a table of items.
    items,
    /// Column: name.
    item_name,
    /// Column: kind of storage.
    item_kind,
    /// Column: domain.
    item_domain,
    /// Column: how long.
    item_duration,
    /// Column: whose.
    item_party,
    /// Column: what for.
    item_description,
    /// Storage kind.
    kind_cookie,
    /// Storage kind.
    kind_local,
    /// Storage kind.
    kind_session,
    /// Storage kind.
    kind_indexeddb,
    /// Storage kind.
    kind_cache,
    /// Party: the site itself.
    party_first,
    /// Party: somebody else.
    party_third,
    // What was said and done
    /// While a choice is on its way.
    saving,
    /// Saved: everything allowed.
    saved_all,
    /// Saved: nothing allowed.
    saved_none,
    /// Saved: some allowed: `{names}`.
    saved_some,
    /// A grant could not be recorded.
    not_saved,
    /// A refusal could not be recorded yet.
    not_saved_refusal,
    /// The texts have changed since the page was loaded.
    notice_changed,
    /// Button: close a message.
    dismiss,
    /// What only its provider can delete: `{names}`.
    provider_deletes,
    /// No cookies can be stored in this browser.
    no_storage,
    // Settings page, foot, placeholder
    /// Title of the settings page.
    settings_title,
    /// Below it.
    settings_intro,
    /// Link back to where the visitor came from.
    settings_back,
    /// State of a purpose: no answer yet.
    undecided,
    /// Opener at the foot of every page.
    foot_open,
    /// Button: withdraw every consent.
    withdraw_all,
    /// Next to it.
    withdraw_note,
    /// In the place of a gated frame: `{provider}`, `{purpose}`.
    placeholder,
    /// Button in it: `{purpose}`.
    placeholder_allow,
    // Who and which text
    /// Link to the cookie list.
    list_link,
    /// Link to the privacy notice.
    privacy_link,
    /// The policy: `{title}`, `{version}`, `{effective}`.
    policy,
    /// Heading of the parties.
    parties,
    /// Role of a party.
    role_controller,
    /// Role of a party.
    role_joint,
    /// Role of a party.
    role_affiliate,
    /// Role of a party.
    role_parent,
    /// Between the last two of a list, with its spaces.
    and,
}

impl Labels {
    /// The built-in texts for a language; a region (`sv-FI`) makes no difference.
    ///
    /// ```
    /// use volens_core::labels::Labels;
    /// let labels = |tag: &str| Labels::built_in(&tag.parse().unwrap());
    /// assert_eq!(labels("sv-FI").map(|labels| &*labels.save), Some("Spara valet"));
    /// assert!(labels("de").is_none());
    /// ```
    #[cfg(feature = "site")]
    pub fn built_in(lang: &crate::id::Lang) -> Option<&'static Self> {
        match words::primary(lang).as_str() {
            "en" => Some(&EN),
            "sv" => Some(&SV),
            "da" => Some(&DA),
            _ => None,
        }
    }

    /// The texts that `text` gives for their names, each in [`NAMES`](Self::NAMES) once.
    ///
    /// ```
    /// use volens_core::labels::Labels;
    /// let shouting = Labels::each(|name| name.to_uppercase());
    /// assert_eq!(shouting.accept_all, "ACCEPT_ALL");
    /// ```
    pub fn each(mut text: impl FnMut(&'static str) -> String) -> Self {
        let mut labels = Self::EMPTY;
        for (name, slot) in Self::NAMES.iter().zip(labels.texts_mut()) {
            *slot = Cow::Owned(text(name));
        }
        labels
    }

    /// "a", "a and b", "a, b and c", with the language's own "and".
    ///
    /// ```
    /// use volens_core::labels::{DA, EN};
    /// assert_eq!(EN.list(&["count visits", "show offers"]), "count visits and show offers");
    /// assert_eq!(DA.list(&["a", "b", "c"]), "a, b og c");
    /// ```
    pub fn list(&self, words: &[&str]) -> String {
        match words {
            [] => String::new(),
            [one] => (*one).to_owned(),
            [head @ .., last] => [&head.join(", "), self.and.as_ref(), last].concat(),
        }
    }
}

/// `text` with each `{key}` replaced by its value, in one pass: a value is never searched again. Unknown keys stay.
///
/// ```
/// use volens_core::labels::fill;
/// assert_eq!(fill("Allow “{purpose}”", &[("purpose", "Analysis")]), "Allow “Analysis”");
/// assert_eq!(fill("{a}{b}", &[("a", "{b}")]), "{b}{b}"); // neither searched again nor lost
/// ```
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let value = after
            .split_once('}')
            .and_then(|(key, tail)| values.iter().find(|(name, _)| *name == key).map(|(_, value)| (*value, tail)));
        if let Some((value, tail)) = value {
            out.push_str(value);
            rest = tail;
        } else {
            out.push('{');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

impl serde::Serialize for Labels {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(Self::NAMES.iter().zip(self.texts()))
    }
}

impl<'de> serde::Deserialize<'de> for Labels {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Visitor)
    }
}

struct Visitor;

impl<'de> serde::de::Visitor<'de> for Visitor {
    type Value = Labels;

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("an object of texts")
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Labels, A::Error> {
        let mut labels = Labels::EMPTY;
        let mut texts = labels.texts_mut();
        while let Some((name, text)) = map.next_entry::<String, String>()? {
            if let Some((_, slot)) = Labels::NAMES.iter().zip(&mut texts).find(|(known, _)| **known == name) {
                **slot = Cow::Owned(text);
            }
        }
        match Labels::NAMES.iter().zip(&texts).find(|(_, text)| text.is_empty()) {
            Some((name, _)) => Err(serde::de::Error::missing_field(name)),
            None => Ok(labels),
        }
    }
}
