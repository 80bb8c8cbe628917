//! The JavaScript between the browser and the WASM file, without what our loader has no use for.
//!
//! wasm-bindgen names every import after its function and a hash, in both files: a seventh of all bytes after brotli.
//! And it writes for every way to start a module, while the loader knows one.

use std::collections::{BTreeMap, BTreeSet};

use crate::failure::{Failure, Outcome};

/// Old names to new ones.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeMap<String, String>);

impl Names {
    /// A short name for each of `imports` and `exports`, none of them a name that `glue` has already.
    pub(super) fn short(glue: &str, imports: &[String], exports: &[String]) -> Self {
        let taken: BTreeSet<&str> = words(glue).filter(|word| is_name(word)).collect();
        // An import is a key of one object and an export one of another: they cannot get in each other's way.
        let fresh = || names().filter(|name| !taken.contains(name.as_str()));
        let renamed = imports.iter().zip(fresh()).chain(exports.iter().zip(fresh()));
        Self(renamed.map(|(old, new)| (old.clone(), new)).collect())
    }

    /// The new name of `old`, or the same if it keeps its name.
    pub(super) fn of<'a>(&'a self, old: &'a str) -> &'a str {
        self.0.get(old).map_or(old, String::as_str)
    }

    fn apply(&self, glue: &str) -> String {
        words(glue).map(|word| self.of(word)).collect()
    }
}

/// The same glue with other names, started by the loader alone. What wasm-bindgen writes is looked for word by word;
/// another version may write something else, and then this must fail.
pub(super) fn shorten(glue: &str, names: &Names) -> Outcome<String> {
    let glue = names.apply(glue);
    let glue = cut(&glue, "let script_src;", "}\n", "")?;
    let glue = cut(&glue, "function handleError(f, args) {", "args);", HANDLE_ERROR)?;
    let (body, _) = glue.split_once("let wasmModule,").ok_or_else(|| unknown("let wasmModule,"))?;
    let body: String =
        body.lines().filter(|line| !is_comment(line)).flat_map(|line| [arrow(line), "\n".to_owned()]).collect();
    if let Some(word) = words(&body).find(|word| ["this", "arguments"].contains(word)) {
        return Err(Failure::new(format!("the glue has `{word}` where it would change its meaning")));
    }
    Ok(body + &START.replace("__wbindgen_start", names.of("__wbindgen_start")))
}

const HANDLE_ERROR: &str = "const handleError = (f) => (...args) => {\ntry {\nreturn f(...args);";

/// A response that was asked for by its hash is held back until all of it has come: there is nothing to stream.
const START: &str = "let wasm;
const start = async ({ module_or_path }) => {
const response = await module_or_path;
if (!response.ok) throw new Error(response.status);
const { instance } = await WebAssembly.instantiate(await response.arrayBuffer(), __wbg_get_imports());
wasm = instance.exports;
wasm.__wbindgen_start();
};
return Object.assign(start, exports);
})({ __proto__: null });
";

/// `text` with what lies between `from` and the first `to` after it, both included, replaced.
fn cut(text: &str, from: &str, to: &str, by: &str) -> Outcome<String> {
    let (before, rest) = text.split_once(from).ok_or_else(|| unknown(from))?;
    let (_, after) = rest.split_once(to).ok_or_else(|| unknown(to))?;
    Ok([before, by, after].concat())
}

fn unknown(what: &str) -> Failure {
    Failure::new(format!("the glue has no `{}`: xtask does not know this wasm-bindgen", what.trim()))
}

fn is_comment(line: &str) -> bool {
    ["//", "/*", "*"].iter().any(|start| line.trim_start().starts_with(start))
}

/// An import as an arrow function.
fn arrow(line: &str) -> String {
    if line == "}, arguments); }," {
        return "}),".to_owned();
    }
    let rewritten = line.split_once(": function(").and_then(|(name, rest)| {
        if let Some(rest) = rest.strip_prefix(") { return handleError(function (") {
            let arguments = rest.strip_suffix(") {")?;
            return Some([name, ": handleError((", arguments, ") => {"].concat());
        }
        let arguments = rest.strip_suffix(") {")?;
        Some([name, ": (", arguments, ") => {"].concat())
    });
    rewritten.unwrap_or_else(|| line.to_owned())
}

