//! The commands of `sed` at work on lines.

use std::collections::HashMap;
use std::fs::File;
use std::io::Write;

use regex_lite::Regex;

use super::script::{Address, Command, Part, Substitution, Verb};
use crate::options::{Failure, on};

/// What a command leads to.
enum Flow {
    /// The next command, or the one at this place.
    On,
    At(usize),
    /// The end of the script, or without printing.
    End,
    Drop,
    /// The script begins again with what is left, without a new line.
    Again,
    Quit(u8, bool),
}

struct Machine<'a> {
    commands: &'a [Command],
    lines: Vec<&'a str>,
    /// How many lines have been read.
    read: usize,
    /// Whether the last line ends in a newline.
    ended: bool,
    pattern: String,
    hold: String,
    /// What is printed at the end of a round.
    behind: Vec<String>,
    /// Whether something was replaced since the last line or `t`.
    replaced: bool,
    last_expression: Option<Regex>,
    /// Where the ranges that hold now end, by the place of their command; 0: an expression will tell.
    ranges: HashMap<usize, usize>,
    files: HashMap<String, File>,
    quiet: bool,
    out: &'a mut dyn Write,
}

/// Runs a script on a text: the exit status.
pub(super) fn run(
    commands: &[Command],
    text: &[u8],
    quiet: bool,
    out: &mut dyn Write,
) -> Result<u8, Failure> {
    let text = String::from_utf8_lossy(text);
    let ended = text.ends_with('\n') || text.is_empty();
    let mut machine = Machine {
        commands,
        lines: text.split_terminator('\n').collect(),
        read: 0,
        ended,
        pattern: String::new(),
        hold: String::new(),
        behind: Vec::new(),
        replaced: false,
        last_expression: None,
        ranges: HashMap::new(),
        files: HashMap::new(),
        quiet,
        out,
    };
    machine.open_files()?;
    machine.rounds()
}

