//! A lesson opened: its text and its project are fetched, its lab is laid.

use std::collections::BTreeMap;
use std::rc::Rc;

use bytes::Bytes;
use http::{Method, Request, StatusCode};

use super::{Loading, Open, Session, Tell, Tells};
use crate::course::{Known, Lesson, Modes};
use crate::lab::{History, LabSpec, ProjectFile, State};
use crate::oci::json;

/// Where the hub's image layout is, among the page's own files.
const HUB: &str = "/hub/";

impl Session {
    /// Opens the lesson with this id, with what was saved of it if that can be restored.
    pub(super) fn open(
        &mut self,
        id: &str,
        language: &str,
        saved: Option<&str>,
        tells: Tells<'_>,
    ) -> Result<(), String> {
        if self.is_busy() {
            return Err(super::BUSY.to_owned());
        }
        let plain = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        if !plain(id) || id.contains(|c: char| c.is_ascii_uppercase()) {
            return Err(format!("there is no lesson {id:?}"));
        }
        if !plain(language) {
            return Err(format!("there is no language {language:?}"));
        }
        (self.measuring, self.making) = (None, None);
        tells(Tell::Loading(Loading::Lesson));
        let path = format!("/lessons/{id}/lesson.{language}.json");
        let lesson = json::read::<Lesson>(&self.fetch(&path)?).map_err(|error| format!("{path}: {error}"))?;
        tells(Tell::Loading(Loading::Files));
        let spec = self.spec(&lesson)?;
        tells(Tell::Opened(Box::new(lesson.view())));
        let open = Open::new(lesson, language.to_owned(), spec);
        self.safe.lay(&open);
        self.open = Some(open);
        match saved.map_or(Ok(()), |saved| self.restore(saved, tells)) {
            Ok(()) => self.tell_state(tells),
            Err(reason) => {
                tells(Tell::Cleared);
                tells(Tell::NotRestored(reason));
                // The host keeps what it has until something new is done: the hub may be back at the next visit.
                self.tell_lab(tells);
            }
        }
        Ok(())
    }

    fn spec(&mut self, lesson: &Lesson) -> Result<LabSpec, String> {
        let mut files = Vec::new();
        for name in &lesson.files {
            let bytes = self.fetch(&format!("/lessons/{}/project/{name}", lesson.id))?;
            files.push(ProjectFile { name: name.clone(), mode: 0o644, bytes: bytes.to_vec() });
        }
        Ok(LabSpec {
            seed: lesson.seed,
            machines: lesson.machines.clone(),
            registries: lesson.registries.clone(),
            folder: lesson.folder.clone(),
            files,
            hub: HUB.to_owned(),
        })
    }

    /// What the lesson has for the modes beside its steps; fetched when it is first wanted.
    pub(super) fn modes(&mut self) -> Result<Rc<Modes>, String> {
        let lesson = self.lesson()?;
        let (known, language) = self.open.as_ref().map(|open| (open.modes.clone(), &open.language)).unzip();
        if let Some(modes) = known.flatten() {
            return Ok(modes);
        }
        let path = format!("/lessons/{}/modes.{}.json", lesson.id, language.map_or("", String::as_str));
        let modes = json::read::<Modes>(&self.fetch(&path)?).map_err(|error| format!("{path}: {error}"))?;
        let modes = Rc::new(modes);
        if let Some(open) = &mut self.open {
            open.modes = Some(Rc::clone(&modes));
        }
        Ok(modes)
    }

    /// Tells what the modes show, and how far the goals of the project are.
    pub(super) fn tell_modes(&mut self, tells: Tells<'_>) -> Result<(), String> {
        let view = self.modes()?.view(&*self.lesson()?);
        tells(Tell::Modes(Box::new(view)));
        self.tell_lab(tells);
        Ok(())
    }

    /// One of the page's own files.
    fn fetch(&mut self, path: &str) -> Result<Bytes, String> {
        let request = Request::builder().method(Method::GET).uri(path).body(Bytes::new());
        let request = request.map_err(|error| format!("{path}: {error}"))?;
        let response = self.outside.send(request).map_err(|error| format!("{path}: {error}"))?;
        match response.status() {
            StatusCode::OK => Ok(response.into_body()),
            status => Err(format!("{path}: {status}")),
        }
    }
}

impl Open {
    pub(super) fn new(lesson: Lesson, language: String, spec: LabSpec) -> Self {
        let history = History::new(State::new(&spec));
        Self {
            lesson: Rc::new(lesson),
            language,
            modes: None,
            spec: Rc::new(spec),
            history,
            edits: BTreeMap::new(),
            known: Known::default(),
            stops: Vec::new(),
            written: Rc::default(),
        }
    }

    /// The same lesson with nothing done yet.
    pub(super) fn anew(&self) -> Self {
        let history = History::new(State::new(&self.spec));
        let (known, written) = (Known::default(), Rc::default());
        Self { history, edits: BTreeMap::new(), known, stops: Vec::new(), written, ..self.clone() }
    }

    /// The first step of the lesson that comes after all that were done.
    pub(super) fn next_step(&self) -> Option<usize> {
        let branch = self.history.branch();
        let done = branch[..self.history.position()].iter().filter_map(|operation| operation.step()).max();
        let next = done.map_or(0, |step| step + 1);
        (next < self.lesson.steps.len()).then_some(next)
    }

    /// The line of a step, as the lesson or the learner says.
    pub(super) fn line_of(&self, step: usize) -> String {
        self.edits.get(&step).unwrap_or(&self.lesson.steps[step].command.line).clone()
    }

    /// The step that a typed line is, if it is just the one that comes next.
    pub(super) fn step_of(&self, machine: &str, line: &str) -> Option<usize> {
        let step = self.next_step()?;
        let known = &self.lesson.steps[step].command;
        (known.machine == machine && self.line_of(step) == line.trim()).then_some(step)
    }
}
