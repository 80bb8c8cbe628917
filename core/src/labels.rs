//! The built-in texts of banner, cookie center, settings page, newsletter pages and mails, in 32 languages.
//!
//! [`Labels`] is what the browser needs and travels inside the manifest. What only the server says is in `Words`, and
//! both with the language's plural forms and durations are a `Wording`, behind the feature `site`. Labels and words are
//! structs without defaults: a text missing in one language does not compile. To add a language, write
//! `labels/<tag>.rs` and name it in `labels/wording.rs`; `labels/units.rs` is printed by `tests/browser/units.mjs`.
//!
//! `{controller}`, `{acts}`, `{count}`, `{names}` … are filled in by [`fill`].
//!
//! ```
//! use volens_core::labels::{Wording, fill};
//! let swedish = Wording::built_in(&"sv".parse()?).ok_or("no Swedish")?;
//! let question = fill(&swedish.words().lead, &[("controller", "Shop AB"), ("acts", "räkna besök")]);
//! assert_eq!(question, "Shop AB frågar: får vi räkna besök?");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::borrow::Cow;

/// A struct of texts, each given as a literal.
#[cfg(feature = "site")]
macro_rules! texts {
    ($kind:ident: $($name:ident: $text:literal,)+) => {
        $kind { $($name: std::borrow::Cow::Borrowed($text),)+ }
    };
}

/// A struct of texts by name.
macro_rules! labels {
    ($(#[$about:meta])* $kind:ident: $($(#[$doc:meta])* $name:ident,)+) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[allow(clippy::exhaustive_structs, reason = "a site may give texts of its own, and must then give all")]
        pub struct $kind { $($(#[$doc])* pub $name: std::borrow::Cow<'static, str>,)+ }

        impl $kind {
            /// The names of all texts.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name)),+];

            #[allow(dead_code, reason = "only labels are read back")]
            const EMPTY: Self = Self { $($name: std::borrow::Cow::Borrowed("")),+ };

            pub(super) fn texts(&self) -> [&std::borrow::Cow<'static, str>; Self::NAMES.len()] {
                [$(&self.$name),+]
            }

            pub(super) fn texts_mut(&mut self) -> [&mut std::borrow::Cow<'static, str>; Self::NAMES.len()] {
                [$(&mut self.$name),+]
            }
        }

        impl serde::Serialize for $kind {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_map(Self::NAMES.iter().zip(self.texts()))
            }
        }
    };
}

#[cfg(feature = "site")]
mod languages;
#[cfg(feature = "site")]
mod plural;
#[cfg(feature = "site")]
mod units;
#[cfg(feature = "site")]
mod wording;
#[cfg(feature = "site")]
mod words;

#[cfg(feature = "site")]
pub use self::{wording::Wording, words::Words};

labels! {
    /// The texts a page shows, in one language.
    ///
    /// It serialises as an object and is read back by a loop: a derived visitor with a branch per text would cost the
    /// browser several kilobytes.
    ///
    /// ```
    /// use volens_core::labels::Wording;
    /// let swedish = Wording::built_in(&"sv".parse()?).ok_or("no Swedish")?;
    /// assert_eq!(swedish.labels().reject_all, "Avvisa alla");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Labels:
    // First layer
    /// The accessible name of the banner.
    banner_name,
    /// Button: yes to every choice, in the center too.
    accept_all,
    /// Button: no to every choice, in the center too.
    reject_all,
    /// Where the browser sends Global Privacy Control: that it is seen and followed.
    gpc,
    /// Button: open the center.
    choose,
    // Cookie center
    /// Heading of the center.
    center_title,
    /// Below the heading.
    center_intro,
    /// Button: save what is switched.
    save,
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
}

impl Labels {
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
