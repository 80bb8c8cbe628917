//! Debian packages.

use std::path::Path;
use std::process::Command;

use super::in_path;
use crate::failure::{Failure, Outcome};
use crate::step;

/// Installs `packages`. A package manager that an earlier run left half-way is mended once, then tried again.
pub(crate) fn install(what: &str, packages: &[&str], logs: &Path) -> Outcome {
    if in_path("apt-get").is_none() {
        return Err(Failure::new(format!("{what}: apt-get is not in PATH")));
    }
    let rights = Rights::find().ok_or_else(|| {
        Failure::new(format!(
            "{what}: apt-get needs root, and there is neither root nor sudo; run as root: apt-get install {}",
            packages.join(" ")
        ))
    })?;
    let log = |name: &str| logs.join(format!("{name}.log"));
    let attempt = || {
        // Old lists may still do, and an unreachable mirror shows in the next step anyway.
        let _ = step::quiet(
            &format!("{what}: reading package lists (apt-get update)"),
            &log("apt-update"),
            &mut rights.apt(&["update"]),
        );
        let mut arguments = vec!["install", "-y", "--no-install-recommends"];
        arguments.extend(packages);
        step::quiet(
            &format!("{what}: apt-get install {}", packages.join(" ")),
            &log("apt-install"),
            &mut rights.apt(&arguments),
        )
    };
    attempt().or_else(|first| {
        step::say(&format!("{first}; mending the package manager and trying once more"));
        // Either may have nothing to do; the second attempt tells.
        let _ =
            step::quiet("dpkg --configure -a", &log("dpkg-configure"), &mut rights.run("dpkg", &["--configure", "-a"]));
        let _ = step::quiet("apt-get -f install", &log("apt-fix"), &mut rights.apt(&["-f", "install", "-y"]));
        attempt()
    })
}

/// How to act as root.
#[derive(Clone, Copy, Debug)]
enum Rights {
    Root,
    Sudo,
}

impl Rights {
    fn find() -> Option<Self> {
        if step::answer(Command::new("id").arg("-u")).as_deref() == Some("0") {
            Some(Self::Root)
        } else {
            in_path("sudo").map(|_| Self::Sudo)
        }
    }

    fn run(self, program: &str, arguments: &[&str]) -> Command {
        let environment = ["DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8"];
        let mut command = match self {
            Self::Root => Command::new(program),
            // sudo passes on no environment of its own accord.
            Self::Sudo => Command::new("sudo"),
        };
        match self {
            Self::Root => command.envs(environment.iter().filter_map(|pair| pair.split_once('='))),
            Self::Sudo => command.arg("env").args(environment).arg(program),
        };
        command.args(arguments);
        command
    }

    fn apt(self, arguments: &[&str]) -> Command {
        let mut command = self.run("apt-get", &["-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3"]);
        command.args(arguments);
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_to_root_run_the_same_program_without_questions() {
        let words = |command: &Command| -> Vec<String> {
            let all = std::iter::once(command.get_program()).chain(command.get_args());
            all.map(|word| word.to_string_lossy().into_owned()).collect()
        };
        let root = Rights::Root.run("dpkg", &["--configure", "-a"]);
        assert_eq!(words(&root), ["dpkg", "--configure", "-a"]);
        let quiet = root
            .get_envs()
            .any(|(name, value)| name == "DEBIAN_FRONTEND" && value.is_some_and(|value| value == "noninteractive"));
        assert!(quiet);

        let sudo = words(&Rights::Sudo.run("dpkg", &["--configure", "-a"]));
        assert_eq!(sudo.join(" "), "sudo env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 dpkg --configure -a");
    }
}
