//! Programs that start others, or end them: `env`, `xargs`, `kill`, and `ps`,
//! which lists them.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use process::{Spawn, Waiting, signal};

use crate::options::{Failure, Options, on};
use crate::users;

/// Where programs are if `PATH` says nothing.
const PATH: &str = "/usr/local/bin:/usr/bin:/bin";
/// As many bytes as the arguments of one program may have.
const ARGUMENT_BYTES: usize = 64 * 1024;

pub(crate) fn env(arguments: &[String]) -> Result<u8, Failure> {
    let mut variables: BTreeMap<String, String> = std::env::vars().collect();
    let mut words = arguments.iter().peekable();
    while let Some(option) = words.next_if(|word| word.starts_with('-')) {
        match option.as_str() {
            "-i" | "-" | "--ignore-environment" => variables.clear(),
            "-u" => drop(words.next().and_then(|name| variables.remove(name))),
            "--" => break,
            option => match option
                .strip_prefix("-u")
                .or_else(|| option.strip_prefix("--unset="))
            {
                Some(name) => drop(variables.remove(name)),
                None => return Err(Failure::Told(format!("unrecognized option: {option}"), 125)),
            },
        }
    }
    while let Some(word) = words.next_if(|word| word.contains('=')) {
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        variables.insert(name.to_owned(), value.to_owned());
    }
    let command: Vec<String> = words.cloned().collect();
    let environment: Vec<String> = variables
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    if command.is_empty() {
        for entry in environment {
            writeln!(io::stdout(), "{entry}")?;
        }
        return Ok(0);
    }
    let path = variables.get("PATH").map_or(PATH, String::as_str);
    with(&command, path, &environment, |wish| {
        Err(process::exec(wish))
    })
}

/// Calls a program by its name, found in `path`: 127 if there is none, 126 if it cannot be executed.
fn with<T>(
    command: &[String],
    path: &str,
    environment: &[String],
    start: impl FnOnce(&Spawn<'_>) -> io::Result<T>,
) -> Result<T, Failure> {
    let name = &command[0];
    let directory = PathBuf::from(process::directory()?);
    let found = if name.contains('/') {
        Some(directory.join(name))
    } else {
        let mut places = path
            .split(':')
            .map(|folder| directory.join(folder).join(name));
        places.find(|place| place.is_file())
    };
    let absent = || Failure::Told(format!("'{name}': No such file or directory"), 127);
    let file = found.ok_or_else(absent)?;
    let (input, output, errors) = (io::stdin(), io::stdout(), io::stderr());
    let streams = [
        (0, std::os::fd::AsFd::as_fd(&input)),
        (1, std::os::fd::AsFd::as_fd(&output)),
        (2, std::os::fd::AsFd::as_fd(&errors)),
    ];
    let wish = Spawn {
        path: &file,
        arguments: command,
        environment,
        directory: &directory,
        descriptors: &streams,
    };
    start(&wish).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => absent(),
        _ => Failure::Told(format!("'{name}': {}", crate::options::reason(&error)), 126),
    })
}

pub(crate) fn xargs(arguments: &[String]) -> Result<u8, Failure> {
    // What follows the command's name is the command's own.
    let takes_value = |word: &str| matches!(word, "-n" | "-I" | "-d" | "-L" | "-P" | "-s");
    let mut own = 0;
    while let Some(word) = arguments.get(own).filter(|word| word.starts_with('-')) {
        own += if takes_value(word) { 2 } else { 1 };
    }
    let own = own.min(arguments.len());
    let options = Options::read(&arguments[..own], "0rtn:I:d:L:P:s:")?;
    let mut command = arguments[own..].to_vec();
    if command.is_empty() {
        command.push("echo".to_owned());
    }
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    let items = items(&text, &options)?;
    if items.is_empty() && options.has('r') {
        return Ok(0);
    }
    let calls = match options.value('I') {
        Some(mark) => items
            .iter()
            .map(|item| {
                command
                    .iter()
                    .map(|word| word.replace(mark, item))
                    .collect()
            })
            .collect(),
        None => gathered(&command, items, options.number('n', usize::MAX)?),
    };
    let mut status = 0;
    for call in calls {
        if options.has('t') {
            writeln!(io::stderr(), "{}", call.join(" "))?;
        }
        status = match run(&call)? {
            0 => status,
            255 => {
                let message = format!("{}: exited with status 255; aborting", call[0]);
                return Err(Failure::Told(message, 124));
            }
            _ => 123,
        };
    }
    Ok(status)
}

