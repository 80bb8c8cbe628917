//! Reading a tree key by key: each reader names what it expects, notes what it found instead, and goes on.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use super::error::Noted;
use super::shape;
use super::tree::{Node, Value, quoted};
use crate::id::Lang;
use crate::site::Texts;

/// A value at its place.
#[derive(Clone)]
pub(super) struct At<'a> {
    pub(super) key: String,
    pub(super) node: &'a Node,
}

/// A table whose keys are being read. [`Table::end`] notes those that nobody asked for.
pub(super) struct Table<'a> {
    pub(super) key: String,
    pub(super) line: usize,
    entries: &'a BTreeMap<String, Node>,
    known: BTreeSet<&'static str>,
}

impl<'a> At<'a> {
    pub(super) fn wrong(&self, noted: &mut Noted, expected: &str) {
        noted.add(self.node.line, &self.key, &self.node.found(), expected);
    }

    /// A text that is not blank and holds no control characters.
    pub(super) fn text(&self, noted: &mut Noted) -> Option<&'a str> {
        match &self.node.value {
            Value::Text(text) if !text.trim().is_empty() && !text.chars().any(|c| c.is_control() && c != '\n') => {
                Some(text)
            }
            _ => {
                self.wrong(noted, "a text");
                None
            }
        }
    }

    pub(super) fn parsed<T: FromStr>(&self, expected: &str, noted: &mut Noted) -> Option<T> {
        let read = match &self.node.value {
            Value::Text(text) => text.parse().ok(),
            _ => None,
        };
        if read.is_none() {
            self.wrong(noted, expected);
        }
        read
    }

    /// A text that passes a test.
    pub(super) fn fitting(&self, fits: fn(&str) -> bool, expected: &str, noted: &mut Noted) -> Option<&'a str> {
        match &self.node.value {
            Value::Text(text) if fits(text) => Some(text),
            _ => {
                self.wrong(noted, expected);
                None
            }
        }
    }

    /// A URL or origin that passes a test, spelt as browsers spell it.
    pub(super) fn as_browsers_spell(
        &self,
        fits: fn(&str) -> bool,
        expected: &str,
        noted: &mut Noted,
    ) -> Option<&'a str> {
        let url = self.fitting(fits, expected, noted)?;
        if let Some(spelt) = shape::without_usual_port(url) {
            self.wrong(noted, &format!("{}, as browsers leave out the scheme's own port", quoted(&spelt)));
            return None;
        }
        Some(url)
    }

    /// One of a few words.
    pub(super) fn word<T: Copy>(&self, words: &[(&str, T)], noted: &mut Noted) -> Option<T> {
        let found = match &self.node.value {
            Value::Text(text) => words.iter().find(|(word, _)| word == text).map(|(_, value)| *value),
            _ => None,
        };
        if found.is_none() {
            let names: Vec<String> = words.iter().map(|(word, _)| quoted(word)).collect();
            self.wrong(noted, &one_of(&names));
        }
        found
    }

    /// An id that is defined elsewhere in the file.
    pub(super) fn reference(&self, what: &str, ids: &BTreeSet<String>, noted: &mut Noted) -> Option<&'a str> {
        match &self.node.value {
            Value::Text(id) if ids.contains(id) => Some(id),
            _ => {
                let names: Vec<String> = ids.iter().map(|id| quoted(id)).collect();
                let known = if names.is_empty() { "of which there are none".to_owned() } else { one_of(&names) };
                self.wrong(noted, &format!("the id of a {what}: {known}"));
                None
            }
        }
    }

    pub(super) fn list(&self, noted: &mut Noted) -> Vec<At<'a>> {
        let Value::List(nodes) = &self.node.value else {
            self.wrong(noted, "a list");
            return Vec::new();
        };
        let at = |(index, node)| At { key: format!("{}[{index}]", self.key), node };
        nodes.iter().enumerate().map(at).collect()
    }

    pub(super) fn table(&self, noted: &mut Noted) -> Option<Table<'a>> {
        let Value::Table(entries) = &self.node.value else {
            self.wrong(noted, "a table");
            return None;
        };
        Some(Table { key: self.key.clone(), line: self.node.line, entries, known: BTreeSet::new() })
    }

    /// The entries of a table whose keys are ids.
    pub(super) fn entries(&self, noted: &mut Noted) -> Vec<(&'a str, At<'a>)> {
        let Some(table) = self.table(noted) else { return Vec::new() };
        let at = |(name, node): (&'a String, &'a Node)| (name.as_str(), At { key: table.path(name), node });
        table.entries.iter().map(at).collect()
    }
}

impl<'a> Table<'a> {
    pub(super) fn root(node: &'a Node, noted: &mut Noted) -> Option<Self> {
        At { key: String::new(), node }.table(noted)
    }

    fn path(&self, name: &str) -> String {
        if self.key.is_empty() { name.to_owned() } else { format!("{}.{name}", self.key) }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.entries.contains_key(name)
    }

    /// The line of a key, or of the table where it is missing.
    pub(super) fn line_of(&self, name: &str) -> usize {
        self.entries.get(name).map_or(self.line, |node| node.line)
    }

