//! `sed`.
//! <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/sed.html>

mod machine;
mod script;

use std::fs;
use std::io::{self, Write};

use crate::options::{Failure, Options, on};

const USAGE: &str = "usage: sed [-nEs] [-i[SUFFIX]] [-e SCRIPT]... [-f FILE]... [SCRIPT] [FILE]...";

/// What the command line asks for, beside the files.
struct Wish {
    script: String,
    /// `-n`: nothing is printed unasked.
    quiet: bool,
    /// `-E`: the expressions are extended ones.
    extended: bool,
    /// `-i`: each file is changed in its place; what it was is kept under its name and this.
    in_place: Option<String>,
    /// `-s`: each file is counted for itself.
    separate: bool,
}

pub(crate) fn sed(arguments: &[String]) -> Result<u8, Failure> {
    let (wish, names) = read(arguments)?;
    let commands = script::parse(&wish.script, wish.extended)?;
    if wish.in_place.is_none() && !wish.separate {
        let mut text = Vec::new();
        for name in &names {
            text.extend(content(name)?);
            // The last line of a file is ended where another follows.
            if text.last().is_some_and(|last| *last != b'\n') && name != &names[names.len() - 1] {
                text.push(b'\n');
            }
        }
        let mut out = io::BufWriter::new(io::stdout());
        let status = machine::run(&commands, &text, wish.quiet, &mut out)?;
        out.flush()?;
        return Ok(status);
    }
    let mut status = 0;
    for name in &names {
        let text = content(name)?;
        let Some(suffix) = &wish.in_place else {
            status = machine::run(&commands, &text, wish.quiet, &mut io::stdout())?;
            continue;
        };
        let mut changed = Vec::new();
        status = machine::run(&commands, &text, wish.quiet, &mut changed)?;
        if !suffix.is_empty() {
            fs::write(format!("{name}{suffix}"), &text).map_err(on(name))?;
        }
        fs::write(name, changed).map_err(on(name))?;
    }
    Ok(status)
}

fn content(name: &str) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    crate::filters::open(name)?
        .read_to_end(&mut bytes)
        .map_err(on(name))?;
    Ok(bytes)
}

fn read(arguments: &[String]) -> Result<(Wish, Vec<String>), Failure> {
    // `-i` takes what stands right behind it, and nothing else.
    let (mut in_place, mut plain) = (None, Vec::new());
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.strip_prefix("-i") {
            Some(suffix) if word != "-i" || suffix.is_empty() => in_place = Some(suffix.to_owned()),
            _ => plain.push(word.clone()),
        }
        if word == "--" {
            plain.extend(words.by_ref().cloned());
        }
    }
    let options = Options::read(&plain, "nErse:f:")?;
    let mut names = options.rest.clone();
    let mut parts = Vec::new();
    for (letter, value) in options.values() {
        parts.push(match letter {
            'f' => fs::read_to_string(value).map_err(on(value))?,
            _ => value.clone(),
        });
    }
    if parts.is_empty() {
        if names.is_empty() {
            return Err(Failure::Usage(USAGE.to_owned()));
        }
        parts.push(names.remove(0));
    }
    if names.is_empty() {
        names.push("-".to_owned());
    }
    let wish = Wish {
        script: parts.join("\n"),
        quiet: options.has('n'),
        extended: options.has('E') || options.has('r'),
        in_place,
        separate: options.has('s'),
    };
    Ok((wish, names))
}
