//! Who is signed in. Kept in memory: a restart signs everybody out.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use axum::http::HeaderMap;

use crate::{cookies, random};

/// `site.toml` lists it under necessary.
const COOKIE: &str = "nordvakt_session";

/// Enough for a demonstration; beyond it the oldest session ends.
const MOST: usize = 1000;

/// The sessions, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Sessions(Mutex<VecDeque<Session>>);

#[derive(Debug)]
struct Session {
    id: String,
    account: String,
    /// The language signed in with.
    lang: &'static str,
}

impl Sessions {
    /// Signs in and answers the cookie to set; none if the system has no randomness to give.
    pub(crate) fn open(&self, account: &str, lang: &'static str) -> Option<String> {
        let id = random::hex16()?;
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if sessions.len() >= MOST {
            sessions.pop_front();
        }
        let cookie = format!("{COOKIE}={id}; Path=/; HttpOnly; Secure; SameSite=Lax");
        sessions.push_back(Session { id, account: account.to_owned(), lang });
        Some(cookie)
    }

    /// The account of whoever asks.
    pub(crate) fn account(&self, headers: &HeaderMap) -> Option<String> {
        let id = cookies::value(headers, COOKIE)?;
        let sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.iter().find(|session| session.id == id).map(|session| session.account.clone())
    }

    /// Everyone who is signed in, each once, with the language they signed in with last.
    pub(crate) fn accounts(&self) -> BTreeMap<String, &'static str> {
        let sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.iter().map(|session| (session.account.clone(), session.lang)).collect()
    }

    /// Signs out and answers the cookie that deletes the cookie.
    pub(crate) fn close(&self, headers: &HeaderMap) -> String {
        if let Some(id) = cookies::value(headers, COOKIE) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|session| session.id != id);
        }
        format!("{COOKIE}=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax")
    }
}

#[cfg(test)]
mod tests {
    use axum::http::header::COOKIE as HEADER;

    use super::*;

    #[test]
    fn a_session_lasts_until_it_is_closed_and_the_oldest_makes_room() {
        let sessions = Sessions::default();
        let asking = |cookie: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(HEADER, cookie.split(';').next().unwrap().parse().unwrap());
            headers
        };
        let kim = asking(&sessions.open("kim@example.com", "sv").unwrap());
        assert_eq!(sessions.account(&kim).as_deref(), Some("kim@example.com"));
        assert_eq!(sessions.account(&asking("nordvakt_session=guess")), None);
        assert_eq!(sessions.accounts(), BTreeMap::from([("kim@example.com".to_owned(), "sv")]));
        let deleting = sessions.close(&kim);
        assert!(deleting.contains("Max-Age=0"), "{deleting}");
        assert_eq!(sessions.account(&kim), None);

        let first = asking(&sessions.open("first@example.com", "en").unwrap());
        for _ in 0..MOST {
            sessions.open("later@example.com", "en").unwrap();
        }
        assert_eq!(sessions.account(&first), None);
    }
}