    pub(super) fn missing(&self, name: &str, expected: &str, noted: &mut Noted) {
        noted.add(self.line, &self.path(name), "nothing", expected);
    }

    pub(super) fn get(&mut self, name: &'static str) -> Option<At<'a>> {
        self.known.insert(name);
        self.entries.get(name).map(|node| At { key: self.path(name), node })
    }

    pub(super) fn need(&mut self, name: &'static str, expected: &str, noted: &mut Noted) -> Option<At<'a>> {
        let found = self.get(name);
        if found.is_none() {
            self.missing(name, expected, noted);
        }
        found
    }

    pub(super) fn text(&mut self, name: &'static str, noted: &mut Noted) -> Option<String> {
        self.need(name, "a text", noted)?.text(noted).map(str::to_owned)
    }

    /// A text that may be missing.
    pub(super) fn some_text(&mut self, name: &'static str, noted: &mut Noted) -> Option<String> {
        self.get(name)?.text(noted).map(str::to_owned)
    }

    pub(super) fn fitting(
        &mut self,
        name: &'static str,
        fits: fn(&str) -> bool,
        expected: &str,
        noted: &mut Noted,
    ) -> Option<String> {
        self.need(name, expected, noted)?.fitting(fits, expected, noted).map(str::to_owned)
    }

    /// One of a few words; the default where the key is missing.
    pub(super) fn word_or<T: Copy>(
        &mut self,
        name: &'static str,
        default: T,
        words: &[(&str, T)],
        noted: &mut Noted,
    ) -> Option<T> {
        match self.get(name) {
            Some(at) => at.word(words, noted),
            None => Some(default),
        }
    }

    pub(super) fn word<T: Copy>(&mut self, name: &'static str, words: &[(&str, T)], noted: &mut Noted) -> Option<T> {
        let names: Vec<String> = words.iter().map(|(word, _)| quoted(word)).collect();
        self.need(name, &one_of(&names), noted)?.word(words, noted)
    }

    /// A list that may be missing.
    pub(super) fn list(&mut self, name: &'static str, noted: &mut Noted) -> Vec<At<'a>> {
        self.get(name).map(|at| at.list(noted)).unwrap_or_default()
    }

    /// A table of ids that may be missing.
    pub(super) fn entries(&mut self, name: &'static str, noted: &mut Noted) -> Vec<(&'a str, At<'a>)> {
        self.get(name).map(|at| at.entries(noted)).unwrap_or_default()
    }

    /// Texts by language; those that fail the test are noted.
    pub(super) fn texts_fitting(
        &mut self,
        name: &'static str,
        languages: &[Lang],
        fits: fn(&str) -> bool,
        expected: &str,
        noted: &mut Noted,
    ) -> Texts {
        let mut texts = BTreeMap::new();
        for (lang, at) in self.texts_at(name, languages, noted) {
            if let Some(text) = at.text(noted)
                && at.fitting(fits, expected, noted).is_some()
            {
                texts.insert(lang.clone(), text.to_owned());
            }
        }
        Texts::new(texts)
    }

    /// What stands under each language of the site; other languages are noted.
    pub(super) fn texts_at<'l>(
        &mut self,
        name: &'static str,
        languages: &'l [Lang],
        noted: &mut Noted,
    ) -> Vec<(&'l Lang, At<'a>)> {
        let mut texts = Vec::new();
        for (tag, at) in self.entries(name, noted) {
            if let Some(lang) = languages.iter().find(|lang| lang.as_str() == tag) {
                texts.push((lang, at));
            } else if !languages.is_empty() {
                // Where there are none, what is wrong with them has been said.
                let names: Vec<String> = languages.iter().map(|lang| quoted(lang.as_str())).collect();
                noted.add(at.node.line, &at.key, &quoted(tag), &format!("a language of the site: {}", one_of(&names)));
            }
        }
        texts
    }

    pub(super) fn texts(&mut self, name: &'static str, languages: &[Lang], noted: &mut Noted) -> Texts {
        self.texts_fitting(name, languages, |_| true, "a text", noted)
    }

    /// Notes the languages in which a text is missing.
    pub(super) fn complete(&self, name: &str, texts: &Texts, languages: &[Lang], why: &str, noted: &mut Noted) {
        let given: BTreeSet<&str> = match self.entries.get(name).map(|node| &node.value) {
            // What is given and wrong has its own error.
            Some(Value::Table(entries)) => entries.keys().map(String::as_str).collect(),
            _ => BTreeSet::new(),
        };
        for lang in languages {
            if texts.get(lang).is_none() && !given.contains(lang.as_str()) {
                let key = format!("{}.{lang}", self.path(name));
                noted.add(self.line_of(name), &key, "nothing", &format!("a text{why}"));
            }
        }
    }

    pub(super) fn end(self, noted: &mut Noted) {
        for (name, node) in self.entries {
            if !self.known.contains(name.as_str()) {
                let names: Vec<String> = self.known.iter().map(|name| (*name).to_owned()).collect();
                noted.add(node.line, &self.path(name), "an unknown key", &one_of(&names));
            }
        }
    }
}

/// "a", "a or b", "a, b or c".
pub(super) fn one_of(names: &[String]) -> String {
    match names {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} or {last}", head.join(", ")),
    }
}
