//! Reads a manifest from JSON.
//!
//! `Manifest` derives `Deserialize`, but visitors for a dozen structs, and the ways out of each, were a third of the
//! WASM file. The browser parses JSON itself; here the parsed value is picked apart by name. Natively the same code
//! reads through `serde_json`, so that a test can hold it against the derived way.

#[cfg(not(target_arch = "wasm32"))]
#[path = "read/native.rs"]
mod node;
#[cfg(target_arch = "wasm32")]
#[path = "read/browser.rs"]
mod node;

use volens_core::{
    labels::Labels,
    manifest::{
        Access, Control, ItemKind, ItemView, Manifest, Mode, OnWithdraw, Party, PartyView, PolicyView, Position,
        PurposeView, Role, ServiceView,
    },
};

pub(crate) use self::node::Node;
use crate::view::Shared;

/// The manifest in `json`, without what neither the center nor the first layer shows. What a server newer than this
/// file may have added or left out does not matter, as long as the identifiers and the built-in texts are there.
pub(crate) fn manifest(json: &str) -> Option<Shared> {
    let node = Node::parse(json)?;
    let (lang, notice, text) = (node.id("lang")?, node.id("notice")?, node.id("text")?);
    let policy = node.get("policy");
    let labels = node.get("labels");
    if Labels::NAMES.iter().any(|name| labels.get(name).into_text().is_none()) {
        return None;
    }
    Some(Shared::new(Manifest {
        site: String::new(),
        mode: node.one_of("mode", &[("local", Mode::Local)], Mode::Service),
        lang,
        languages: Vec::new(),
        notice,
        text,
        endpoint: node.text("endpoint"),
        settings_url: node.text("settings_url"),
        list_url: node.text("list_url"),
        privacy_url: node.text("privacy_url"),
        policy: PolicyView {
            id: String::new(),
            title: policy.text("title"),
            version: policy.text("version"),
            effective: policy.text("effective"),
            url: policy.text("url"),
        },
        // The sheet is the server's.
        position: Position::Bottom,
        variant: node.get("variant").into_text(),
        controllers: node.list("controllers", party),
        purposes: node.list("purposes", purpose),
        marks: Vec::new(),
        lead: node.text("lead"),
        rest: node.text("rest"),
        labels: Labels::each(|name| labels.text(name)),
    }))
}

#[allow(clippy::unnecessary_wraps, reason = "read by `list`, as what has an identifier is")]
fn party(node: &Node) -> Option<PartyView> {
    let roles = [("controller", Role::Controller), ("joint", Role::Joint), ("parent", Role::Parent)];
    Some(PartyView {
        id: String::new(),
        name: node.text("name"),
        country: node.text("country"),
        role: node.one_of("role", &roles, Role::Affiliate),
    })
}

fn purpose(node: &Node) -> Option<PurposeView> {
    Some(PurposeView {
        id: node.id("id")?,
        title: node.text("title"),
        act: String::new(),
        description: node.text("description"),
        control: node.one_of("control", &[("always", Control::Always)], Control::Choice),
        basis: node.text("basis"),
        services: node.list("services", service),
    })
}

fn service(node: &Node) -> Option<ServiceView> {
    Some(ServiceView {
        id: node.id("id")?,
        name: node.text("name"),
        provider: node.text("provider"),
        country: node.text("country"),
        privacy_url: node.get("privacy_url").into_text(),
        on_withdraw: OnWithdraw::Reload,
        urls: Vec::new(),
        items: node.list("items", item),
    })
}

#[allow(clippy::unnecessary_wraps, reason = "read by `list`, as what has an identifier is")]
fn item(node: &Node) -> Option<ItemView> {
    let kinds = [ItemKind::Local, ItemKind::Session, ItemKind::IndexedDb, ItemKind::Cache];
    Some(ItemView {
        name: node.text("name"),
        kind: node.one_of("kind", &kinds.map(|kind| (kind.code(), kind)), ItemKind::Cookie),
        domain: node.get("domain").into_text(),
        duration: node.text("duration"),
        period: String::new(),
        party: node.one_of("party", &[("first", Party::First)], Party::Third),
        access: Access::Script,
        description: node.text("description"),
    })
}

impl Node {
    /// The text `key`, empty if there is none.
    pub(crate) fn text(&self, key: &str) -> String {
        self.get(key).into_text().unwrap_or_default()
    }

    pub(crate) fn list<T>(&self, key: &str, read: fn(&Self) -> Option<T>) -> Vec<T> {
        self.get(key).into_items().iter().filter_map(read).collect()
    }

    pub(crate) fn to_text(&self) -> Option<String> {
        self.clone().into_text()
    }

    fn id<T: TryFrom<String>>(&self, key: &str) -> Option<T> {
        self.get(key).to_id()
    }

    fn to_id<T: TryFrom<String>>(&self) -> Option<T> {
        T::try_from(self.to_text()?).ok()
    }

    fn one_of<T: Copy>(&self, key: &str, names: &[(&str, T)], other: T) -> T {
        let text = self.text(key);
        names.iter().find(|(name, _)| *name == text).map_or(other, |(_, value)| *value)
    }
}

#[cfg(test)]
mod tests {
    use volens_core::{
        manifest::{Access, Manifest, Mode, OnWithdraw},
        site::Site,
    };

    use super::manifest;

    /// `manifest` without what no component shows.
    fn shown(mut manifest: Manifest) -> Manifest {
        manifest.site.clear();
        manifest.languages.clear();
        manifest.marks.clear();
        manifest.policy.id.clear();
        manifest.controllers.iter_mut().for_each(|party| party.id.clear());
        for purpose in &mut manifest.purposes {
            purpose.act.clear();
            for service in &mut purpose.services {
                service.on_withdraw = OnWithdraw::Reload;
                service.urls.clear();
                for item in &mut service.items {
                    item.period.clear();
                    item.access = Access::Script;
                }
            }
        }
        manifest
    }

    /// Everything that is shown comes through, in every language and mode.
    #[test]
    fn reads_what_is_derived() {
        let site = Site::parse("site.toml", include_str!("../../core/tests/it/shop.toml")).unwrap();
        for lang in site.languages() {
            for mode in [Mode::Service, Mode::Local] {
                let written = site.manifest(lang, mode).unwrap();
                let json = serde_json::to_string(&written).unwrap();
                assert_eq!(serde_json::from_str::<Manifest>(&json).unwrap(), written);
                assert_eq!(*manifest(&json).unwrap(), shown(written));
            }
        }
    }

    #[test]
    fn refuses_what_is_none() {
        for json in ["", "[]", "{}", "{\"site\":1}", "null"] {
            assert!(manifest(json).is_none(), "{json}");
        }
    }
}
