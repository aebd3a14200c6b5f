//! The lines of a push or a pull: one a blob, by the first 12 digits of its
//! digest; configurations and documents are small and not shown. A terminal
//! sees them change in place; a pipe sees each state once.

use super::Terminal;
use crate::engine::ImageStore;
use crate::event::{BlobMove, Direction, Event, Outcome};
use crate::oci::Blob;
use crate::text::{Line, Stream, Style, units};

/// Columns of docker's bar between its brackets.
const BAR: u64 = 50;

/// Layers that the classic store uploads and downloads at once.
const UPLOADS_AT_ONCE: usize = 5;
const DOWNLOADS_AT_ONCE: usize = 3;

/// What has been printed of each layer.
#[derive(Debug)]
pub struct Progress {
    stream: Stream,
    /// Whether the classic store says it, in its own words.
    is_classic: bool,
    /// Layers that wait, in the order they were named.
    waiting: Vec<String>,
    /// The last state of each layer, in the order they were named.
    shown: Vec<(String, String)>,
    /// Layers of a pull that are here: told only if another one is not.
    present: Vec<String>,
    /// Layers of a pull that came.
    layers: Vec<String>,
    /// Whether the first of them is on its way.
    has_begun: bool,
    /// Whether the image itself, and not only what attests it, must be pulled.
    is_fetching: bool,
}

impl Progress {
    /// Nothing yet; `docker run` shows its pull on standard error.
    pub fn new(stream: Stream, store: ImageStore) -> Self {
        Self {
            stream,
            is_classic: store == ImageStore::Classic,
            waiting: Vec::new(),
            shown: Vec::new(),
            present: Vec::new(),
            layers: Vec::new(),
            has_begun: false,
            is_fetching: false,
        }
    }

    /// Prints what `event` changes and passes it on.
    pub fn take(&mut self, event: Event, terminal: &mut Terminal<'_>) {
        if let Event::BlobMoved(BlobMove { direction, blob, outcome, .. }) = &event {
            match direction {
                _ if blob.media_type.is_document() => {}
                Direction::Push if !blob.media_type.is_config() => self.pushed(blob, outcome, terminal),
                Direction::Push => {}
                Direction::Pull => self.pulled(blob, outcome, terminal),
            }
        }
        terminal.event(event);
    }

    /// After a refusal, a pipe sees who was still waiting.
    pub fn refused(&mut self, terminal: &mut Terminal<'_>) {
        if !terminal.is_tty(self.stream) {
            for name in self.waiting.drain(..) {
                terminal.line(self.stream, format!("{name}: Waiting"));
            }
        }
    }

    /// After a pull: every layer that came is unpacked now.
    pub fn unpacked(&mut self, terminal: &mut Terminal<'_>) {
        for name in std::mem::take(&mut self.layers) {
            self.show(&name, "Pull complete", terminal);
        }
    }

    fn pushed(&mut self, blob: &Blob, outcome: &Outcome, terminal: &mut Terminal<'_>) {
        let name = blob.digest.short();
        if self.is_classic && *outcome != Outcome::Waiting {
            // The first few go at once; all others wait, once everything was prepared.
            for later in std::mem::take(&mut self.layers).into_iter().skip(UPLOADS_AT_ONCE) {
                self.show(&later, "Waiting", terminal);
            }
        }
        match outcome {
            Outcome::Waiting if self.is_classic => {
                self.layers.push(name.clone());
                self.show(&name, "Preparing", terminal);
            }
            Outcome::Waiting => {
                self.waiting.push(name.clone());
                if terminal.is_tty(self.stream) {
                    self.show(&name, "Waiting", terminal);
                }
            }
            Outcome::Moving { current } => self.moving("Pushing", blob, *current, terminal),
            Outcome::Retrying { seconds } => self.retrying(&name, *seconds, terminal),
            Outcome::Moved => self.show(&name, "Pushed", terminal),
            Outcome::AlreadyExists if blob.media_type.is_layer() => self.show(&name, "Layer already exists", terminal),
            Outcome::AlreadyExists => self.show(&name, "Already exists", terminal),
            Outcome::Mounted { from } => self.show(&name, &format!("Mounted from {from}"), terminal),
        }
    }

    /// Nothing is shown of an image that is here, even if a new attestation of it comes.
    fn pulled(&mut self, blob: &Blob, outcome: &Outcome, terminal: &mut Terminal<'_>) {
        let (name, is_layer) = (blob.digest.short(), blob.media_type.is_layer());
        if self.is_classic && is_layer && matches!(outcome, Outcome::Moving { .. }) && !self.has_begun {
            self.has_begun = true;
            for later in self.layers.clone().into_iter().skip(DOWNLOADS_AT_ONCE) {
                self.show(&later, "Waiting", terminal);
            }
        }
        self.is_fetching |= *outcome == Outcome::Waiting && (is_layer || blob.media_type.is_config());
        if blob.media_type.is_config() || !self.is_fetching && !is_layer {
            return;
        }
        match outcome {
            Outcome::AlreadyExists if is_layer && self.shown.is_empty() => self.present.push(name),
            Outcome::Waiting if is_layer => {
                for present in std::mem::take(&mut self.present) {
                    self.show(&present, "Already exists", terminal);
                }
                self.show(&name, "Pulling fs layer", terminal);
                self.layers.push(name);
            }
            Outcome::Waiting | Outcome::Mounted { .. } => {}
            Outcome::Moving { current } => self.moving("Downloading", blob, *current, terminal),
            Outcome::Retrying { seconds } => self.retrying(&name, *seconds, terminal),
            Outcome::Moved => {
                if self.is_classic {
                    self.show(&name, "Verifying Checksum", terminal);
                }
                self.show(&name, "Download complete", terminal);
            }
            Outcome::AlreadyExists => self.show(&name, "Already exists", terminal),
        }
    }

    fn retrying(&mut self, name: &str, seconds: u64, terminal: &mut Terminal<'_>) {
        let plural = if seconds == 1 { "" } else { "s" };
        self.show(name, &format!("Retrying in {seconds} second{plural}"), terminal);
    }

    fn moving(&mut self, verb: &str, blob: &Blob, current: u64, terminal: &mut Terminal<'_>) {
        if terminal.is_tty(self.stream) {
            let name = blob.digest.short();
            let line = Line::from(format!("{name}: {verb} ")).and(Style::Dim, bar(current, blob.size));
            terminal.update(self.stream, &name, line);
        }
    }

    fn show(&mut self, name: &str, state: &str, terminal: &mut Terminal<'_>) {
        if state != "Waiting" {
            self.waiting.retain(|waiting| waiting != name);
        }
        match self.shown.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => state.clone_into(known),
            None => self.shown.push((name.to_owned(), state.to_owned())),
        }
        let text = format!("{name}: {state}");
        if terminal.is_tty(self.stream) {
            terminal.update(self.stream, name, text);
        } else {
            terminal.line(self.stream, text);
        }
    }
}

/// `[=====>      ]  24.12MB/30MB`
fn bar(current: u64, total: u64) -> String {
    let filled = (current.saturating_mul(BAR)).checked_div(total).unwrap_or(0).min(BAR);
    let count = usize::try_from(filled).unwrap_or(0);
    let space = usize::try_from(BAR - filled).unwrap_or(0);
    let head = if filled < BAR { ">" } else { "" };
    let line = format!("{}{head}{}", "=".repeat(count), " ".repeat(space.saturating_sub(head.len())));
    format!("[{line}]  {}/{}", units::size(current), units::size(total))
}
