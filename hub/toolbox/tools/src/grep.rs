//! `grep`. A basic expression is translated to the extended one that the
//! engine reads.

use std::io::{self, BufRead, Write};

use regex_lite::{Regex, RegexBuilder};

use crate::filters::open;
use crate::find::walk;
use crate::options::{Failure, Options, on};

pub(crate) fn grep(arguments: &[String]) -> Result<u8, Failure> {
    let options = Options::read(arguments, "ivcnqEFrRlohHswxe:")?;
    let (pattern, names) = match options.value('e') {
        Some(pattern) => (pattern, options.rest.as_slice()),
        None => match options.rest.split_first() {
            Some((pattern, names)) => (pattern.as_str(), names),
            None => {
                return Err(Failure::Usage(
                    "usage: grep [OPTION]... PATTERN [FILE]...".to_owned(),
                ));
            }
        },
    };
    let expression = expression(pattern, &options)?;
    let deep = options.has('r') || options.has('R');
    let names = match (names, deep) {
        ([], false) => vec!["-".to_owned()],
        ([], true) => files(&[".".to_owned()])?,
        (names, true) => files(names)?,
        (names, false) => names.to_vec(),
    };
    let has_prefix = (names.len() > 1 || deep || options.has('H')) && !options.has('h');
    let (mut found, mut failed) = (false, false);
    for name in &names {
        match search(name, &expression, &options, has_prefix) {
            Ok(here) => found |= here,
            Err(failure) => {
                failed = true;
                if !options.has('s') {
                    writeln!(io::stderr(), "grep: {}", failure.told().0)?;
                }
            }
        }
        if found && options.has('q') {
            return Ok(0);
        }
    }
    Ok(if failed { 2 } else { u8::from(!found) })
}

fn files(names: &[String]) -> Result<Vec<String>, Failure> {
    let mut all = Vec::new();
    for name in names {
        walk(name, &mut |path, found| {
            if found.is_file() {
                all.push(path.to_owned());
            }
            Ok(())
        })?;
    }
    Ok(all)
}

fn search(
    name: &str,
    expression: &Regex,
    options: &Options,
    has_prefix: bool,
) -> Result<bool, Failure> {
    let prefix = if has_prefix {
        format!(
            "{}:",
            if name == "-" {
                "(standard input)"
            } else {
                name
            }
        )
    } else {
        String::new()
    };
    let mut count = 0;
    for (at, line) in open(name)?.split(b'\n').enumerate() {
        let line = line.map_err(on(name))?;
        let line = String::from_utf8_lossy(&line);
        if expression.is_match(&line) == options.has('v') {
            continue;
        }
        count += 1;
        if options.has('q') || options.has('l') {
            break;
        }
        let number = if options.has('n') {
            format!("{}:", at + 1)
        } else {
            String::new()
        };
        if options.has('o') && !options.has('v') && !options.has('c') {
            for part in expression.find_iter(&line).filter(|part| !part.is_empty()) {
                writeln!(io::stdout(), "{prefix}{number}{}", part.as_str())?;
            }
        } else if !options.has('c') {
            writeln!(io::stdout(), "{prefix}{number}{line}")?;
        }
    }
    if options.has('c') {
        writeln!(io::stdout(), "{prefix}{count}")?;
    } else if options.has('l') && count > 0 {
        writeln!(io::stdout(), "{name}")?;
    }
    Ok(count > 0)
}

fn expression(pattern: &str, options: &Options) -> Result<Regex, Failure> {
    let one = |line: &str| match (options.has('F'), options.has('E')) {
        (true, _) => regex_lite::escape(line),
        (false, true) => line.to_owned(),
        (false, false) => extended(line),
    };
    let lines: Vec<String> = pattern.split('\n').map(one).collect();
    let mut text = format!("(?:{})", lines.join("|"));
    if options.has('w') {
        text = format!(r"\b{text}\b");
    }
    if options.has('x') {
        text = format!("^{text}$");
    }
    let built = RegexBuilder::new(&text)
        .case_insensitive(options.has('i'))
        .build();
    built.map_err(|error| Failure::Told(format!("bad regex '{pattern}': {error}"), 2))
}

/// A basic regular expression as an extended one: `\(` and `(` change places.
fn extended(basic: &str) -> String {
    let mut out = String::new();
    let mut chars = basic.chars().peekable();
    let mut in_set = false;
    while let Some(char) = chars.next() {
        match char {
            '[' if !in_set => {
                in_set = true;
                out.push(char);
                if let Some(first) = chars.next_if(|next| *next == '^') {
                    out.push(first);
                }
                if chars.next_if(|next| *next == ']').is_some() {
                    out.push_str(r"\]");
                }
            }
            ']' if in_set => {
                in_set = false;
                out.push(char);
            }
            char if in_set => out.push(char),
            '\\' => match chars.next() {
                Some(next) if "(){}|+?".contains(next) => out.push(next),
                Some(next) => out.extend(['\\', next]),
                None => out.push_str(r"\\"),
            },
            '(' | ')' | '{' | '}' | '|' | '+' | '?' => out.extend(['\\', char]),
            '*' if out.is_empty() || out == "^" => out.push_str(r"\*"),
            char => out.push(char),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::extended;

    #[test]
    fn basic_expressions_are_translated() {
        for (basic, expected) in [
            (r"a\(b\)*", "a(b)*"),
            ("a+(b)", r"a\+\(b\)"),
            ("*a", r"\*a"),
            ("[+(]x", "[+(]x"),
            (r"\.x$", r"\.x$"),
            ("[]a]", r"[\]a]"),
        ] {
            assert_eq!(extended(basic), expected);
        }
    }
}
