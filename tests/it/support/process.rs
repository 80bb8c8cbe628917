//! The service as a process of its own, which can be killed and starved.

use super::{assets, browser::Browser};
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// `volens serve`, listening; killed when dropped.
pub(crate) struct Served {
    child: Child,
    address: SocketAddr,
}

impl Served {
    pub(crate) fn start(data: &Path, site: &str) -> Self {
        Self::start_with(data, site, &[])
    }

    pub(crate) fn start_with(data: &Path, site: &str, more: &[&str]) -> Self {
        Self::begin(Command::new(binary()), data, site, more)
    }

    pub(crate) fn binary() -> PathBuf {
        binary()
    }

    /// The same, for a process whose files may not grow: writing more is an error to it and not its death. Its log
    /// goes to a file on the same full disk.
    pub(crate) fn start_on_a_small_disk(data: &Path, site: &str) -> Self {
        let log = data.join("log");
        std::fs::write(&log, vec![b'-'; 1 << 20]).unwrap();
        let log = std::fs::OpenOptions::new().append(true).open(log).unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]).arg(binary()).stderr(log);
        Self::begin(command, data, site, &[])
    }

    /// From now on no file of the process grows beyond `bytes`; none: as large as it likes.
    pub(crate) fn limit_files(&self, bytes: Option<u64>) {
        let limit = bytes.map_or("unlimited".into(), |bytes| bytes.to_string());
        // The soft limit alone, so that it can be lifted again.
        let status = Command::new("prlimit")
            .args(["--pid", &self.child.id().to_string(), &format!("--fsize={limit}:")])
            .status()
            .expect("prlimit, of util-linux");
        assert!(status.success());
    }

    fn begin(mut command: Command, data: &Path, site: &str, more: &[&str]) -> Self {
        let file = data.join("site.toml");
        std::fs::write(&file, site).unwrap();
        let mut child = command
            .arg("serve")
            .arg("--site")
            .arg(&file)
            .arg("--data")
            .arg(data)
            .arg("--web")
            .arg(assets::folder(data))
            .args(["--listen", "127.0.0.1:0"])
            .args(more)
            .env_remove("VOLENS_SMTP")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).and_then(|rest| rest.split('/').next()?.parse().ok());
        let address = address.unwrap_or_else(|| panic!("volens serve said {line:?}; expected where it listens"));
        Self { child, address }
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.address)
    }

    /// SIGKILL: nothing is told, nothing is finished.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The command under test, as `cargo xtask test` builds it, or the one beside this test.
fn binary() -> PathBuf {
    let beside = || PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("../debug/volens");
    let binary = std::env::var_os("VOLENS_BIN").map_or_else(beside, PathBuf::from);
    assert!(
        binary.is_file(),
        "{}: not there; expected the command, from `cargo xtask test` or `cargo build -p volens`",
        binary.display()
    );
    binary
}
