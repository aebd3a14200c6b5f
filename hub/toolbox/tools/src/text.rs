//! Programs that only say something.

use std::io::{self, Write};

use crate::options::{Failure, Options};

#[expect(clippy::unnecessary_wraps, reason = "it is a program")]
pub(crate) fn nothing(_: &[String]) -> Result<u8, Failure> {
    Ok(0)
}

#[expect(clippy::unnecessary_wraps, reason = "it is a program")]
pub(crate) fn no(_: &[String]) -> Result<u8, Failure> {
    Ok(1)
}

pub(crate) fn echo(arguments: &[String]) -> Result<u8, Failure> {
    let (end, words) = match arguments.split_first() {
        Some((option, words)) if option == "-n" => ("", words),
        _ => ("\n", arguments),
    };
    write!(io::stdout(), "{}{end}", words.join(" "))?;
    Ok(0)
}

pub(crate) fn yes(arguments: &[String]) -> Result<u8, Failure> {
    let line = if arguments.is_empty() {
        "y\n".to_owned()
    } else {
        arguments.join(" ") + "\n"
    };
    let lines = line.repeat(1 + 4096 / line.len());
    loop {
        io::stdout().write_all(lines.as_bytes())?;
    }
}

pub(crate) fn basename(arguments: &[String]) -> Result<u8, Failure> {
    let options = Options::read(arguments, "")?;
    let path = options.at_least(1)?[0].trim_end_matches('/');
    let name = path
        .rsplit('/')
        .next()
        .filter(|name| !name.is_empty())
        .unwrap_or("/");
    let suffix = options.rest.get(1).map_or("", String::as_str);
    let name = name
        .strip_suffix(suffix)
        .filter(|name| !name.is_empty())
        .unwrap_or(name);
    writeln!(io::stdout(), "{name}")?;
    Ok(0)
}

pub(crate) fn dirname(arguments: &[String]) -> Result<u8, Failure> {
    let options = Options::read(arguments, "")?;
    for path in options.at_least(1)? {
        let trimmed = path.trim_end_matches('/');
        let folder = match trimmed.rfind('/') {
            Some(0) => "/",
            Some(at) => trimmed[..at].trim_end_matches('/'),
            None if trimmed.is_empty() && path.starts_with('/') => "/",
            None => ".",
        };
        writeln!(io::stdout(), "{folder}")?;
    }
    Ok(0)
}

pub(crate) fn seq(arguments: &[String]) -> Result<u8, Failure> {
    let number = |text: &String| {
        text.parse::<i64>()
            .map_err(|_| Failure::Usage(format!("invalid number '{text}'")))
    };
    let numbers: Vec<i64> = arguments.iter().map(number).collect::<Result<_, _>>()?;
    let (first, step, last) = match numbers.as_slice() {
        [last] => (1, 1, *last),
        [first, last] => (*first, 1, *last),
        [first, step, last] if *step != 0 => (*first, *step, *last),
        _ => return Err(Failure::Usage("usage: seq [FIRST [STEP]] LAST".to_owned())),
    };
    let mut out = io::BufWriter::new(io::stdout());
    let mut at = first;
    while (step > 0 && at <= last) || (step < 0 && at >= last) {
        writeln!(out, "{at}")?;
        let Some(next) = at.checked_add(step) else {
            break;
        };
        at = next;
    }
    out.flush()?;
    Ok(0)
}