/// Names and what lies between them, in turn; together they are `text`.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.char_indices()
        .scan(None, |last, (at, char)| {
            let kind = char.is_ascii_alphanumeric() || char == '_' || char == '$';
            Some((last.replace(kind) != Some(kind), at))
        })
        .filter_map(|(starts, at)| starts.then_some(at))
        .chain([text.len()])
        .scan(0, |from, to| Some(&text[std::mem::replace(from, to)..to]))
}

fn is_name(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_' || first == '$')
}

/// a, b … Z, aa, ab …
fn names() -> impl Iterator<Item = String> {
    let letters = || ('a'..='z').chain('A'..='Z');
    let two = letters().flat_map(move |first| letters().map(move |second| String::from_iter([first, second])));
    letters().map(String::from).chain(two)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLUE: &str = "let volensCenter = (function(exports) {
let script_src;
if (typeof document !== 'undefined') {
    script_src = '';
}
function __wbg_get_imports() {
const import0 = {
__wbg_body_5f971cbc6950ca4f: function(arg0) {
// A word on arguments.
const a = arg0.body;
return a;
},
__wbg_focus_d5e2fdbdb56416f0: function() { return handleError(function (arg0) {
arg0.focus(wasm.__wbindgen_malloc());
}, arguments); },
};
}
function handleError(f, args) {
try {
return f.apply(this, args);
} catch (e) {
wasm.__wbindgen_exn_store(e);
}
}

let wasmModule, wasmInstance, wasm;
the rest
";

    fn names_of_glue() -> Names {
        let imports = ["__wbg_body_5f971cbc6950ca4f", "__wbg_focus_d5e2fdbdb56416f0"].map(str::to_owned);
        let exports = ["__wbindgen_malloc", "__wbindgen_exn_store", "__wbindgen_start"].map(str::to_owned);
        Names::short(GLUE, &imports, &exports)
    }

    #[test]
    fn names_are_short_and_new() {
        let names = names_of_glue();
        assert_eq!(names.of("__wbg_body_5f971cbc6950ca4f"), "b", "a is a name of the glue's own");
        assert_eq!(names.of("__wbg_focus_d5e2fdbdb56416f0"), "c");
        assert_eq!(names.of("__wbindgen_malloc"), "b");
        assert_eq!(names.of("memory"), "memory");
    }

    #[test]
    fn the_glue_is_shorter_and_does_the_same() {
        let short = shorten(GLUE, &names_of_glue()).unwrap();
        let imports = "b: (arg0) => {\nconst a = arg0.body;\nreturn a;\n},\n\
                       c: handleError((arg0) => {\narg0.focus(wasm.b());\n}),\n";
        assert!(short.contains(imports), "{short}");
        let caught =
            "const handleError = (f) => (...args) => {\ntry {\nreturn f(...args);\n} catch (e) {\nwasm.c(e);\n}\n}\n";
        assert!(short.contains(caught), "{short}");
        assert!(short.contains("wasm.d();"), "{short}");
        assert!(!short.contains("script_src") && !short.contains("the rest"), "{short}");
    }

    #[test]
    fn glue_of_another_kind_is_refused() {
        let names = names_of_glue();
        for gone in ["let script_src;", "function handleError(f, args) {", "let wasmModule,"] {
            assert!(shorten(&GLUE.replace(gone, ""), &names).unwrap_err().to_string().contains(gone));
        }
        let this = GLUE.replace("arg0.body", "this.body");
        assert!(shorten(&this, &names).unwrap_err().to_string().contains("`this`"));
    }

    #[test]
    fn words_make_up_the_text() {
        assert_eq!(words("a.b_1(ü) $x").collect::<Vec<_>>(), ["", "a", ".", "b_1", "(ü) ", "$x"]);
        assert_eq!(words("").collect::<String>(), "");
        assert_eq!(names().nth(52).as_deref(), Some("aa"));
    }
}
