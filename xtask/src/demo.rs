//! `cargo xtask demo`: the example site, running.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

use crate::assets::{self, Need};
use crate::cargo::cargo;
use crate::failure::{Failure, Outcome};
use crate::inherited;
use crate::place::Place;
use crate::step;
use crate::turn;

/// Builds what has changed and becomes the demo: signals reach it as if it had been started by hand.
pub(crate) fn run(place: &Place, port: u16, data: Option<PathBuf>) -> Outcome {
    free(port, "the site")?;
    free(port.saturating_add(1), "its pretended providers")?;
    {
        let _alone = turn::wait(place)?;
        assets::build(place, Need::Working)?;
    }
    // Unoptimised: it shares what `cargo xtask test` builds, and answers in a millisecond all the same, as the
    // signature and hash crates are optimised in every profile.
    step::loud(
        "Demo: building the site and its server",
        &mut cargo(place, &["build", "--package", "volens-demo-site", "--locked"]),
    )?;
    let demo = place.binary("volens-demo-site");
    let mut command = Command::new(&demo);
    inherited::forget_xtask(&mut command)
        .env("VOLENS_WEB", place.web())
        .arg("--port")
        .arg(port.to_string())
        .arg("--data")
        .arg(data.unwrap_or_else(|| place.target().join("demo-data")));
    let error = command.exec();
    Err(Failure::new(format!("cannot start {}: {error}", demo.display())))
}

/// Asks before minutes of building what the demo would find out after them.
fn free(port: u16, whose: &str) -> Outcome {
    for address in [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)] {
        if let Err(error) = TcpListener::bind((address, port)) {
            match error.kind() {
                ErrorKind::AddrInUse => {
                    return Err(Failure::new(format!(
                        "port {port} (for {whose}) is taken on {address}: stop what listens there, or choose another with --port"
                    )));
                }
                ErrorKind::PermissionDenied => {
                    return Err(Failure::new(format!(
                        "port {port} (for {whose}) may not be opened by this user: choose one above 1023 with --port"
                    )));
                }
                // A machine without IPv6, for one.
                _ => {}
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_named_with_what_it_is_for() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let failure = free(port, "the site").unwrap_err().to_string();
        assert_eq!(
            failure,
            format!(
                "port {port} (for the site) is taken on 127.0.0.1: stop what listens there, or choose another with --port"
            )
        );
    }
}
