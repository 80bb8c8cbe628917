//! A folder of web assets as the service reads it, without a browser's WASM in it: what is served here, nobody runs.

use std::path::{Path, PathBuf};

/// Every file, by its role in `assets.json`. The gate must hold the place of its configuration.
const FILES: [(&str, &str, &str); 8] = [
    ("gate", "gate.00000001.js", "void __GATE__"),
    ("loader", "loader.00000002.js", "// loader"),
    ("local", "local.00000007.js", "void __GATE__"),
    ("signals", "signals.00000008.js", "void __SIGNALS__"),
    ("glue", "volens_widget.00000003.js", "export default () => {}"),
    ("wasm", "volens_widget.00000004.wasm", "\0asm"),
    ("banner_css", "banner.00000005.css", ".vo-banner{}"),
    ("center_css", "center.00000006.css", ".vo-center{}"),
];

/// Writes the folder below `parent`.
pub(crate) fn folder(parent: &Path) -> PathBuf {
    let folder = parent.join("web");
    std::fs::create_dir_all(&folder).unwrap();
    let mut list = serde_json::Map::new();
    for (role, file, text) in FILES {
        std::fs::write(folder.join(file), text).unwrap();
        // No browser checks it: well-formed is enough.
        let sri = format!("sha256-{}=", "A".repeat(43));
        list.insert(role.into(), serde_json::json!({ "file": file, "sri": sri }));
    }
    std::fs::write(folder.join("assets.json"), serde_json::Value::Object(list).to_string()).unwrap();
    folder
}
