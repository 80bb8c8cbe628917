//! `bindings/python`: the wheel, and its tests in an environment that has nothing but the wheel.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::count::{self, Count};
use crate::failure::{During, Failure, Outcome};
use crate::inherited;
use crate::notices;
use crate::place::Place;
use crate::setup::python::install_into;
use crate::step;
use crate::test;
use crate::turn;

/// Builds the wheel and runs its tests.
pub(crate) fn run(place: &Place, python: &Path, count: &mut Count) -> Outcome {
    let (maturin, mypy) = {
        let _alone = turn::wait(place)?;
        let requirements = |name: &str| source(place).join(format!("requirements-{name}.txt"));
        let maturin = install_into(python, "maturin", &requirements("build"), place)?;
        let mypy = install_into(python, "mypy", &requirements("types"), place)?;
        (maturin.join("bin").join("maturin"), mypy)
    };
    let wheel = build(place, python, &maturin)?;
    let python = fresh(place, python, &wheel)?;
    let mut tests = Command::new(python);
    tests.arg("-I").arg(source(place).join("tests")).env("VOLENS_MYPY", mypy);
    test::counted("Python: tests of the wheel", &mut tests, count::unittest_line, count)
}

fn source(place: &Place) -> PathBuf {
    place.root().join("bindings/python")
}

/// The only wheel in `target/dist/python`.
fn build(place: &Place, python: &Path, maturin: &Path) -> Outcome<PathBuf> {
    let wheels = place.dist().join("python");
    if wheels.exists() {
        fs::remove_dir_all(&wheels).during(|| format!("cannot empty {}", wheels.display()))?;
    }
    // Where `pyproject.toml` says that they are.
    let licences = source(place).join("licences");
    fs::create_dir_all(&licences).during(|| format!("cannot make {}", licences.display()))?;
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        fs::copy(place.root().join(name), licences.join(name)).during(|| format!("cannot copy {name}"))?;
    }
    notices::write(place, ("bindings/python", &["--features", "pyo3/extension-module"]), &licences)?;
    let mut command = Command::new(maturin);
    inherited::forget_xtask(&mut command)
        .current_dir(source(place))
        .args(["build", "--release", "--locked", "--interpreter"])
        .arg(python)
        .arg("--out")
        .arg(&wheels)
        .env("CARGO_TARGET_DIR", super::target(place))
        .env("CARGO_ENCODED_RUSTFLAGS", without_paths(place)?);
    step::loud("Python: building the wheel (maturin)", &mut command)?;
    match test::files(&wheels, ".whl")?.as_slice() {
        [wheel] => Ok(wheel.clone()),
        several => Err(Failure::new(format!("{} wheels in {}, expected one", several.len(), wheels.display()))),
    }
}

/// Where a wheel was built is nobody's business: panics name their files by these.
fn without_paths(place: &Place) -> Outcome<String> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")));
    let home = home.ok_or_else(|| Failure::new("neither CARGO_HOME nor HOME is set"))?;
    let sysroot = step::answer(Command::new("rustc").args(["--print", "sysroot"]).current_dir(source(place)))
        .ok_or_else(|| Failure::new("rustc does not start"))?;
    let names = [(home.as_path(), "cargo"), (Path::new(&sysroot), "rust"), (place.root(), "volens")];
    Ok(names.map(|(folder, name)| format!("--remap-path-prefix={}={name}", folder.display())).join("\u{1f}"))
}

/// The Python of a new environment that holds the wheel and nothing else.
fn fresh(place: &Place, python: &Path, wheel: &Path) -> Outcome<PathBuf> {
    let venv = place.target().join("bindings").join("venv");
    let log = |name: &str| place.tools().join("log").join(name);
    // Debian's Python has no pip to put into one, nor is it needed there.
    let mut make = Command::new(python);
    make.args(["-m", "venv", "--clear", "--without-pip"]).arg(&venv);
    step::quiet("Python: a new environment", &log("venv.log"), &mut make)?;
    let own = venv.join("bin").join("python3");
    let mut install = Command::new(python);
    install.args(["-m", "pip", "--disable-pip-version-check", "--python"]).arg(&own);
    install.args(["install", "--no-index", "--no-deps"]).arg(wheel);
    step::quiet("Python: installing the wheel", &log("pip-wheel.log"), &mut install)?;
    Ok(own)
}
