//! A browser as far as the service can see one: it sends what it is told to, keeps cookies, and follows nothing.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use ureq::http::{Method, Request};
use volens_core::token::{Claims, UnverifiedToken};
use volens_core::{NoticeHash, SubjectId};

pub(crate) const CHOICES: &str = "/consent/v1/choices";
pub(crate) const TOKEN: &str = "__Host-consent";
pub(crate) const SUMMARY: &str = "__Host-volens";

/// A browser with its cookies.
#[derive(Clone)]
pub(crate) struct Browser {
    host: SocketAddr,
    agent: ureq::Agent,
    pub(crate) jar: BTreeMap<String, String>,
}

/// An answer, as it was on the wire.
#[derive(Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl std::fmt::Debug for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:?} {}", self.status, self.headers, String::from_utf8_lossy(&self.body))
    }
}

impl Browser {
    pub(crate) fn new(host: SocketAddr) -> Self {
        let config = ureq::Agent::config_builder()
            .max_redirects(0)
            .http_status_as_error(false)
            .proxy(None)
            // One connection a request: none is found closed by a server that did not read a body to its end.
            .max_idle_connections(0)
            .build();
        Self { host, agent: config.into(), jar: BTreeMap::new() }
    }

    pub(crate) fn get(&mut self, path: &str) -> Reply {
        self.send("GET", path, &[], b"").unwrap()
    }

    pub(crate) fn json(&mut self, path: &str, body: &Value) -> Reply {
        self.json_with(path, &[], body)
    }

    pub(crate) fn json_with(&mut self, path: &str, headers: &[(&str, &str)], body: &Value) -> Reply {
        let headers = [&[("content-type", "application/json")], headers].concat();
        self.send("POST", path, &headers, body.to_string().as_bytes()).unwrap()
    }

    pub(crate) fn form(&mut self, path: &str, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> Reply {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let headers = [&[("content-type", "application/x-www-form-urlencoded")], headers].concat();
        self.send("POST", path, &headers, body.as_bytes()).unwrap()
    }

    /// Anything. A `cookie` header given here replaces what the jar holds.
    pub(crate) fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Reply, ureq::Error> {
        let mut request = Request::builder()
            .method(Method::from_bytes(method.as_bytes()).unwrap())
            .uri(format!("http://{}{path}", self.host));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let own = headers.iter().any(|(name, _)| *name == "cookie");
        if !own && !self.jar.is_empty() {
            let pairs: Vec<String> = self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header("cookie", pairs.join("; "));
        }
        let response = match method {
            "GET" => self.agent.run(request.body(()).unwrap())?,
            _ => self.agent.run(request.body(body.to_vec()).unwrap())?,
        };
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        let status = response.status().as_u16();
        let body = response.into_body().read_to_vec()?;
        let reply = Reply { status, headers, body };
        self.keep(&reply);
        Ok(reply)
    }

    /// A choice in JSON, in English, under `notice`.
    pub(crate) fn choose(&mut self, notice: &NoticeHash, purposes: &[(&str, bool)]) -> Reply {
        self.json(CHOICES, &choice(notice, purposes))
    }

    /// `GET /choices`.
    pub(crate) fn state(&mut self) -> Value {
        let reply = self.get(CHOICES);
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.json()
    }

    /// The status of a purpose, as `GET /choices` tells it.
    pub(crate) fn status(&mut self, purpose: &str) -> String {
        self.state()["purposes"][purpose]["status"].as_str().unwrap().to_owned()
    }

    /// What the token says.
    pub(crate) fn claims(&self) -> Claims {
        UnverifiedToken::parse(self.token()).unwrap().into_claims()
    }

    pub(crate) fn token(&self) -> &str {
        &self.jar[TOKEN]
    }

    /// Whom the token names; panics at a refuser.
    pub(crate) fn subject(&self) -> SubjectId {
        self.claims().sub.expect("a token with a subject")
    }

    fn keep(&mut self, reply: &Reply) {
        for cookie in reply.set_cookies() {
            let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                self.jar.remove(name);
            } else {
                self.jar.insert(name.into(), value.into());
            }
        }
    }
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn set_cookies(&self) -> Vec<&str> {
        self.headers.iter().filter(|(name, _)| name == "set-cookie").map(|(_, value)| value.as_str()).collect()
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The code of a problem, after a look at its shape.
    pub(crate) fn problem(&self) -> (u16, String) {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.text());
        let problem = self.json();
        assert_eq!(problem["status"], self.status);
        assert!(problem["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{problem}");
        assert!(self.set_cookies().is_empty(), "a refused request sets no cookie");
        (self.status, problem["code"].as_str().unwrap().to_owned())
    }
}

/// The body of a choice, in English.
pub(crate) fn choice(notice: &NoticeHash, purposes: &[(&str, bool)]) -> Value {
    let purposes: BTreeMap<&str, bool> = purposes.iter().copied().collect();
    json!({ "notice": notice, "purposes": purposes, "lang": "en", "control": "banner.accept" })
}

/// All three choices of the small site, the same way.
pub(crate) fn all(on: bool) -> [(&'static str, bool); 3] {
    [("analytics", on), ("functional", on), ("marketing", on)]
}
