//! `cargo xtask examples`: every example and recipe, driven as a visitor would. Those that need Node alone run in
//! `cargo xtask test` too.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::assets::{self, Need};
use crate::cargo::cargo;
use crate::failure::{During, Failure, Outcome};
use crate::inherited;
use crate::npm;
use crate::place::Place;
use crate::setup::chromium;
use crate::setup::node::{self, Node};
use crate::setup::{apt, in_path, python};
use crate::step;
use crate::turn;

/// Those of `tests/browser`, which `cargo xtask test` runs as well.
const WITH_NODE: [&str; 2] = ["examples.test.mjs", "embed-worker.test.mjs"];

/// Installs what is missing, builds, drives.
pub(crate) fn run(place: &Place) -> Outcome {
    let (node, chromium, django, python) = {
        let _alone = turn::wait(place)?;
        let node = Node::find_or_install_npm(node::FOR_TESTING, place)?;
        let chromium = chromium::find_or_install(place)?;
        let python = python::find_or_install(place)?;
        let django = python::install_into(
            &python.program,
            "django",
            &place.root().join("examples/django/requirements.txt"),
            place,
        )?;
        node.install("Browser tests", &place.browser_tests(), place)?;
        assets::build(place, Need::Small)?;
        npm::ship(place)?;
        (node, chromium, django, python.program)
    };
    let nginx = program("nginx", "nginx-light", place)?;
    let caddy = program("caddy", "caddy", place)?;
    let php = program("php", "php-cli", place)?;
    step::loud("Building `volens`", &mut cargo(place, &["build", "--package", "volens", "--locked"]))?;
    let axum = axum(place)?;

    let mut files: Vec<PathBuf> = WITH_NODE.map(|name| place.browser_tests().join(name)).to_vec();
    files.extend(["servers.test.mjs", "wordpress.test.mjs"].map(|name| place.root().join("tests/examples").join(name)));
    let mut tests = node.command();
    tests.current_dir(place.root()).args(["--test", "--test-concurrency=1", "--test-reporter=spec"]).args(files);
    inherited::forget_xtask(&mut tests)
        .env("VOLENS_WEB", place.web())
        .env("VOLENS_NPM", npm::folder(place))
        .env("VOLENS_BIN", place.binary("volens"))
        .env("VOLENS_CHROMIUM", chromium)
        .env("VOLENS_PYTHON", python)
        .env("VOLENS_DJANGO", django)
        .env("VOLENS_NGINX", nginx)
        .env("VOLENS_CADDY", caddy)
        .env("VOLENS_PHP", php)
        .env("VOLENS_AXUM", axum);
    step::loud("node --test, all examples and recipes", &mut tests)
}

/// The axum example, in this workspace's target folder: it has the same dependencies, from the same lock file.
fn axum(place: &Place) -> Outcome<PathBuf> {
    let folder = place.root().join("examples/axum");
    let mut build = cargo(place, &["build", "--locked"]);
    build.current_dir(&folder).arg("--target-dir").arg(place.target());
    step::loud("Building the axum example", &mut build)?;
    Ok(place.binary("volens-example-axum"))
}

/// Finds a program or installs Debian's package of it.
fn program(name: &str, package: &str, place: &Place) -> Outcome<PathBuf> {
    // Debian keeps servers where only root's PATH leads.
    let find = || in_path(name).or_else(|| Some(Path::new("/usr/sbin").join(name)).filter(|path| path.is_file()));
    if let Some(found) = find() {
        return Ok(found);
    }
    apt::install(name, &[package], &place.tools().join("log"))?;
    let found = find().ok_or_else(|| Failure::new(format!("{package} was installed, but {name} is not in PATH")))?;
    let works = Command::new(&found).arg(if name == "nginx" || name == "php" { "-v" } else { "version" }).status();
    works.during(|| format!("{} does not start", found.display()))?;
    Ok(found)
}
