//! From the widget's Rust to a small WASM file and its JavaScript glue.

mod glue;
mod owners;

use std::fs;
use std::path::{Path, PathBuf};

use wasm_bindgen_cli_support::Bindgen;

use crate::failure::{During, Failure, Outcome};
use crate::place::Place;
use crate::setup::compiler::Compiler;
use crate::setup::node::Node;
use crate::step;

pub(crate) use owners::Owners;

/// Flags that only a `std` built here can follow. A panic becomes a trap, without its message and place: the
/// visitor could not read them, and they are a third of the file.
pub(crate) const RUSTFLAGS: &str = "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none";

/// Between -Oz (5) and -Os (50): more is inlined than makes the fewest bytes, as copies cost little after brotli.
/// Measured at 0, 5, 10, 15, 20.
const INLINING: &str = "-Cllvm-args=-inline-threshold=15";

/// What today's browsers all have and rustc uses; without it wasm-opt refuses the file.
pub(crate) const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Exports that the glue calls like its own functions, and the memory.
const OURS: [&str; 3] = ["load", "open", "memory"];

/// What the imports are imported from: in wasm-bindgen's words, and in ours.
const MODULE: (&str, &str) = ("./volens_widget_bg.js", "_");

/// The widget for the browser.
#[derive(Debug)]
pub(crate) struct Widget {
    pub(crate) wasm: Vec<u8>,
    pub(crate) glue: String,
}

/// Compiles, binds and, where there is Node, optimises.
pub(crate) fn build(place: &Place, node: Option<&Node>) -> Outcome<Widget> {
    let compiler = Compiler::find_or_install(place)?;
    let raw = compile(place, &compiler)?;
    let mut widget = bind(&raw, Names::Gone)?;
    if let Some(node) = node {
        widget.wasm = optimise(place, node, &widget.wasm, Names::Gone)?;
    }
    Ok(widget)
}

/// Whose bytes the same build holds.
pub(crate) fn owners(place: &Place, node: &Node) -> Outcome<Owners> {
    let raw = compile(place, &Compiler::find_or_install(place)?)?;
    let widget = bind(&raw, Names::Kept)?;
    Owners::of(&optimise(place, node, &widget.wasm, Names::Kept)?)
}

/// The names of functions: nothing that runs needs them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Names {
    Kept,
    Gone,
}

fn compile(place: &Place, compiler: &Compiler) -> Outcome<PathBuf> {
    let mut cargo = compiler.cargo();
    cargo
        .current_dir(place.root())
        .env("RUSTFLAGS", RUSTFLAGS)
        .args(["rustc", "--package", "volens-widget", "--lib", "--crate-type", "cdylib"])
        .args(["--no-default-features", "--features", "csr", "--profile", "wasm", "--locked"])
        .args(["--target", "wasm32-unknown-unknown", "--target-dir"])
        .arg(place.wasm_target())
        .args(["-Zbuild-std=std", "-Zbuild-std-features=optimize_for_size"])
        .args(["--", INLINING]);
    let with = match compiler {
        Compiler::Active => "the active toolchain",
        Compiler::Debian(_) => "Debian's compiler",
    };
    step::loud(
        &format!("Widget: compiling to WASM with {with}, std included (some minutes the first time)"),
        &mut cargo,
    )?;
    Ok(place.wasm_target().join("wasm32-unknown-unknown/wasm/volens_widget.wasm"))
}

fn bind(raw: &Path, names: Names) -> Outcome<Widget> {
    step::say("Widget: binding to JavaScript (wasm-bindgen)");
    let while_binding = || format!("wasm-bindgen on {}", raw.display());
    let mut output = Bindgen::new()
        .input_path(raw)
        // A classic script: under 'strict-dynamic' the loader may add an element, but not import a module.
        .no_modules(true)
        .during(while_binding)?
        .no_modules_global("volensCenter")
        .during(while_binding)?
        .typescript(false)
        .demangle(false)
        .remove_name_section(names == Names::Gone)
        .remove_producers_section(true)
        .omit_default_module_path(true)
        .generate_output()
        .during(while_binding)?;
    let glue = output.js().to_owned();
    // Crates may bring JavaScript files of their own. One that is used would have to be served, hashed and allowed
    // by the page's policy; none is.
    if let Some(import) = glue.lines().find(|line| line.starts_with("import ") && line.contains("snippets/")) {
        return Err(Failure::new(format!("the glue must be one file, and it says {import}")));
    }
    let module = output.wasm_mut();
    let imports: Vec<_> = module.imports.iter().map(|import| import.name.clone()).collect();
    let exports = module.exports.iter().map(|export| export.name.clone());
    let exports: Vec<_> = exports.filter(|name| !OURS.contains(&name.as_str())).collect();
    let short = glue::Names::short(&glue, &imports, &exports);
    for import in module.imports.iter_mut() {
        MODULE.1.clone_into(&mut import.module);
        import.name = short.of(&import.name).to_owned();
    }
    for export in module.exports.iter_mut() {
        export.name = short.of(&export.name).to_owned();
    }
    let glue = glue::shorten(&glue.replace(MODULE.0, MODULE.1), &short)?;
    Ok(Widget { wasm: output.wasm_mut().emit_wasm(), glue })
}

/// `--low-memory-unused` holds for what rustc links: the lowest kilobyte is the far end of a stack of one megabyte.
fn optimise(place: &Place, node: &Node, wasm: &[u8], names: Names) -> Outcome<Vec<u8>> {
    let before = place.wasm_target().join("bound.wasm");
    let after = place.wasm_target().join("optimised.wasm");
    fs::write(&before, wasm).during(|| format!("cannot write {}", before.display()))?;
    let mut wasm_opt = node.command();
    wasm_opt
        .arg(place.npm_tools().join("node_modules/binaryen/bin/wasm-opt"))
        .args(["-Oz", "--converge", "--low-memory-unused", "--strip-producers", "--strip-target-features"])
        // Large functions inlined into their one caller make fewer bytes, but more after brotli.
        .arg("--one-caller-inline-max-function-size=80")
        .args(FEATURES)
        .args((names == Names::Kept).then_some("--debuginfo"))
        .arg(&before)
        .arg("-o")
        .arg(&after);
    step::quiet("Widget: making it small (wasm-opt -Oz)", &place.tools().join("log/wasm-opt.log"), &mut wasm_opt)?;
    fs::read(&after).during(|| format!("cannot read {}", after.display()))
}
