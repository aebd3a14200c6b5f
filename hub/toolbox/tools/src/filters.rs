//! Programs that read lines and write lines.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};

use sha2::{Digest, Sha256};

use crate::options::{Failure, Options, on};

/// A file, or standard input for `-`.
pub(crate) fn open(name: &str) -> Result<Box<dyn BufRead>, Failure> {
    Ok(if name == "-" {
        Box::new(io::stdin().lock())
    } else {
        Box::new(BufReader::new(File::open(name).map_err(on(name))?))
    })
}

/// Files by name; none means standard input.
fn inputs(names: &[String]) -> Vec<String> {
    if names.is_empty() {
        vec!["-".to_owned()]
    } else {
        names.to_vec()
    }
}

/// All lines of all files, without their ends.
pub(crate) fn lines(names: &[String]) -> Result<Vec<String>, Failure> {
    let mut all = Vec::new();
    for name in inputs(names) {
        for line in open(&name)?.split(b'\n') {
            all.push(String::from_utf8_lossy(&line.map_err(on(&name))?).into_owned());
        }
    }
    Ok(all)
}

pub(crate) fn put(lines: impl IntoIterator<Item = String>) -> Result<u8, Failure> {
    let mut out = BufWriter::new(io::stdout());
    for line in lines {
        writeln!(out, "{line}")?;
    }
    out.flush()?;
    Ok(0)
}

pub(crate) fn cat(arguments: &[String]) -> Result<u8, Failure> {
    let options = Options::read(arguments, "nu")?;
    if options.has('n') {
        let lines = lines(&options.rest)?;
        return put(lines
            .into_iter()
            .enumerate()
            .map(|(at, line)| format!("{:6}\t{line}", at + 1)));
    }
    for name in inputs(&options.rest) {
        io::copy(&mut open(&name)?, &mut io::stdout()).map_err(on(&name))?;
    }
    Ok(0)
}

pub(crate) fn nl(arguments: &[String]) -> Result<u8, Failure> {
    let options = Options::read(arguments, "")?;
    let mut number = 0;
    put(lines(&options.rest)?.into_iter().map(|line| {
        if line.is_empty() {
            return line;
        }
        number += 1;
        format!("{number:6}\t{line}")
    }))
}

pub(crate) fn head(arguments: &[String]) -> Result<u8, Failure> {
    let arguments = counted(arguments);
    let options = Options::read(&arguments, "n:c:")?;
    let many = options.rest.len() > 1;
    for (at, name) in inputs(&options.rest).iter().enumerate() {
        title(many, at, name)?;
        let mut input = open(name)?;
        if options.value('c').is_some() {
            let mut bytes = input.take(options.number('c', 0)? as u64);
            io::copy(&mut bytes, &mut io::stdout()).map_err(on(name))?;
            continue;
        }
        let mut line = Vec::new();
        for _ in 0..options.number('n', 10)? {
            line.clear();
            if input.read_until(b'\n', &mut line).map_err(on(name))? == 0 {
                break;
            }
            io::stdout().write_all(&line)?;
        }
    }
    Ok(0)
}

pub(crate) fn tail(arguments: &[String]) -> Result<u8, Failure> {
    let arguments = counted(arguments);
    let options = Options::read(&arguments, "n:c:")?;
    let many = options.rest.len() > 1;
    for (at, name) in inputs(&options.rest).iter().enumerate() {
        title(many, at, name)?;
        let mut bytes = Vec::new();
        open(name)?.read_to_end(&mut bytes).map_err(on(name))?;
        let start = match (
            options.value('c'),
            options.value('n').and_then(|text| text.strip_prefix('+')),
        ) {
            (Some(_), _) => bytes.len().saturating_sub(options.number('c', 0)?),
            (None, Some(from)) => {
                let from: usize = from
                    .parse()
                    .map_err(|_| Failure::Usage(format!("invalid number '+{from}'")))?;
                line_start(&bytes, from.saturating_sub(1))
            }
            (None, None) => {
                let count = bytes.split_inclusive(|byte| *byte == b'\n').count();
                line_start(&bytes, count.saturating_sub(options.number('n', 10)?))
            }
        };
        io::stdout().write_all(&bytes[start..])?;
    }
    Ok(0)
}

/// Where a line begins, counted from 0.
fn line_start(bytes: &[u8], line: usize) -> usize {
    bytes
        .split_inclusive(|byte| *byte == b'\n')
        .take(line)
        .map(<[u8]>::len)
        .sum()
}

/// `-5` means `-n 5`.
fn counted(arguments: &[String]) -> Vec<String> {
    let is_count = |word: &str| {
        word.len() > 1
            && word.starts_with('-')
            && word[1..].chars().all(|char| char.is_ascii_digit())
    };
    arguments
        .iter()
        .map(|word| {
            if is_count(word) {
                format!("-n{}", &word[1..])
            } else {
                word.clone()
            }
        })
        .collect()
}

fn title(many: bool, at: usize, name: &str) -> Result<(), Failure> {
    if many {
        writeln!(
            io::stdout(),
            "{}==> {name} <==",
            if at > 0 { "\n" } else { "" }
        )?;
    }
    Ok(())
}

