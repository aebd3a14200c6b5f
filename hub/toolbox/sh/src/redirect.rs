//! Redirections.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};

use brush_parser::ast::{
    IoFileRedirectKind as Kind, IoFileRedirectTarget as Target, IoHereDocument, IoRedirect, Word,
};

use crate::flow::Flow;
use crate::shell::Shell;
use crate::subshell::Body;

/// What surely fits into an empty pipe, in bytes.
const PIPE_BYTES: usize = 60_000;

/// Why a redirection failed.
pub(crate) enum Refusal {
    /// It has been told; the command fails.
    Told,
    /// The shell goes on elsewhere.
    Flow(Flow),
}

impl From<Flow> for Refusal {
    fn from(flow: Flow) -> Self {
        Self::Flow(flow)
    }
}

impl Shell {
    /// Does one redirection after the other, on the streams as they are now.
    pub(crate) fn redirect<'a>(
        &mut self,
        all: impl IntoIterator<Item = &'a IoRedirect>,
    ) -> Result<(), Refusal> {
        all.into_iter()
            .try_for_each(|redirection| self.redirect_one(redirection))
    }

    fn redirect_one(&mut self, redirection: &IoRedirect) -> Result<(), Refusal> {
        let number = number(redirection);
        match redirection {
            IoRedirect::File(_, kind, target) => self.redirect_file(number, kind, target),
            IoRedirect::HereDocument(_, document) => self.here_document(number, document),
            IoRedirect::HereString(_, word) => {
                let text = self.expand_text(word)? + "\n";
                self.feed(number, text)
            }
            IoRedirect::OutputAndError(..) => self.refuse_redirection("&>", "not in a POSIX shell"),
        }
    }

    fn redirect_file(&mut self, number: u32, kind: &Kind, target: &Target) -> Result<(), Refusal> {
        match target {
            Target::Filename(word) | Target::Duplicate(word) if is_duplicate(kind) => {
                let text = self.expand_text(word)?;
                self.duplicate(&text, number)
            }
            Target::Fd(from) => self.duplicate(&from.to_string(), number),
            Target::Filename(word) | Target::Duplicate(word) => self.open(word, kind, number),
            Target::ProcessSubstitution(..) => {
                self.refuse_redirection("<(", "not in a POSIX shell")
            }
        }
    }

    fn open(&mut self, word: &Word, kind: &Kind, number: u32) -> Result<(), Refusal> {
        let name = self.expand_text(word)?;
        let path = self.absolute(&name);
        let mut how = OpenOptions::new();
        let file = match kind {
            _ if name.is_empty() => Err(io::ErrorKind::NotFound.into()),
            Kind::Read => File::open(&path),
            Kind::Append => how.append(true).create(true).open(&path),
            Kind::ReadAndWrite => how
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(&path),
            Kind::Write if self.options.noclobber && path.is_file() => {
                how.write(true).create_new(true).open(&path)
            }
            _ => File::create(&path),
        };
        match file {
            Ok(file) => {
                self.streams.put(number, file.into());
                Ok(())
            }
            Err(error) => {
                let verb = if matches!(kind, Kind::Read) {
                    "open"
                } else {
                    "create"
                };
                self.refuse_redirection(&format!("cannot {verb} {name}"), reason(&error))
            }
        }
    }

    fn duplicate(&mut self, from: &str, to: u32) -> Result<(), Refusal> {
        if from == "-" {
            self.streams.close(to);
            return Ok(());
        }
        match from
            .parse()
            .map_err(io::Error::other)
            .and_then(|from| self.streams.duplicate(from, to))
        {
            Ok(()) => Ok(()),
            Err(error) => self.refuse_redirection(from, error),
        }
    }

    fn here_document(&mut self, number: u32, document: &IoHereDocument) -> Result<(), Refusal> {
        let text = if document.requires_expansion {
            self.expand_here(&document.doc)?
        } else {
            document.doc.value.clone()
        };
        self.feed(number, text)
    }

    /// Lets a text be read at a descriptor.
    fn feed(&mut self, number: u32, text: String) -> Result<(), Refusal> {
        let (reader, writer) = process::pipe().map_err(|error| self.fatal(2, error))?;
        if text.len() <= PIPE_BYTES {
            File::from(writer)
                .write_all(text.as_bytes())
                .map_err(|error| self.fatal(2, error))?;
        } else {
            let saved = self.streams.clone();
            self.streams.put(1, writer);
            let started = self.start_subshell(&Body::Write(text));
            self.streams = saved;
            let pid = started?;
            self.jobs.insert(pid, None);
        }
        self.streams.put(number, reader);
        Ok(())
    }

    fn refuse_redirection<T>(&self, what: &str, why: impl std::fmt::Display) -> Result<T, Refusal> {
        self.complain(format_args!("{what}: {why}"));
        Err(Refusal::Told)
    }
}

/// The descriptor that a redirection changes.
pub(crate) fn number(redirection: &IoRedirect) -> u32 {
    match redirection {
        IoRedirect::File(number, kind, _) => descriptor(*number, u32::from(!reads(kind))),
        IoRedirect::HereDocument(number, _) | IoRedirect::HereString(number, _) => {
            descriptor(*number, 0)
        }
        IoRedirect::OutputAndError(..) => 1,
    }
}

fn reads(kind: &Kind) -> bool {
    matches!(kind, Kind::Read | Kind::ReadAndWrite | Kind::DuplicateInput)
}

/// An error of the system in the words every shell uses.
pub(crate) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "No such file".to_owned(),
        io::ErrorKind::PermissionDenied => "Permission denied".to_owned(),
        io::ErrorKind::AlreadyExists => "File exists".to_owned(),
        io::ErrorKind::IsADirectory => "Is a directory".to_owned(),
        io::ErrorKind::NotADirectory => "Directory nonexistent".to_owned(),
        _ => error.to_string(),
    }
}

fn is_duplicate(kind: &Kind) -> bool {
    matches!(kind, Kind::DuplicateInput | Kind::DuplicateOutput)
}

fn descriptor(number: Option<i32>, otherwise: u32) -> u32 {
    number
        .and_then(|number| u32::try_from(number).ok())
        .unwrap_or(otherwise)
}
