//! `grep`.

use std::io::{self, BufRead, Write};

use regex_lite::Regex;

use crate::filters::open;
use crate::find::walk;
use crate::options::{Failure, Options, on};
use crate::regular::{build, extended};

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
    build(&text, pattern, options.has('i'))
}
