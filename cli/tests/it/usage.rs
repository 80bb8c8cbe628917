//! Help and mistakes on the command line.

use crate::run::volens;

const COMMANDS: [&[&str]; 18] = [
    &[],
    &["list"],
    &["list", "generate"],
    &["evaluate"],
    &["evidence"],
    &["notice"],
    &["notice", "diff"],
    &["token"],
    &["token", "verify"],
    &["keys"],
    &["token", "inspect"],
    &["token", "mint"],
    &["keys", "generate"],
    &["keys", "list"],
    &["keys", "rotate"],
    &["keys", "prune"],
    &["serve"],
    &["render"],
];

#[test]
fn help_is_no_mistake() {
    for command in COMMANDS {
        let ran = volens(&[command, &["--help"]].concat());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{command:?}");
        assert!(ran.out.contains("Usage: volens"), "{command:?}: {}", ran.out);
    }
    assert_eq!(volens(&["--version"]).code, 0);
    assert!(volens(&["--help"]).out.contains("Exit codes: 0 ok"));
}

#[test]
fn mistakes_exit_with_4_and_say_what_they_are() {
    for command in COMMANDS {
        let ran = volens(&[command, &["--no-such-flag"]].concat());
        assert_eq!((ran.code, ran.out.as_str()), (4, ""), "{command:?}");
        // All but this one need an argument.
        if command != ["token", "inspect"] {
            let ran = volens(command);
            assert_eq!((ran.code, ran.out.as_str()), (4, ""), "{command:?}");
            assert!(!ran.err.is_empty());
        }
    }
    let ran = volens(&["evaluate", "--events", "f", "--subject", "s", "--purpose", "analytics", "--at", "2026-11-21"]);
    assert_eq!(ran.code, 4);
    assert!(ran.err.contains("2026-11-21") && ran.err.contains("expected RFC 3339"), "{}", ran.err);
    let ran = volens(&["evidence", "--data", "d", "--purpose", "analytics", "--at", "2026-11-21T00:00:00Z"]);
    assert_eq!(ran.code, 4);
    assert!(ran.err.contains("--email"), "{}", ran.err);
}
