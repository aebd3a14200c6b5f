//! Makes a program small for the network. wasm-opt and terser do most of it;
//! the names between a script and its module are shortened here: wasm-bindgen
//! ends each with a hash, which no compression makes shorter.

use std::collections::BTreeMap;
use std::path::Path;

use crate::failure::{Failure, Outcome};
use crate::place;
use crate::run::{command, output, run};
use crate::setup::Shrinker;
use crate::site::{cannot, hash, make_folder, read, write};

/// Only the page is waited for: its code is cast anew (flat, then structured)
/// and optimised twice, which saves a hundredth and would cost the others speed.
const SMALLEST: &[&str] = &["--flatten", "--rereloop", "-Oz", "-Oz", "--one-caller-inline-max-function-size=20"];
/// The worker packs better, by a hundredth, where less is folded together and what has one caller stays apart.
const SMALL: &[&str] = &["-O2", "--one-caller-inline-max-function-size=20"];
/// The interpreter.
const USUAL: &[&str] = &["-Oz"];
/// What is alike comes together, which saves two hundredths once it is packed; then what nobody reads goes, and
/// names become short: wasm-opt prints which they are.
const BARE: &[&str] = &[
    "--reorder-functions-by-name",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
    "--minify-imports-and-exports-and-modules",
];

/// Where what wasm-opt printed is kept, beside the program.
const NAMES: &str = "names";
/// What wasm-opt calls the object that a script hands to its module.
const MODULE: &str = "a";

/// A script and the module it loads.
pub struct Program {
    /// JavaScript.
    pub script: Vec<u8>,
    /// WebAssembly.
    pub module: Vec<u8>,
    /// What the module's exports are called now, by what they were; none if they were left.
    pub exports: BTreeMap<String, String>,
}

/// The program `name` of a folder as it was bundled.
pub fn bundled(folder: &Path, name: &str) -> Outcome<Program> {
    Ok(Program {
        script: read(&folder.join(format!("{name}.js")))?,
        module: read(&folder.join(format!("{name}_bg.wasm")))?,
        exports: BTreeMap::new(),
    })
}

/// The same program, smaller; kept by the hash of all that goes into it, since this takes a while.
pub fn shrunk(folder: &Path, name: &str, tools: &Shrinker) -> Outcome<Program> {
    let whole = bundled(folder, name)?;
    let flags = match name {
        "page" => SMALLEST,
        "worker" => SMALL,
        _ => USUAL,
    };
    let flags: Vec<&str> = flags.iter().chain(BARE).copied().collect();
    let parts = [whole.script.as_slice(), &whole.module, flags.join(" ").as_bytes()].map(<[u8]>::to_owned);
    let kept = place::target().join("shrunk").join(hash(parts.iter().map(Vec::as_slice)));
    if !kept.is_dir() {
        let fresh = kept.with_extension("new");
        make_folder(&fresh)?;
        shrink(&whole, name, folder, &flags, tools, &fresh)?;
        std::fs::rename(&fresh, &kept).map_err(|error| cannot("kept", &kept, &error))?;
    }
    let names = String::from_utf8_lossy(&read(&kept.join(NAMES))?).into_owned();
    Ok(Program { exports: Names::read(&names).exports, ..bundled(&kept, name)? })
}

fn shrink(whole: &Program, name: &str, folder: &Path, flags: &[&str], tools: &Shrinker, fresh: &Path) -> Outcome {
    let cure = "remove the folders of binaryen and terser in the tools cache and run this again";
    let (script, module) = (format!("{name}.js"), format!("{name}_bg.wasm"));
    let mut optimise = command(&tools.wasm_opt, flags);
    let names = output(optimise.arg("-o").arg(fresh.join(&module)).arg(folder.join(&module)), cure)?;
    let renamed = Names::read(&names).applied(&String::from_utf8_lossy(&whole.script))?;
    let path = fresh.join(&script);
    write(&path, renamed.as_bytes())?;
    write(&fresh.join(NAMES), names.as_bytes())?;
    let mut minify = command(&tools.terser, &["--ecma", "2020", "--compress", "passes=2", "--mangle"]);
    // The page's script is a module, whose own names nobody outside can see.
    if name == "page" {
        minify.arg("--module");
    }
    run(minify.arg("--output").arg(&path).arg("--").arg(&path), cure)
}

/// The short names that wasm-opt gave, by the long ones.
#[derive(Default)]
struct Names {
    /// The object a script hands over: its long name and its short one.
    modules: BTreeMap<String, String>,
    /// What the module takes from the script.
    imports: BTreeMap<String, String>,
    /// What the script takes from the module.
    exports: BTreeMap<String, String>,
}

impl Names {
    /// From what wasm-opt prints: `["module", "long", "short"]` an import, `["long", "short"]` an export.
    fn read(printed: &str) -> Self {
        let mut names = Self::default();
        for line in printed.lines() {
            let texts: Vec<&str> = line.split('"').skip(1).step_by(2).collect();
            match texts[..] {
                [module, long, short] => {
                    names.imports.insert(long.to_owned(), short.to_owned());
                    names.modules.insert(module.to_owned(), MODULE.to_owned());
                }
                [long, short] => drop(names.exports.insert(long.to_owned(), short.to_owned())),
                _ => {}
            }
        }
        names
    }

    /// The script with the short names: an import is a key of an object, an export follows `wasm.`.
    fn applied(mut self, script: &str) -> Outcome<String> {
        let mut short = String::with_capacity(script.len());
        let mut rest = script;
        while let Some(start) = rest.find(is_of_a_name) {
            let end = rest[start..].find(|letter| !is_of_a_name(letter)).map_or(rest.len(), |length| start + length);
            short.push_str(&rest[..start]);
            let word = &rest[start..end];
            rest = &rest[end..];
            let name = match () {
                () if short.ends_with("wasm.") => self.exports.get(word).cloned(),
                () if rest.starts_with(':') => self.imports.remove(word),
                () => None,
            };
            short.push_str(name.as_deref().unwrap_or(word));
        }
        short.push_str(rest);
        for (long, name) in &self.modules {
            short = short.replace(&format!("\"{long}\":"), &format!("\"{name}\":"));
        }
        match self.imports.keys().next() {
            None => Ok(short),
            Some(missing) => {
                let cure = "see what wasm-bindgen writes now, and mend `Names::applied` in xtask/src/shrink.rs";
                Err(Failure::new(format!("the script does not define `{missing}`, which its module takes"), cure))
            }
        }
    }
}

fn is_of_a_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || letter == '$'
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = r#"{
 "imports": [
  ["./page_bg.js", "__wbg_next_af5a", "b"]
 ],
"exports": [
  ["memory", "a"],
  ["next", "c"]
]
}"#;

    #[test]
    fn a_script_and_its_module_agree_on_short_names() {
        let script = r#"const next = { __wbg_next_af5a: function() { return wasm.next(wasm.memory); } };
            return { "./page_bg.js": next };"#;
        let short = Names::read(PRINTED).applied(script).expect("every import is defined");
        let expected = r#"const next = { b: function() { return wasm.c(wasm.a); } };
            return { "a": next };"#;
        assert_eq!(short, expected);
    }

    #[test]
    fn a_script_that_lacks_a_function_is_no_script() {
        assert!(Names::read(PRINTED).applied("{}").is_err());
    }
}
