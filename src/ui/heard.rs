//! What a tell of the session changes on the page.

use std::rc::Rc;

use super::handout::Paper;
use super::intent::Effect;
use super::known::Known;
use super::mode::Content;
use super::pager::Paged;
use super::process_table::row_id;
use super::traffic::Traffic;
use super::view::{Boot, Notice, Selection, Tab, View};
use super::words;
use crate::course::ProcessRow;
use crate::session::{Ask, Download, End, LabView, Loading, Reader, Tell};

impl View {
    /// Takes a tell and says what is to be done about it.
    pub(super) fn hear(&mut self, tell: Tell) -> Vec<Effect> {
        match tell {
            Tell::Ready => return vec![Effect::Open { fresh: std::mem::take(&mut self.fresh) }],
            Tell::Loading(what) => self.hear_loading(said(what)),
            Tell::Loaded => self.screen.fetched(),
            Tell::Opened(lesson) => {
                // Another worker may have opened it before: what is restored is printed again.
                self.screen.clear();
                self.lesson = Some(Rc::from(lesson));
                (self.boot, self.modes) = (Boot::Open, Content::Away);
                return self.want_content().into_iter().collect();
            }
            Tell::Modes(modes) => self.modes = Content::Here(Rc::from(modes)),
            Tell::State(lab) => return self.hear_state(*lab),
            Tell::Saved(text) => return vec![Effect::Keep(text)],
            Tell::NotRestored(reason) => {
                self.unrestored = Some(reason);
                return vec![Effect::SetAside];
            }
            Tell::File(file) => {
                self.editor.take(&file.machine, &file.path, file.text);
                return self.foresee_of_text();
            }
            Tell::Foreseen(foreseen) => self.hear_foreseen(foreseen),
            Tell::Inspected(inspection) => self.inspected = Some(Rc::new(inspection)),
            Tell::Explored(explored) => self.hear_explored(explored),
            Tell::Peeked(peeked) => self.hear_peeked(peeked),
            Tell::Surveyed(surveyed) => self.hear_surveyed(surveyed),
            Tell::Weighed(weighed) => self.hear_weighed(*weighed),
            Tell::Resent(resent) => self.hear_resent(*resent),
            Tell::Verdict(verdict) => {
                let word = if verdict.right { words::right() } else { words::not_right() };
                self.announcement = format!("{word} {}", verdict.evidence);
                self.study.hear(verdict);
                return vec![Effect::Remember];
            }
            Tell::Scratch(scratch) => {
                words::executed_in_a_copy().clone_into(&mut self.announcement);
                let id = scratch.id.clone();
                *self.scratches.at(&id) = Some(Rc::new(scratch));
            }
            Tell::Measuring(measuring) => self.study.hear_measuring(&measuring),
            Tell::Measured(measured) => {
                let given_up = measured.series.is_empty();
                let said = if given_up { words::measuring_was_given_up() } else { words::measured() };
                said.clone_into(&mut self.announcement);
                self.study.take(measured);
            }
            Tell::Solving { done, all } => self.handout = Paper::Making { done, all },
            Tell::Handout(handout) => return self.hear_handout(handout),
            Tell::Exported(download) => return vec![Effect::Download(download)],
            Tell::Trace(json) => {
                let name = "trace.jsonl".to_owned();
                return vec![Effect::Download(Download { name, bytes: json.into_bytes() })];
            }
            Tell::Compared(compared) => self.hear_compared(compared),
            Tell::Shared(made) => return self.hear_shared(made),
            Tell::Restored => return self.hear_restored(),
            Tell::Refused(reason) => return self.hear_refusal(reason),
            of_the_terminal => return self.hear_terminal(of_the_terminal),
        }
        Vec::new()
    }

    fn hear_terminal(&mut self, tell: Tell) -> Vec<Effect> {
        match tell {
            Tell::Started(start) => {
                self.traffic = Rc::new(Traffic::of(&start.machine));
                self.screen.remember(&start.line);
                self.screen.start(start.prompt, start.line);
            }
            Tell::Printed(output) => self.screen.print(output),
            Tell::Reads(reader) => self.hear_reader(reader),
            Tell::Moved(moved) => Rc::make_mut(&mut self.traffic).hear(moved),
            Tell::Exchanged(exchange) => Rc::make_mut(&mut self.traffic).exchanges.push(exchange),
            Tell::Finished(End { code, hint }) => {
                self.screen.finish(code, hint);
                let status =
                    self.screen.articles.back().map(|article| format!("{}: {}", article.line, article.status()));
                self.announcement = status.unwrap_or_default();
                if code != 0 {
                    self.play.going = false;
                }
            }
            Tell::Cleared => self.screen.clear(),
            Tell::Completed(completion) => {
                self.screen.complete(&completion.line, completion.candidates);
                self.screen.help = completion.help.filter(|_| self.screen.input.starts_with(&completion.line));
            }
            _ => {}
        }
        Vec::new()
    }

    /// Whose input the prompt is, said aloud when that changes.
    fn hear_reader(&mut self, reader: Option<Reader>) {
        if let (Some(reader), None) = (&reader, &self.screen.reader) {
            self.announcement = words::what_you_type_goes_to(&reader.container);
        }
        (self.screen.reader, self.screen.leaving) = (reader, 0);
        self.screen.revision = self.screen.revision.wrapping_add(1);
    }