pub(crate) fn wc(arguments: &[String]) -> Result<u8, Failure> {
    let options = Options::read(arguments, "lwcm")?;
    let all = !"lwcm".chars().any(|letter| options.has(letter));
    let mut total = [0; 3];
    let names = inputs(&options.rest);
    for name in &names {
        let mut bytes = Vec::new();
        open(name)?.read_to_end(&mut bytes).map_err(on(name))?;
        let text = String::from_utf8_lossy(&bytes);
        let size = if options.has('m') {
            text.chars().count()
        } else {
            bytes.len()
        };
        let counts = [
            bytes.split(|byte| *byte == b'\n').count() - 1,
            text.split_whitespace().count(),
            size,
        ];
        for (sum, count) in total.iter_mut().zip(counts) {
            *sum += count;
        }
        show(
            &options,
            all,
            counts,
            if options.rest.is_empty() { "" } else { name },
        )?;
    }
    if names.len() > 1 {
        show(&options, all, total, "total")?;
    }
    Ok(0)
}

fn show(options: &Options, all: bool, counts: [usize; 3], name: &str) -> Result<(), Failure> {
    let wanted = [
        all || options.has('l'),
        all || options.has('w'),
        all || options.has('c') || options.has('m'),
    ];
    let shown: Vec<String> = counts
        .iter()
        .zip(wanted)
        .filter(|(_, wanted)| *wanted)
        .map(|(count, _)| count.to_string())
        .collect();
    let alone = shown.len() == 1;
    let text = if alone {
        shown.concat()
    } else {
        shown
            .iter()
            .map(|count| format!("{count:>7}"))
            .collect::<Vec<_>>()
            .join(" ")
    };
    writeln!(
        io::stdout(),
        "{text}{}{name}",
        if name.is_empty() { "" } else { " " }
    )?;
    Ok(())
}

pub(crate) fn rev(arguments: &[String]) -> Result<u8, Failure> {
    put(lines(arguments)?
        .into_iter()
        .map(|line| line.chars().rev().collect()))
}

pub(crate) fn tac(arguments: &[String]) -> Result<u8, Failure> {
    let options = Options::read(arguments, "")?;
    let mut out = BufWriter::new(io::stdout());
    for name in inputs(&options.rest) {
        let mut bytes = Vec::new();
        open(&name)?.read_to_end(&mut bytes).map_err(on(&name))?;
        let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
        for line in lines.into_iter().rev() {
            out.write_all(line)?;
        }
    }
    out.flush()?;
    Ok(0)
}

/// SHA-256 of files, which is what a digest of an image is; with `-c` they are compared with a list.
pub(crate) fn sha256sum(arguments: &[String]) -> Result<u8, Failure> {
    let options = Options::read(arguments, "cbt")?;
    if !options.has('c') {
        for name in inputs(&options.rest) {
            writeln!(io::stdout(), "{}  {name}", digest(&name)?)?;
        }
        return Ok(0);
    }
    let mut failed = 0;
    for line in lines(&options.rest)? {
        let Some((wanted, name)) = line.split_once([' ', '\t']) else {
            continue;
        };
        let name = name.trim_start_matches([' ', '*']);
        let holds = digest(name)? == wanted.to_ascii_lowercase();
        failed += u32::from(!holds);
        writeln!(
            io::stdout(),
            "{name}: {}",
            if holds { "OK" } else { "FAILED" }
        )?;
    }
    if failed > 0 {
        let plural = if failed == 1 { "" } else { "s" };
        let message = format!("WARNING: {failed} computed checksum{plural} did NOT match");
        return Err(Failure::Told(message, 1));
    }
    Ok(0)
}

fn digest(name: &str) -> Result<String, Failure> {
    let mut hash = Sha256::new();
    let mut input = open(name)?;
    let mut bytes = vec![0; 64 * 1024];
    loop {
        let read = input.read(&mut bytes).map_err(on(name))?;
        if read == 0 {
            break;
        }
        hash.update(&bytes[..read]);
    }
    let digits = |byte: u8| [byte >> 4, byte & 15].map(|digit| b"0123456789abcdef"[digit as usize]);
    let text = hash
        .finalize()
        .iter()
        .flat_map(|byte| digits(*byte))
        .map(char::from)
        .collect();
    Ok(text)
}

pub(crate) fn tee(arguments: &[String]) -> Result<u8, Failure> {
    let options = Options::read(arguments, "a")?;
    let mut files = Vec::new();
    for name in &options.rest {
        let file = File::options()
            .create(true)
            .write(true)
            .append(options.has('a'))
            .truncate(!options.has('a'))
            .open(name);
        files.push(file.map_err(on(name))?);
    }
    let mut bytes = [0; 4096];
    loop {
        let read = io::stdin().read(&mut bytes)?;
        if read == 0 {
            return Ok(0);
        }
        io::stdout().write_all(&bytes[..read])?;
        for file in &mut files {
            file.write_all(&bytes[..read])?;
        }
    }
}
