//! A session and the screen it is told to: lines go in, docker's output comes
//! out, and what a line came to is remembered.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::options::{self, Lab};
use super::outside::Outside;
use super::screen::Screen;
use super::{NativeError, Site, save};
use crate::cli;
use crate::lab::Keys;
use crate::limits::SAVED_BYTES;
use crate::runtime::Modules;
use crate::session::{Ask, Reader, Session, Tell};
use crate::text::{Line, Output, Stream};

/// What docker's words say of a site whose base images were not built.
const NO_HUB: &str = "/hub/index.json answers 404";

/// Where a machine's daemon is configured, and how it is told to keep images as docker 28 does.
const DAEMON_JSON: &str = "/etc/docker/daemon.json";
const CLASSIC_STORE: &str = "{\"features\":{\"containerd-snapshotter\":false}}\n";

/// One learner's session in a real terminal.
pub struct Runner {
    session: Session,
    told: Told,
    /// Set by Ctrl-C.
    interrupted: Arc<AtomicBool>,
    /// Whether a person watches, for whom modelled time passes too.
    is_watched: bool,
    /// Whether that person may type to a program; where nobody does, its input is at its end.
    is_typed_to: bool,
}

/// What the session told, as far as somebody asks for it later.
struct Told {
    screen: Screen,
    /// Whether the command that runs found the site without base images.
    hub_missing: bool,
    prompt: String,
    machine: String,
    /// All machines of the lab.
    machines: Vec<String>,
    /// The program that reads what is typed.
    reader: Option<Reader>,
    code: i32,
    refused: Option<String>,
    answer: Option<Tell>,
    /// Whether what was printed once is being printed again.
    is_again: bool,
}

impl Runner {
    /// Opens the lesson of `lab`, tells on `screen`, and runs the steps and lines that `lab` begins with.
    pub fn open(lab: &Lab, screen: Screen, tty: bool) -> Result<Self, NativeError> {
        let interrupted: Arc<AtomicBool> = Arc::default();
        let outside = Outside::new(Site::new(&lab.site), Arc::clone(&interrupted));
        let told = Told {
            screen,
            hub_missing: false,
            prompt: String::new(),
            machine: String::new(),
            machines: Vec::new(),
            reader: None,
            code: 0,
            refused: None,
            answer: None,
            is_again: false,
        };
        let mut runner = Self {
            session: Session::new(Box::new(outside), Box::new(Modules::default()), tty),
            told,
            interrupted,
            is_watched: tty,
            is_typed_to: false,
        };
        runner.ask(Ask::Open { lesson: lab.lesson.clone(), language: "en".to_owned(), saved: None })?;
        if let Some(given) = &lab.opened {
            runner.restore(given)?;
        }
        if lab.classic_store {
            for machine in runner.told.machines.clone() {
                let (path, text) = (DAEMON_JSON.to_owned(), CLASSIC_STORE.to_owned());
                runner.ask(Ask::WriteFile { machine, path, text })?;
            }
        }
        for registry in &lab.registries {
            let (name, url) = registry.split_once('=').unwrap_or((registry, ""));
            if runner.run(&format!("wire bind '{name}' '{url}'"))? != 0 {
                return Ok(runner);
            }
        }
        for _ in 0..lab.steps {
            runner.ask(Ask::Next)?;
            if runner.told.code != 0 {
                return Ok(runner);
            }
        }
        for line in &lab.lines {
            runner.run(line)?;
        }
        runner.is_typed_to = tty;
        Ok(runner)
    }

    /// Goes on with a lab of the page, in silence.
    fn restore(&mut self, given: &str) -> Result<(), NativeError> {
        let path = Path::new(given);
        let text = if given.contains('#') && !path.is_file() {
            given.to_owned()
        } else {
            // One byte more than may be, so that the session says what is too long.
            let file = File::open(path).map_err(NativeError::file(path))?;
            let mut bytes = Vec::new();
            file.take(SAVED_BYTES + 1).read_to_end(&mut bytes).map_err(NativeError::file(path))?;
            String::from_utf8_lossy(&bytes).into_owned()
        };
        self.told.is_again = true;
        let restored = self.ask(Ask::Restore { text });
        self.told.is_again = false;
        restored
    }

    /// Runs a line as typed and returns its exit code, or that of the line before if there is nothing in it.
    pub fn run(&mut self, line: &str) -> Result<i32, NativeError> {
        if line.trim().is_empty() || line.trim_start().starts_with('#') {
            return Ok(self.told.code);
        }
        self.interrupted.store(false, Ordering::Relaxed);
        let words = cli::split(line).unwrap_or_default();
        match words.split_first() {
            Some((first, rest)) if first == "drydock" => self.told.code = self.run_own(rest),
            _ => self.ask(Ask::Line { machine: None, line: line.to_owned() })?,
        }
        self.told.screen.check()?;
        Ok(self.told.code)
    }

    /// Types to the program that reads.
    pub fn press(&mut self, keys: Keys) -> Result<(), NativeError> {
        self.ask(Ask::Press(keys))?;
        self.told.screen.check()
    }