    fn hear_loading(&mut self, what: String) {
        if self.boot == Boot::Open {
            if self.hear_opening(&what) {
                return;
            }
            self.screen.fetch(&what);
            self.announcement = what;
        } else {
            self.boot = Boot::Starting(what);
        }
    }

    fn hear_state(&mut self, lab: LabView) -> Vec<Effect> {
        let LabView { snapshot, history, trace, prompt } = lab;
        let moved = self.history.position != history.position || self.history.operations != history.operations;
        // The prompt went to another machine: a picked one is no longer meant.
        if self.snapshot.here != snapshot.here {
            self.screen.machine = None;
        }
        self.screen.prompt = prompt;
        if !Known::is_same(&self.snapshot, &snapshot) {
            self.known = Rc::new(Known::of(&snapshot));
        }
        let reached = |row: &&Rc<ProcessRow>| moved && row.position.is_some_and(|stop| stop <= history.position);
        self.screen.settle(&self.known, trace.rows.iter().filter(reached).rev().map(|row| &**row));
        self.snapshot = Rc::new(snapshot);
        self.history = Rc::new(history);
        self.trace = Rc::new(trace);
        if moved {
            (self.reading, self.resent) = (None, None);
            self.pages.remove(&Paged::Table(Tab::Process));
            self.arrive();
        }
        self.losses = 0;
        // What was brought is there.
        let taking = self.bringing.take().map(|(machine, line)| (Some(machine), line));
        self.screen.waiting.extend(taking);
        let mut effects = self.refresh();
        effects.extend(moved.then(|| self.reveal(self.history.position)).flatten());
        effects.extend(self.settle());
        effects.extend(self.offer());
        effects.extend(self.go_to_the_beginning());
        effects
    }

    /// What was asked for is done, unless a program still runs: the next line may go, or the player go on.
    fn settle(&mut self) -> Vec<Effect> {
        if self.screen.running() {
            return Vec::new();
        }
        let mut effects = self.run_waiting();
        if !self.busy() {
            effects.extend(self.go_on());
        }
        effects
    }

    /// The wires show what travelled at the point of the history we are at.
    fn arrive(&mut self) {
        let row = self.trace.rows.iter().find(|row| row.position == Some(self.history.position));
        let told = row.map(|row| Traffic::of_row(row)).unwrap_or_default();
        let same = row.is_some_and(|row| self.screen.articles.back().is_some_and(|last| last.line == row.line));
        if !told.is_empty() || !same {
            self.traffic = Rc::new(told);
        }
        let stops = self.stops();
        let label = stops.get(self.history.position).map_or(words::start(), |stop| &stop.label);
        self.announcement = words::stop_of_position(self.history.position, stops.len().saturating_sub(1), label);
    }

    /// Brings the row of a stop into sight.
    fn reveal(&self, position: usize) -> Option<Effect> {
        let row = self.trace.rows.iter().find(|row| row.position == Some(position));
        row.map(|row| Effect::Reveal(row_id(row.number)))
    }

    /// Asks again for what may have changed: the open file and the selected digest.
    fn refresh(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        self.editor.foresight.doubt();
        if self.editor.open.is_none() {
            self.open_first_file();
        }
        if let Some((machine, path)) = self.editor.open.clone() {
            effects.push(Effect::Ask(Ask::ReadFile { machine, path }));
        }
        if let Selection::Digest(digest) = self.selection {
            effects.push(Effect::Ask(Ask::Inspect { digest }));
        }
        if let Some(explorer) = &self.explorer {
            effects.extend(explorer.asks());
        }
        if let Some(surveyor) = &self.surveyor {
            effects.extend(surveyor.asks(&self.selection));
        }
        effects
    }

    fn open_first_file(&mut self) {
        let Some(machine) = self.snapshot.machines.first() else { return };
        let files = || machine.files.iter().filter(|file| !file.directory);
        let first = files().find(|file| file.path.ends_with("/Dockerfile")).or_else(|| files().next());
        if let Some(file) = first {
            self.editor.open(machine.name.clone(), file.path.clone());
        }
    }

    fn hear_refusal(&mut self, reason: String) -> Vec<Effect> {
        self.play.going = false;
        self.scratches.retain(Option::is_some);
        self.study.refused();
        self.lack_content();
        self.lack_handout();
        self.share.refused();
        self.bringing = None;
        if self.boot != Boot::Open {
            self.boot = Boot::Failed(reason);
            return Vec::new();
        }
        self.tell(true, reason);
        self.settle()
    }

    /// Shows a notice; the same one twice only once.
    pub(super) fn tell(&mut self, bad: bool, text: String) {
        let notice = Notice { bad, text };
        if !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }
}

/// What is waited for, in words.
fn said(what: Loading) -> String {
    match what {
        Loading::Lesson => words::fetching_the_lesson().to_owned(),
        Loading::Files => words::fetching_the_files().to_owned(),
        Loading::Interpreter => words::fetching_the_interpreter().to_owned(),
        Loading::Engine => words::fetching_the_engine().to_owned(),
        Loading::Again { done, all } => words::opening_the_shared_lab_at(done, all),
    }
}
