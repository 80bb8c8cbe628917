//! Counting tests from what their runners print.

use std::ops::AddAssign;

/// How many tests did what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// A line of cargo's: `test result: ok. 24 passed; 0 failed; 0 ignored; …`.
pub(crate) fn cargo_line(line: &str) -> Count {
    let mut count = Count::default();
    if let Some((_, result)) = line.strip_prefix("test result: ").and_then(|rest| rest.split_once(". ")) {
        for part in result.split("; ") {
            let Some((number, what)) = part.split_once(' ') else {
                continue;
            };
            let Ok(number) = number.parse() else { continue };
            match what {
                "passed" => count.passed = number,
                "failed" => count.failed = number,
                "ignored" => count.skipped = number,
                _ => {}
            }
        }
    }
    count
}

/// A line of Node's `spec` reporter: `ℹ pass 12`.
pub(crate) fn node_line(line: &str) -> Count {
    let mut count = Count::default();
    let mut words = line.trim_start_matches(['ℹ', '#', ' ']).split(' ');
    if let (Some(what), Some(number), None) = (words.next(), words.next(), words.next())
        && line.starts_with(['ℹ', '#'])
        && let Ok(number) = number.trim().parse()
    {
        match what {
            "pass" => count.passed = number,
            "fail" | "cancelled" => count.failed = number,
            "skipped" | "todo" => count.skipped = number,
            _ => {}
        }
    }
    count
}

/// The last line of `bindings/python/tests`: `unittest: 12 passed, 0 failed, 0 skipped`.
pub(crate) fn unittest_line(line: &str) -> Count {
    let mut count = Count::default();
    for part in line.strip_prefix("unittest: ").into_iter().flat_map(|counts| counts.split(", ")) {
        let Some((number, what)) = part.split_once(' ') else { continue };
        let Ok(number) = number.parse() else { continue };
        match what {
            "passed" => count.passed = number,
            "failed" => count.failed = number,
            "skipped" => count.skipped = number,
            _ => {}
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(text: &str, line: fn(&str) -> Count) -> Count {
        let mut all = Count::default();
        text.lines().for_each(|text| all += line(text));
        all
    }

    #[test]
    fn cargo_test() {
        let text = "running 2 tests\n\
            test a ... ok\n\
            test result: ok. 24 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.25s\n\
            test result: FAILED. 5 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s\n";
        assert_eq!(sum(text, cargo_line), Count { passed: 29, failed: 2, skipped: 1 });
    }

    #[test]
    fn node_test() {
        let text = "✔ pass 7 (1ms)\nℹ tests 16\nℹ suites 2\nℹ pass 12\nℹ fail 1\nℹ cancelled 1\nℹ skipped 1\nℹ todo 1\nℹ duration_ms 12\n";
        assert_eq!(sum(text, node_line), Count { passed: 12, failed: 2, skipped: 2 });
    }

    #[test]
    fn python_unittest() {
        let text =
            "test_a (test_api.Api.test_a) ... ok\nRan 9 tests in 0.1s\nunittest: 6 passed, 2 failed, 1 skipped\n";
        assert_eq!(sum(text, unittest_line), Count { passed: 6, failed: 2, skipped: 1 });
    }

    #[test]
    fn what_tests_print_themselves_is_not_counted() {
        assert_eq!(sum("5 passed; 0 failed\npass 12\n", cargo_line), Count::default());
        assert_eq!(sum("pass 12\nfail 3\n", node_line), Count::default());
        assert_eq!(sum("12 passed, 3 failed\n", unittest_line), Count::default());
    }
}