impl Machine<'_> {
    /// The files of `w` are emptied before anything is read.
    fn open_files(&mut self) -> Result<(), Failure> {
        for command in self.commands {
            let (Verb::Write(name)
            | Verb::Substitute(Substitution {
                file: Some(name), ..
            })) = &command.verb
            else {
                continue;
            };
            if !self.files.contains_key(name) {
                self.files
                    .insert(name.clone(), File::create(name).map_err(on(name))?);
            }
        }
        Ok(())
    }

    fn rounds(&mut self) -> Result<u8, Failure> {
        let mut again = false;
        while again || self.next_line() {
            let flow = self.round()?;
            again = matches!(flow, Flow::Again);
            let prints = !matches!(flow, Flow::Drop | Flow::Again | Flow::Quit(_, false));
            self.finish(prints)?;
            if let Flow::Quit(code, _) = flow {
                return Ok(code);
            }
        }
        Ok(0)
    }

    fn next_line(&mut self) -> bool {
        let Some(line) = self.lines.get(self.read) else {
            return false;
        };
        self.pattern = (*line).to_owned();
        self.read += 1;
        self.replaced = false;
        true
    }

    /// Prints what is to be printed at the end of a round.
    fn finish(&mut self, prints: bool) -> Result<(), Failure> {
        if prints && !self.quiet {
            self.print(&self.pattern.clone())?;
        }
        for text in std::mem::take(&mut self.behind) {
            self.out.write_all(text.as_bytes())?;
        }
        Ok(())
    }

    fn is_last(&self) -> bool {
        self.read == self.lines.len()
    }

    fn print(&mut self, text: &str) -> Result<(), Failure> {
        self.out.write_all(text.as_bytes())?;
        if self.ended || !self.is_last() {
            self.out.write_all(b"\n")?;
        }
        Ok(())
    }

    fn round(&mut self) -> Result<Flow, Failure> {
        let commands = self.commands;
        let mut at = 0;
        while let Some(command) = commands.get(at) {
            if self.is_meant(at, command)? == command.negated {
                at = match command.verb {
                    Verb::Open(close) => close,
                    _ => at + 1,
                };
                continue;
            }
            match self.execute(at, command)? {
                Flow::On => at += 1,
                Flow::At(place) => at = place,
                flow => return Ok(flow),
            }
        }
        Ok(Flow::End)
    }

    fn is_meant(&mut self, at: usize, command: &Command) -> Result<bool, Failure> {
        match command.addresses.as_slice() {
            [] => Ok(true),
            [address] => self.fits(address),
            [first, second, ..] => self.in_range(at, first, second),
        }
    }

    fn fits(&mut self, address: &Address) -> Result<bool, Failure> {
        Ok(match address {
            Address::Line(number) => self.read == *number,
            Address::Every(first, 0) => self.read == *first,
            Address::Every(first, step) => {
                self.read >= *first && (self.read - first).is_multiple_of(*step)
            }
            Address::Last => self.is_last(),
            Address::Match(expression) => {
                let expression = self.expression(expression.as_ref())?;
                expression.is_match(&self.pattern)
            }
            Address::More(_) => false,
        })
    }

    fn in_range(&mut self, at: usize, first: &Address, second: &Address) -> Result<bool, Failure> {
        if let Some(end) = self.ranges.get(&at).copied() {
            let ends = match second {
                Address::Match(_) | Address::Last => self.fits(second)?,
                _ => self.read >= end,
            };
            if ends {
                self.ranges.remove(&at);
            }
            // A range whose last line is already past is only its first line.
            return Ok(end == 0 || self.read <= end);
        }
        // `0,/x/` may end on the first line.
        let begins_early = matches!(first, Address::Line(0)) && self.read == 1;
        if begins_early {
            if !self.fits(second)? {
                self.ranges.insert(at, 0);
            }
            return Ok(true);
        }
        if !self.fits(first)? {
            return Ok(false);
        }
        let end = match second {
            Address::Line(number) => *number,
            Address::More(count) => self.read + count,
            Address::Every(_, step) => self.read.next_multiple_of((*step).max(1)),
            Address::Last if self.is_last() => self.read,
            Address::Last | Address::Match(_) => 0,
        };
        if end == 0 || end > self.read {
            self.ranges.insert(at, end);
        }
        Ok(true)
    }

    /// An expression, or (none) the one that was used last.
    fn expression(&mut self, expression: Option<&Regex>) -> Result<Regex, Failure> {
        if let Some(expression) = expression {
            self.last_expression = Some(expression.clone());
        }
        self.last_expression
            .clone()
            .ok_or_else(|| Failure::Told("no previous regular expression".to_owned(), 1))
    }

    fn execute(&mut self, at: usize, command: &Command) -> Result<Flow, Failure> {
        match &command.verb {
            Verb::Open(_) | Verb::Close | Verb::Label(_) => {}
            Verb::Append(text) => self.behind.push(text.clone()),
            Verb::Insert(text) => self.out.write_all(text.as_bytes())?,
            Verb::Change(text) => {
                // A range is changed as one.
                if !self.ranges.contains_key(&at) || command.negated {
                    self.out.write_all(text.as_bytes())?;
                }
                return Ok(Flow::Drop);
            }
            Verb::Branch(letter, label) => return self.branch(*letter, label),
            Verb::Delete => return Ok(Flow::Drop),
            Verb::DeleteFirst => match self.pattern.split_once('\n') {
                Some((_, rest)) => {
                    self.pattern = rest.to_owned();
                    return Ok(Flow::Again);
                }
                None => return Ok(Flow::Drop),
            },
            Verb::Get => self.pattern.clone_from(&self.hold),
            Verb::GetMore => self.pattern = format!("{}\n{}", self.pattern, self.hold),
            Verb::Hold => self.hold.clone_from(&self.pattern),
            Verb::HoldMore => self.hold = format!("{}\n{}", self.hold, self.pattern),
            Verb::Exchange => std::mem::swap(&mut self.pattern, &mut self.hold),
            Verb::Next | Verb::NextMore => {
                return self.next(matches!(command.verb, Verb::NextMore));
            }
            Verb::Print => self.print(&self.pattern.clone())?,
            Verb::PrintFirst => {
                let first = self.pattern.split('\n').next().unwrap_or_default();
                writeln!(self.out, "{first}")?;
            }
            Verb::Number => writeln!(self.out, "{}", self.read)?,
            Verb::Quit(code, prints) => return Ok(Flow::Quit(*code, *prints)),
            // A file that is not there is as good as an empty one.
            Verb::Read(name) => self.behind.extend(std::fs::read_to_string(name)),
            Verb::Write(name) => self.write(name)?,
            Verb::Substitute(substitution) => self.substitute(substitution)?,
            Verb::Translate(pairs) => {
                let translated = |char: char| pairs.iter().find(|(from, _)| *from == char);
                let chars = self.pattern.chars();
                self.pattern = chars
                    .map(|char| translated(char).map_or(char, |(_, to)| *to))
                    .collect();
            }
        }
        Ok(Flow::On)
    }

    fn branch(&mut self, letter: char, label: &str) -> Result<Flow, Failure> {
        let wanted = match letter {
            't' => self.replaced,
            'T' => !self.replaced,
            _ => true,
        };
        if letter != 'b' {
            self.replaced = false;
        }
        if !wanted {
            return Ok(Flow::On);
        }
        if label.is_empty() {
            return Ok(Flow::End);
        }
        let is_here =
            |command: &Command| matches!(&command.verb, Verb::Label(name) if name == label);
        let place = self.commands.iter().position(is_here);
        let missing = || Failure::Told(format!("can't find label for jump to `{label}'"), 1);
        place.map(Flow::At).ok_or_else(missing)
    }

    /// `n` and `N`; where no line is left, the pattern space is printed and the script ends.
    fn next(&mut self, keeps: bool) -> Result<Flow, Failure> {
        if self.is_last() {
            return Ok(Flow::Quit(0, true));
        }
        let (before, replaced) = (self.pattern.clone(), self.replaced);
        if !keeps {
            self.finish(true)?;
        }
        self.next_line();
        self.replaced = replaced;
        if keeps {
            self.pattern = format!("{before}\n{}", self.pattern);
        }
        Ok(Flow::On)
    }

    fn substitute(&mut self, substitution: &Substitution) -> Result<(), Failure> {
        let expression = self.expression(substitution.expression.as_ref())?;
        let (mut text, mut from, mut count) = (String::new(), 0, 0);
        for found in expression.captures_iter(&self.pattern) {
            let Some(whole) = found.get(0) else { continue };
            count += 1;
            if count < substitution.first {
                continue;
            }
            text.push_str(&self.pattern[from..whole.start()]);
            for part in &substitution.replacement {
                match part {
                    Part::Text(plain) => text.push_str(plain),
                    Part::Group(group) => {
                        text.push_str(found.get(*group).map_or("", |group| group.as_str()));
                    }
                }
            }
            from = whole.end();
            if !substitution.global {
                break;
            }
        }
        if count < substitution.first {
            return Ok(());
        }
        text.push_str(&self.pattern[from..]);
        self.pattern = text;
        self.replaced = true;
        if substitution.prints {
            self.print(&self.pattern.clone())?;
        }
        match &substitution.file {
            Some(name) => self.write(name),
            None => Ok(()),
        }
    }

    fn write(&mut self, name: &str) -> Result<(), Failure> {
        let line = format!("{}\n", self.pattern);
        match self.files.get_mut(name) {
            Some(file) => file.write_all(line.as_bytes()).map_err(on(name)),
            None => Ok(()),
        }
    }
}