/// The calls of a command with as many items as fit.
fn gathered(command: &[String], items: Vec<String>, most: usize) -> Vec<Vec<String>> {
    let mut calls = vec![command.to_vec()];
    let (mut count, mut bytes) = (0, 0);
    for item in items {
        if count == most || count > 0 && bytes + item.len() > ARGUMENT_BYTES {
            calls.push(command.to_vec());
            (count, bytes) = (0, 0);
        }
        count += 1;
        bytes += item.len() + 1;
        if let Some(call) = calls.last_mut() {
            call.push(item);
        }
    }
    calls
}

fn items(text: &str, options: &Options) -> Result<Vec<String>, Failure> {
    let by = |end: &str| text.split_terminator(end).map(str::to_owned).collect();
    if options.has('0') {
        return Ok(by("\0"));
    }
    if let Some(delimiter) = options.value('d') {
        return Ok(by(&delimiter.replace("\\n", "\n").replace("\\0", "\0")));
    }
    if options.value('I').is_some() {
        let lines = text.lines().map(str::trim_start);
        return Ok(lines
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect());
    }
    let (mut items, mut current): (_, Option<String>) = (Vec::new(), None);
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        match (char, quote) {
            (char, Some(open)) if char == open => quote = None,
            ('\'' | '"', None) => {
                quote = Some(char);
                current.get_or_insert_default();
            }
            ('\\', None) => current.get_or_insert_default().extend(chars.next()),
            (char, None) if char.is_whitespace() => items.extend(current.take()),
            (char, _) => current.get_or_insert_default().push(char),
        }
    }
    if let Some(open) = quote {
        let kind = if open == '"' { "double" } else { "single" };
        return Err(Failure::Told(format!("unmatched {kind} quote"), 1));
    }
    items.extend(current);
    Ok(items)
}

/// Runs a program and waits for it: its exit status.
pub(crate) fn run(command: &[String]) -> Result<i32, Failure> {
    let environment: Vec<String> = std::env::vars()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let path = std::env::var("PATH").unwrap_or_else(|_| PATH.to_owned());
    let pid = with(command, &path, &environment, process::spawn)?;
    let ended = process::wait(pid, Waiting::ToTheEnd)?;
    Ok(ended.map_or(0, |(_, ending)| ending.status()))
}

pub(crate) fn which(arguments: &[String]) -> Result<u8, Failure> {
    let path = std::env::var("PATH").unwrap_or_else(|_| PATH.to_owned());
    let mut status = 0;
    for name in arguments {
        let mut places = path.split(':').map(|folder| Path::new(folder).join(name));
        match places.find(|place| place.is_file()) {
            Some(place) => writeln!(io::stdout(), "{}", place.display())?,
            None => status = 1,
        }
    }
    Ok(status)
}

/// All processes of the container, as busybox lists them; nobody counts time.
pub(crate) fn ps(arguments: &[String]) -> Result<u8, Failure> {
    let options = Options::read(arguments, "aefuxwo:")?;
    let has_parent = options.has('f') || options.has('e');
    let mut out = io::stdout().lock();
    if has_parent {
        writeln!(out, "{:>5} {:>5} {:<8} COMMAND", "PID", "PPID", "USER")?;
    } else {
        writeln!(out, "{:>5} {:<8} COMMAND", "PID", "USER")?;
    }
    for one in process::processes()? {
        let (pid, parent, command) = (one.pid, one.parent, one.arguments.join(" "));
        let user = users::user(process::user(pid)?.uid);
        if has_parent {
            writeln!(out, "{pid:>5} {parent:>5} {user:<8} {command}")?;
        } else {
            writeln!(out, "{pid:>5} {user:<8} {command}")?;
        }
    }
    Ok(0)
}

pub(crate) fn kill(arguments: &[String]) -> Result<u8, Failure> {
    let (signal, pids) = match arguments {
        [option] if option == "-l" => {
            writeln!(io::stdout(), "{}", signal::names().join("\n"))?;
            return Ok(0);
        }
        [option, name, pids @ ..] if option == "-s" => (named(name)?, pids),
        [option, pids @ ..] if option.starts_with('-') => (named(&option[1..])?, pids),
        pids => (signal::TERMINATE, pids),
    };
    let mut status = 0;
    for pid in pids {
        let number = pid
            .parse()
            .map_err(|_| Failure::Usage(format!("invalid number '{pid}'")))?;
        if let Err(error) = process::kill(number, signal) {
            writeln!(io::stderr(), "kill: {}", on(pid)(error).told().0)?;
            status = 1;
        }
    }
    Ok(status)
}

fn named(name: &str) -> Result<u8, Failure> {
    signal::number(name).ok_or_else(|| Failure::Usage(format!("bad signal name '{name}'")))
}
