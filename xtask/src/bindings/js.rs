//! `bindings/js`: WASM and its glue, and the modules around them as an npm package.

use std::fs;
use std::path::{Path, PathBuf};

use wasm_bindgen_cli_support::Bindgen;

use crate::count::{self, Count};
use crate::failure::{During, Failure, Outcome};
use crate::notices;
use crate::place::Place;
use crate::setup::compiler::Compiler;
use crate::setup::node::Node;
use crate::step;
use crate::test;
use crate::turn;
use crate::wasm::{FEATURES, RUSTFLAGS};

/// The package, for tests and for `npm pack`.
fn folder(place: &Place) -> PathBuf {
    place.dist().join("npm-verify")
}

/// The entries: with the WASM inside, and without.
const ENTRIES: [&str; 2] = ["index.js", "load.js"];

/// Copied as they are.
const FILES: [&str; 5] = ["index.d.ts", "load.d.ts", "volens_verify.wasm.d.ts", "package.json", "README.md"];

/// Builds the package and runs its tests.
pub(crate) fn run(place: &Place, node: &Node, count: &mut Count) -> Outcome {
    {
        // The widget's build writes into the same target folder.
        let _alone = turn::wait(place)?;
        build(place, node)?;
    }
    test(place, node, count)
}

/// Compiles, binds, and puts the package together.
fn build(place: &Place, node: &Node) -> Outcome {
    node.install("Build tools", &place.npm_tools(), place)?;
    let raw = compile(place)?;
    let parts = place.target().join("bindings").join("js");
    empty(&parts)?;
    bind(&raw, &parts)?;
    optimise(place, node, &parts)?;

    let sources = place.root().join("bindings/js/npm");
    for name in ["core.js", "index.js", "load.js", "verifier.js"] {
        copy(&sources.join(name), &parts)?;
    }
    let package = folder(place);
    empty(&package)?;
    bundle(place, node, &parts, &package)?;
    copy(&parts.join("volens_verify.wasm"), &package)?;
    let licences = ["LICENSE-MIT", "LICENSE-APACHE"].map(|name| place.root().join(name));
    for file in FILES.map(|name| sources.join(name)).iter().chain(&licences) {
        copy(file, &package)?;
    }
    notices::write(place, ("bindings/js", &["--target", "wasm32-unknown-unknown"]), &package)?;
    step::say(&format!("npm package: {}", package.display()));
    Ok(())
}

/// In the widget's target folder and with its flags: one `std` serves both.
fn compile(place: &Place) -> Outcome<PathBuf> {
    let mut cargo = Compiler::find_or_install(place)?.cargo();
    cargo
        .current_dir(place.root().join("bindings/js"))
        .env("RUSTFLAGS", RUSTFLAGS)
        .args(["build", "--profile", "wasm", "--locked", "--target", "wasm32-unknown-unknown", "--target-dir"])
        .arg(place.wasm_target())
        .args(["-Zbuild-std=std", "-Zbuild-std-features=optimize_for_size"]);
    step::loud("JavaScript: compiling the verifier to WASM", &mut cargo)?;
    Ok(place.wasm_target().join("wasm32-unknown-unknown/wasm/volens_verify.wasm"))
}

/// `bound.wasm` and `glue.js`. As for a bundler: the glue then holds no way to fetch or read anything.
fn bind(raw: &Path, parts: &Path) -> Outcome {
    let what = || format!("wasm-bindgen on {}", raw.display());
    let mut output = Bindgen::new()
        .input_path(raw)
        .bundler(true)
        .during(what)?
        .typescript(false)
        .demangle(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate_output()
        .during(what)?;
    // `js()` is the module that has a bundler load the WASM; this is the rest.
    let glue = output.start().cloned().ok_or_else(|| Failure::new("wasm-bindgen made no glue"))?;
    if let Some(line) = glue.lines().find(|line| line.starts_with("import ")) {
        return Err(Failure::new(format!("the glue must stand alone, and it says {line}")));
    }
    write(&parts.join("glue.js"), glue.as_bytes())?;
    write(&parts.join("bound.wasm"), &output.wasm_mut().emit_wasm())
}

fn optimise(place: &Place, node: &Node, parts: &Path) -> Outcome {
    let mut wasm_opt = node.command();
    wasm_opt
        .arg(place.npm_tools().join("node_modules/binaryen/bin/wasm-opt"))
        .args(["-O3", "--low-memory-unused", "--strip-producers", "--strip-target-features"])
        .args(FEATURES)
        .arg(parts.join("bound.wasm"))
        .arg("-o")
        .arg(parts.join("volens_verify.wasm"));
    step::quiet("JavaScript: wasm-opt -O3", &place.tools().join("log/wasm-opt-verify.log"), &mut wasm_opt)
}

/// Each entry as one module that imports nothing.
fn bundle(place: &Place, node: &Node, parts: &Path, package: &Path) -> Outcome {
    let mut esbuild = node.command();
    esbuild
        .current_dir(parts)
        .arg(place.npm_tools().join("node_modules/esbuild/bin/esbuild"))
        .args(ENTRIES)
        .args(["--bundle", "--format=esm", "--platform=neutral", "--target=es2022", "--loader:.wasm=binary"])
        .args(["--charset=utf8", "--legal-comments=none", "--log-level=warning"])
        .arg(format!("--outdir={}", package.display()));
    step::loud("JavaScript: one module each", &mut esbuild)
}

/// Every vector, and what the API promises besides.
///
/// The types are checked by the compiler that the browser tests have.
fn test(place: &Place, node: &Node, count: &mut Count) -> Outcome {
    let folder = place.root().join("bindings/js/test");
    let mut tests = node.command();
    tests
        .current_dir(place.root())
        .args(["--test", "--test-reporter=spec"])
        .args(test::files(&folder, ".test.mjs")?)
        .env("VOLENS_NPM_VERIFY", self::folder(place))
        .env("VOLENS_TSC", place.browser_tests().join("node_modules/typescript/bin/tsc"));
    test::counted("node --test bindings/js", &mut tests, count::node_line, count)
}

fn empty(folder: &Path) -> Outcome {
    if folder.exists() {
        fs::remove_dir_all(folder).during(|| format!("cannot empty {}", folder.display()))?;
    }
    fs::create_dir_all(folder).during(|| format!("cannot make {}", folder.display()))
}

fn copy(file: &Path, folder: &Path) -> Outcome {
    let to = folder.join(file.file_name().unwrap_or_default());
    fs::copy(file, to).map(|_| ()).during(|| format!("cannot copy {}", file.display()))
}

fn write(path: &Path, bytes: &[u8]) -> Outcome {
    fs::write(path, bytes).during(|| format!("cannot write {}", path.display()))
}
