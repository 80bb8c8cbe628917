//! Scripts and styles, made small by esbuild.

use std::io::Write;
use std::process::Stdio;

use crate::failure::{During, Failure, Outcome};
use crate::place::Place;
use crate::setup::node::Node;

/// What the source is, and how its top-level names are seen from outside.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Source {
    /// A classic script: its top-level names are the page's.
    Script,
    Style,
}

/// The source in fewer bytes, doing the same.
pub(crate) fn minify(place: &Place, node: &Node, name: &str, source: Source, text: &str) -> Outcome<String> {
    let what = || format!("esbuild on {name}");
    let arguments: &[&str] = match source {
        Source::Script => &["--loader=js", "--target=es2022"],
        Source::Style => &["--loader=css"],
    };
    let mut child = node
        .command()
        .arg(place.npm_tools().join("node_modules/esbuild/bin/esbuild"))
        .args(["--minify", "--charset=utf8", "--legal-comments=none", "--log-level=warning"])
        .arg(format!("--sourcefile={name}"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .during(what)?;
    // Dropped at the end of the statement, which is how esbuild knows that it has all of it.
    child.stdin.take().ok_or_else(|| Failure::new(what()))?.write_all(text.as_bytes()).during(what)?;
    let output = child.wait_with_output().during(what)?;
    if !output.status.success() {
        return Err(Failure::new(format!("{}: {}", what(), output.status)));
    }
    String::from_utf8(output.stdout).during(what)
}
