//! One instruction after the other: first its words, with the variables they
//! use, then what its own rules say. Nothing comes after a mistake.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::rule::{self, Rule};
use super::scope::Scope;
use super::stage::State;
use super::{Remarks, Surroundings};
use crate::dockerfile::{
    Argument, Command, CommandLine, Instruction, Keep, LineRange, Mount, Pair, Run, Transfer, clean, quote,
};
use crate::text::Case;

/// Words that make a variable's name look like a secret, and those that do not.
const SECRETS: [&str; 10] =
    ["apikey", "auth", "credential", "credentials", "key", "password", "pword", "passwd", "secret", "token"];
const NO_SECRETS: [&str; 3] = ["public", "file", "version"];

pub(super) struct Walk<'a> {
    pub escape: char,
    pub around: &'a Surroundings<'a>,
    pub globals: &'a Scope,
    pub state: State,
    pub remarks: &'a mut Remarks,
}

impl Walk<'_> {
    /// None where the build fails.
    pub(super) fn instruction(&mut self, instruction: &Instruction) -> Option<()> {
        match &instruction.command {
            Command::Add(transfer) => self.transfer(instruction, transfer, "Add"),
            Command::Copy(transfer) => self.transfer(instruction, transfer, "Copy"),
            Command::Arg { arguments } => {
                arguments.iter().try_for_each(|argument| self.argument(instruction, argument))
            }
            Command::Env { pairs } => self.env(instruction, pairs),
            Command::Label { pairs } => {
                self.pairs(instruction, pairs)?;
                for pair in pairs {
                    self.legacy(instruction, pair);
                }
                Some(())
            }
            Command::Expose { ports } => self.expose(instruction, ports),
            Command::Cmd(line) => {
                self.once(instruction, 0);
                self.shell_form(instruction, line);
                Some(())
            }
            Command::Entrypoint(line) => {
                self.once(instruction, 1);
                self.shell_form(instruction, line);
                Some(())
            }
            Command::Healthcheck(_) => {
                self.once(instruction, 2);
                Some(())
            }
            Command::OnBuild { trigger } => {
                self.state.triggers.push(trigger.clone());
                Some(())
            }
            Command::Run(run) => self.run(instruction, run),
            Command::Shell { .. } => {
                self.state.has_shell = true;
                Some(())
            }
            Command::StopSignal { signal: word } | Command::User { user: word } => {
                self.word(instruction, word).map(drop)
            }
            Command::Volume { paths } => paths.iter().try_for_each(|path| self.word(instruction, path).map(drop)),
            Command::Workdir { path } => self.workdir(instruction, path),
            Command::Maintainer { .. } => Some(()),
        }
    }

    fn add(&mut self, instruction: &Instruction, rule: &Rule, message: impl Into<String>) {
        self.remarks.add_below(&instruction.comments, rule, instruction.lines, message);
    }

    /// `text`, resolved.
    fn word(&mut self, instruction: &Instruction, text: &str) -> Option<String> {
        self.resolve(instruction, text, self.escape, Keep::default())
    }

    fn resolve(&mut self, instruction: &Instruction, text: &str, escape: char, keep: Keep) -> Option<String> {
        let found = self.state.scope.expand(text, escape, keep).ok()?;
        self.undefined(instruction, &found.unmatched);
        Some(found.text)
    }

    fn undefined(&mut self, instruction: &Instruction, unmatched: &BTreeSet<String>) {
        if self.state.complete {
            for message in self.state.scope.undefined(unmatched) {
                self.add(instruction, &rule::UNDEFINED_VAR, message);
            }
        }
    }

    fn pairs(&mut self, instruction: &Instruction, pairs: &[Pair]) -> Option<Vec<(String, String)>> {
        let pair = |pair: &Pair| Some((self.word(instruction, &pair.name)?, self.word(instruction, &pair.value)?));
        pairs.iter().map(pair).collect()
    }

    fn legacy(&mut self, instruction: &Instruction, pair: &Pair) {
        if pair.legacy {
            let keyword = &instruction.keyword;
            let message =
                format!("\"{keyword} key=value\" should be used instead of legacy \"{keyword} key value\" format");
            self.add(instruction, &rule::LEGACY_KEY_VALUE_FORMAT, message);
        }
    }

    fn secret(&mut self, instruction: &Instruction, keyword: &str, name: &str) {
        let lower = name.lowercase();
        let has = |words: &[&str]| lower.split('_').any(|part| words.contains(&part));
        if has(&SECRETS) && !has(&NO_SECRETS) {
            let message = format!("Do not use ARG or ENV instructions for sensitive data ({keyword} {})", quote(name));
            self.add(instruction, &rule::SECRETS_USED_IN_ARG_OR_ENV, message);
        }
    }

    fn env(&mut self, instruction: &Instruction, pairs: &[Pair]) -> Option<()> {
        let resolved = self.pairs(instruction, pairs)?;
        for (pair, (name, value)) in pairs.iter().zip(resolved) {
            self.legacy(instruction, pair);
            self.secret(instruction, "ENV", &name);
            self.state.set_env(&name, &value);
        }
        Some(())
    }

    /// A value that is given goes before a default, and a default before a global.
    fn argument(&mut self, instruction: &Instruction, Argument { name, default }: &Argument) -> Option<()> {
        self.secret(instruction, "ARG", name);
        let given = self.around.arguments.iter().rev().find(|(given, _)| given == name);
        let value = match (given, default) {
            (Some((_, value)), _) => Some(value.clone()),
            (None, Some(default)) => Some(self.word(instruction, default)?),
            (None, None) => self.globals.get(name).map(str::to_owned),
        };
        self.state.scope.declare(name, value);
        Some(())
    }

    fn workdir(&mut self, instruction: &Instruction, path: &str) -> Option<()> {
        let path = self.word(instruction, path)?;
        if !self.state.workdir_set && !path.starts_with('/') {
            let path = quote(&path);
            let message = format!("Relative workdir {path} can have unexpected results if the base image changes");
            self.add(instruction, &rule::WORKDIR_RELATIVE_PATH, message);
        }
        self.state.workdir_set = true;
        Some(())
    }

    fn shell_form(&mut self, instruction: &Instruction, line: &CommandLine) {
        if matches!(line, CommandLine::Shell(_)) && !self.state.has_shell {
            let keyword = &instruction.keyword;
            let message = format!(
                "JSON arguments recommended for {keyword} to prevent unintended behavior related to OS signals"
            );
            self.add(instruction, &rule::JSON_ARGS_RECOMMENDED, message);
        }
    }

    /// Every one but the last is remarked on, for it is the one without effect.
    fn once(&mut self, instruction: &Instruction, which: usize) {
        let before: Option<LineRange> = self.state.once[which].replace(instruction.lines);
        if let Some(lines) = before {
            let keyword = &instruction.keyword;
            let message = format!(
                "Multiple {keyword} instructions should not be used in the same stage because only the last one will be used"
            );
            let rule = &rule::MULTIPLE_INSTRUCTIONS_DISALLOWED;
            self.remarks.add_below(&instruction.comments, rule, lines, message);
        }
    }

    fn run(&mut self, instruction: &Instruction, run: &Run) -> Option<()> {
        let unmatched = RefCell::new(Vec::new());
        let expand = |value: &str| {
            let found = self.state.scope.expand(value, self.escape, Keep::default())?;
            unmatched.borrow_mut().push(found.unmatched);
            Ok(found.text)
        };
        let read = run.mounts.iter().all(|text| Mount::parse_with(text, &expand).is_ok());
        unmatched.into_inner().iter().for_each(|names| self.undefined(instruction, names));
        read.then_some(())
    }

    fn transfer(&mut self, instruction: &Instruction, transfer: &Transfer, verb: &str) -> Option<()> {
        let owned = [&transfer.chown, &transfer.chmod, &transfer.checksum].into_iter().flatten();
        for word in owned {
            self.word(instruction, word)?;
        }
        let sources = transfer.sources.iter().map(|source| self.word(instruction, source));
        let sources: Vec<String> = sources.collect::<Option<_>>()?;
        self.word(instruction, &transfer.destination)?;
        for file in transfer.files.iter().filter(|file| file.expand) {
            let keep = Keep { plain_quotes: true, ..Keep::default() };
            self.resolve(instruction, &file.text, '\\', keep)?;
        }
        if transfer.from.is_none() {
            for source in &sources {
                self.source(instruction, source, verb);
            }
        }
        Some(())
    }

    /// Exceptions are too hard to judge, so a file with any is not.
    fn source(&mut self, instruction: &Instruction, source: &str, verb: &str) {
        let remote = source.contains("://") || source.starts_with("git@");
        let Some(ignore) = self.around.ignore.filter(|ignore| !remote && !ignore.has_exceptions()) else { return };
        let source = clean(source);
        let root = matches!(source.as_str(), "." | "/");
        let ignored = if root { ignore.excludes_everything() } else { ignore.matches(&source).unwrap_or(false) };
        if ignored {
            let message = format!("Attempting to {verb} file {} that is excluded by .dockerignore", quote(&source));
            self.add(instruction, &rule::COPY_IGNORED_FILE, message);
        }
    }

    fn expose(&mut self, instruction: &Instruction, ports: &[String]) -> Option<()> {
        let mut all = Vec::new();
        for port in ports {
            all.extend(self.state.scope.expand(port, self.escape, Keep::default()).ok()?.words);
        }
        for port in all {
            let (host, inside) = port.rsplit_once(':').unwrap_or(("", &port));
            let (number, protocol) = inside.split_once('/').unwrap_or((inside, ""));
            let lower = protocol.lowercase();
            if number.is_empty() || !matches!(lower.as_str(), "" | "tcp" | "udp" | "sctp") {
                return None;
            }
            if protocol != lower {
                let message = format!("Defined protocol '{port}' in EXPOSE instruction should be lowercase");
                self.add(instruction, &rule::EXPOSE_PROTO_CASING, message);
            }
            // `::80` names neither a host nor a port of it.
            if !matches!(host, "" | ":") {
                let message =
                    format!("EXPOSE instruction should not define an IP address or host-port mapping, found '{port}'");
                self.add(instruction, &rule::EXPOSE_INVALID_FORMAT, message);
            }
        }
        Some(())
    }
}
