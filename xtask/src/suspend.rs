//! Has a program suspended while what it calls waits. Browsers do that (they
//! call it JSPI) to all that is called between an export and an import that are
//! marked, if no JavaScript is in between. wasm-bindgen's own marks need
//! exceptions that older browsers refuse, so its script is marked here; where
//! a browser cannot suspend, it calls as ever.

use crate::failure::{Failure, Outcome};

/// What is marked of a program.
#[derive(Clone, Copy, Default)]
pub struct Suspension {
    /// The methods it calls that may answer with a promise.
    pub imports: &'static [&'static str],
    /// The exports in which it calls them: these may answer with a promise, too.
    pub exports: &'static [&'static str],
    /// The export that is called when an exception has left one of those. The exception left the stack as it was then.
    pub after: Option<&'static str>,
}

const SUSPENDING: &str = "
    const suspending = (work) => WebAssembly.Suspending ? new WebAssembly.Suspending(work) : work;";
const PROMISING: &str = "
    const promised = new Map();
    const promising = (work) => {
        if (!promised.has(work)) {
            promised.set(work, WebAssembly.promising ? WebAssembly.promising(work) : work);
        }
        return promised.get(work);
    };";
const STACK: &str = "
    let stack;";
/// Where the script has got its module, of which nothing runs yet.
const LOADED: &str = "wasm = instance.exports;";
const TOP: &str = "wasm.__stack_pointer.value";

impl Suspension {
    /// The script of the program with the marks.
    pub fn applied(&self, script: &str) -> Outcome<String> {
        let mut marked = script.to_owned();
        let mut helpers = String::new();
        for import in self.imports {
            marked = suspending(&marked, import)?;
        }
        for export in self.exports {
            marked = promising(&marked, export)?;
        }
        if !self.imports.is_empty() {
            helpers.push_str(SUSPENDING);
        }
        if !self.exports.is_empty() {
            helpers.push_str(PROMISING);
        }
        if let Some(after) = self.after {
            let (before, rest) = parted(&marked, LOADED)?;
            marked = format!("{before}{LOADED} stack = {TOP};{rest}");
            let call = format!("wasm.{after}(");
            let (before, rest) = parted(&marked, &call)?;
            marked = format!("{before}{TOP} = stack; {call}{rest}");
            helpers.push_str(STACK);
        }
        // All of the script stands in a function.
        let (head, rest) = marked.split_once('{').ok_or_else(|| unknown("{"))?;
        Ok(format!("{head}{{{helpers}{rest}"))
    }
}

/// Marks an import: `__wbg_name_0123456789abcdef: function(…) {…}`.
fn suspending(script: &str, name: &str) -> Outcome<String> {
    let key = format!("__wbg_{name}_");
    let (before, rest) = parted(script, &key)?;
    let (hash, function) = rest.split_once(": ").ok_or_else(|| unknown(&key))?;
    let (parameters, body) = function.split_once("{\n").ok_or_else(|| unknown(&key))?;
    let (body, rest) = plain(body.trim_start()).ok_or_else(|| unknown(&key))?;
    Ok(format!("{before}{key}{hash}: suspending({parameters}{{ {body} }}){rest}"))
}

/// Marks an export where it is called: `const ret = wasm.name(…);`.
fn promising(script: &str, name: &str) -> Outcome<String> {
    let call = format!("const ret = wasm.{name}(");
    let (before, rest) = parted(script, &call)?;
    plain(&script[before.len()..]).ok_or_else(|| unknown(&call))?;
    Ok(format!("{before}const ret = promising(wasm.{name})({rest}"))
}

/// The end of a function that answers what it is answered, of which a promise is as good as anything else; and what
/// follows it.
fn plain(function: &str) -> Option<(String, &str)> {
    let (body, rest) = function.split_once('}')?;
    let lines: Vec<&str> = body.trim_end().lines().map(str::trim).collect();
    let is_plain = matches!(lines[..], [call, "return ret;"] if call.starts_with("const ret = "));
    is_plain.then(|| (lines.join(" "), rest))
}

/// What is before and after something that stands there once.
fn parted<'a>(script: &'a str, at: &str) -> Outcome<(&'a str, &'a str)> {
    script.split_once(at).filter(|(_, rest)| !rest.contains(at)).ok_or_else(|| unknown(at))
}

fn unknown(what: &str) -> Failure {
    let cure = "see what wasm-bindgen writes now, and mend xtask/src/suspend.rs";
    Failure::new(format!("a script does not have `{what}` once, or not as a plain call"), cure)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "let wasm_bindgen = (function(exports) {
    function beat() {
        const ret = wasm.beat();
        return ret;
    }
    function left(error) {
        wasm.left(error);
    }
    const imports = {
            __wbg_step_e2c197dfc809ac59: function(arg0, arg1) {
                const ret = arg0.step(BigInt.asUintN(64, arg1));
                return ret;
            },
            __wbg_steps_e2c197dfc809ac59: function(arg0) {
                const ret = arg0.steps();
                return ret;
            },
    };
    wasm = instance.exports;
});";

    #[test]
    fn a_script_is_marked_where_it_enters_and_leaves_its_module() {
        let worker = Suspension { imports: &["step"], exports: &["beat"], after: Some("left") };
        let marked = worker.applied(SCRIPT).expect("it has all of them");
        let expected = format!(
            "let wasm_bindgen = (function(exports) {{{SUSPENDING}{PROMISING}{STACK}
    function beat() {{
        const ret = promising(wasm.beat)();
        return ret;
    }}
    function left(error) {{
        wasm.__stack_pointer.value = stack; wasm.left(error);
    }}
    const imports = {{
            __wbg_step_e2c197dfc809ac59: suspending(function(arg0, arg1) {{ \
             const ret = arg0.step(BigInt.asUintN(64, arg1)); return ret; }}),
            __wbg_steps_e2c197dfc809ac59: function(arg0) {{
                const ret = arg0.steps();
                return ret;
            }},
    }};
    wasm = instance.exports; stack = wasm.__stack_pointer.value;
}});"
        );
        assert_eq!(marked, expected);
    }

    #[test]
    fn a_program_that_takes_no_part_stays_as_it_is() {
        assert_eq!(Suspension::default().applied(SCRIPT).expect("nothing is looked for"), SCRIPT);
    }

    #[test]
    fn what_is_not_there_or_is_no_plain_call_is_refused() {
        for refused in [
            Suspension { imports: &["missing"], ..Suspension::default() },
            Suspension { exports: &["left"], ..Suspension::default() },
            Suspension { after: Some("missing"), ..Suspension::default() },
        ] {
            assert!(refused.applied(SCRIPT).is_err());
        }
        let converted = SCRIPT.replace("return ret;", "return takeFromExternrefTable0(ret);");
        for refused in [
            Suspension { imports: &["step"], ..Suspension::default() },
            Suspension { exports: &["beat"], ..Suspension::default() },
        ] {
            assert!(refused.applied(&converted).is_err());
        }
    }
}