    /// The program that waits for somebody to type, if one does.
    pub fn reader(&self) -> Option<&Reader> {
        self.told.reader.as_ref().filter(|_| self.session.waits_for_keys())
    }

    /// What was typed at the terminal leaves it: the session shows what of it is to be seen.
    pub fn take_back(&mut self, typed: &str) {
        self.told.screen.take_back(typed);
    }

    /// The exit code of the last line.
    pub fn code(&self) -> i32 {
        self.told.code
    }

    /// Such as `laptop:~/mlmodel $`.
    pub fn prompt(&self) -> &str {
        &self.told.prompt
    }

    /// Whether nobody reads the output any more.
    pub fn is_unheard(&self) -> bool {
        self.told.screen.is_closed()
    }

    /// The flag that ends what runs.
    pub fn interrupted(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.interrupted)
    }

    /// The terminal's size has changed.
    pub fn resize(&mut self, size: (usize, usize)) {
        self.told.screen.resize(size);
    }

    /// The whole trace, one JSON object a line.
    pub fn trace(&mut self) -> Result<String, NativeError> {
        match self.answer(Ask::Trace)? {
            Some(Tell::Trace(json)) => Ok(json),
            _ => Ok(String::new()),
        }
    }

    /// Whole lines that `line` could become.
    pub fn complete(&mut self, line: &str) -> Vec<String> {
        match self.answer(Ask::Complete { line: line.to_owned() }) {
            Ok(Some(Tell::Completed(completion))) => completion.candidates,
            _ => Vec::new(),
        }
    }

    /// The archive of an image on the machine where the prompt is.
    pub fn export(&mut self, image: &str) -> Result<Vec<u8>, NativeError> {
        let machine = self.told.machine.clone();
        match self.answer(Ask::Export { machine, reference: image.to_owned() })? {
            Some(Tell::Exported(download)) => Ok(download.bytes),
            _ => Ok(Vec::new()),
        }
    }

    /// `drydock save` at the prompt: the real disk is our side of it.
    fn run_own(&mut self, words: &[String]) -> i32 {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let done = match words.as_slice() {
            ["save", rest @ ..] => {
                options::save(rest).and_then(|options| save::write(self, &options.image, &options.output))
            }
            _ => Err(NativeError::Usage { message: "this prompt knows `drydock save -o FILE IMAGE`".into() }),
        };
        let Err(error) = done else { return 0 };
        for line in error.to_string().lines() {
            self.told.print(Stream::Stderr, line);
        }
        error.exit_code()
    }

    fn answer(&mut self, ask: Ask) -> Result<Option<Tell>, NativeError> {
        self.ask(ask)?;
        Ok(self.told.answer.take())
    }

    /// Asks, and lets what begins run to its end, or to where a person is to type.
    fn ask(&mut self, ask: Ask) -> Result<(), NativeError> {
        let told = &mut self.told;
        self.session.ask(ask, &mut |tell| told.take(tell));
        while self.session.is_running() {
            if self.interrupted.swap(false, Ordering::Relaxed) {
                self.session.ask(Ask::Interrupt, &mut |tell| told.take(tell));
            } else if self.is_typed_to && self.session.waits_for_keys() {
                break;
            } else {
                self.session.tick_alone(&mut |tell| told.take(tell));
                if self.is_watched {
                    std::thread::sleep(self.session.rest());
                }
            }
        }
        told.refused.take().map_or(Ok(()), |reason| Err(NativeError::Refused { reason }))
    }
}

impl Told {
    fn take(&mut self, tell: Tell) {
        match tell {
            Tell::Started(_) | Tell::Printed(_) | Tell::Cleared | Tell::Finished(_) if self.is_again => {}
            Tell::Started(_) => {
                self.hub_missing = false;
                self.screen.begin();
            }
            Tell::Printed(output) => {
                self.hub_missing |= output.line.text().contains(NO_HUB);
                self.screen.print(&output);
            }
            Tell::Cleared => self.screen.clear(),
            Tell::Reads(reader) => self.reader = reader,
            Tell::Finished(end) => self.finish(end.code, end.hint.as_ref()),
            Tell::State(lab) => {
                self.prompt = lab.prompt;
                self.machine = lab.snapshot.here;
                self.machines = lab.snapshot.machines.into_iter().map(|machine| machine.name).collect();
            }
            Tell::Refused(reason) => self.refused = Some(reason),
            answer @ (Tell::Trace(_) | Tell::Completed(_) | Tell::Exported(_)) => {
                self.answer = Some(answer);
            }
            _ => {}
        }
    }

    fn finish(&mut self, code: i32, hint: Option<&Line>) {
        self.code = code;
        if let Some(hint) = hint {
            self.screen.hint(hint);
        }
        if code != 0 && self.hub_missing {
            self.screen.hint(&"the base images are not built yet: run `cargo xtask build`".into());
        }
    }

    fn print(&mut self, stream: Stream, text: &str) {
        self.screen.print(&Output { stream, slot: None, line: text.into() });
    }
}
