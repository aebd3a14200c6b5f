//! Carries the reducer's effects out: the worker with the lesson it opens,
//! storage, clipboard, downloads, waiting.

use std::rc::Rc;

use super::storage::{self, Work};
use super::worker_handle::WorkerHandle;
use super::{Page, browser, download, files, language, places, timer};
use crate::session::{Ask, Download, Tell};
use crate::ui::{Effect, Fact, Progress, Saving, Theme, completing, troubles};

/// Milliseconds after which a text is kept that is to be: the learner need not wait until the browser has it, and of
/// many that come in a row it takes one.
const KEEP_MILLIS: i32 = 100;

/// The worker, and what is saved of its lab.
pub struct Desk {
    worker: Option<WorkerHandle>,
    /// Asks of a worker that has not been told what to open yet; it could not take them.
    waiting: Option<Vec<Ask>>,
    work: Work,
}

impl Default for Desk {
    fn default() -> Self {
        Self { worker: None, waiting: None, work: Work::named(places::saved()) }
    }
}

impl Desk {
    /// Lets the page hear when another tab saves this lesson's lab.
    pub fn watch(&self, page: &Rc<Page>) {
        let page = Rc::clone(page);
        self.work.watch(move || page.hear(Fact::Kept(Saving::Elsewhere)));
    }

    /// Starts the worker, in the place of one that may be there.
    pub fn start(&mut self, page: &Rc<Page>) {
        self.waiting = Some(Vec::new());
        self.worker = None;
        match WorkerHandle::start(page) {
            Ok(worker) => self.worker = Some(worker),
            Err(reason) => page.hear(Fact::WorkerLost(reason)),
        }
    }

    /// Carries one effect out.
    pub fn carry_out(&mut self, page: &Rc<Page>, effect: Effect) {
        match effect {
            Effect::Ask(ask) => self.ask(page, ask),
            Effect::Complete(line) => self.ask(page, completing(&line, browser::cursor())),
            Effect::Open { fresh } => self.open(page, fresh),
            Effect::Restart => self.start(page),
            Effect::BecomeWhole => page.become_whole(),
            Effect::Wait { millis, ticket } => {
                let page = Rc::clone(page);
                let millis = i32::try_from(millis).unwrap_or(i32::MAX);
                timer::after(millis, move || page.learn(Fact::Elapsed(ticket)));
            }
            Effect::Keep(text) => {
                if self.work.take(text) {
                    let page = Rc::clone(page);
                    timer::after(KEEP_MILLIS, move || page.keep());
                }
            }
            Effect::Insist => page.hear(Fact::Kept(self.work.insist())),
            Effect::SetAside => self.work.set_aside(),
            Effect::TakeBack => {
                self.keep(page);
                self.work.take_back();
            }
            Effect::Remember => {
                let study = storage::text_of(&page.view.borrow().study);
                storage::write(&places::study(), &study.unwrap_or_default());
            }
            Effect::Recall => {
                if let Some(text) = storage::read(&places::study()) {
                    page.hear(Fact::Recalled(storage::value_of(&text).map(Box::new)));
                }
            }
            Effect::Copy(text) => {
                let page = Rc::clone(page);
                browser::copy(&text, move |copied| page.hear(Fact::Copied(copied)));
            }
            Effect::Download(file) => offer(page, &file),
            Effect::DownloadProgress => offer_progress(page),
            Effect::ReadProgress(text) => page.hear(Fact::Progress(storage::value_of(&text).map(Box::new))),
            Effect::DownloadLab => {
                let bytes = self.work.newest().unwrap_or_default().as_bytes().to_vec();
                offer(page, &Download { name: format!("{}.drydock.json", places::lesson()), bytes });
            }
            Effect::Choose => files::choose(page),
            Effect::Visit => {
                self.keep(page);
                self.work.visit();
            }
            Effect::Unlink => places::unlink(),
            Effect::Theme(theme) => keep_theme(theme),
            Effect::Focus(id) => timer::once_drawn(move || browser::focus(id)),
            Effect::Modal(open) => timer::once_drawn(move || browser::show_palette(open)),
            Effect::Reveal(id) => timer::once_drawn(move || browser::reveal(&id)),
            Effect::Print => timer::once_drawn(browser::print),
        }
    }

    /// Keeps the text that waits for it, if one does.
    pub fn keep(&mut self, page: &Rc<Page>) {
        if let Some(saving) = self.work.keep() {
            page.hear(Fact::Kept(saving));
        }
    }

    /// Asks the worker, or lets the ask wait until the lesson is opened.
    fn ask(&mut self, page: &Rc<Page>, ask: Ask) {
        match (&self.worker, &mut self.waiting) {
            (Some(worker), None) => send(page, worker, &ask),
            (_, Some(waiting)) => waiting.push(ask),
            (None, None) => {}
        }
    }

    /// Opens the lesson; the worker has said that it is ready.
    fn open(&mut self, page: &Rc<Page>, fresh: bool) {
        self.keep(page);
        let Some(worker) = &self.worker else { return };
        let saved = self.work.open().filter(|_| !fresh);
        send(page, worker, &Ask::Open { lesson: places::lesson(), language: language::language(), saved });
        self.waiting.take().into_iter().flatten().for_each(|ask| send(page, worker, &ask));
    }
}

fn send(page: &Rc<Page>, worker: &WorkerHandle, ask: &Ask) {
    if let Err(reason) = worker.ask(ask) {
        page.hear(Fact::WorkerLost(reason));
    }
}

fn offer(page: &Rc<Page>, file: &Download) {
    if download::offer(file).is_err() {
        page.hear(Fact::Told(Tell::Refused(troubles::not_downloaded(&file.name))));
    }
}

fn offer_progress(page: &Rc<Page>) {
    let progress = Progress::of(places::lesson(), page.view.borrow().study.clone());
    let bytes = storage::text_of(&progress).unwrap_or_default().into_bytes();
    offer(page, &Download { name: format!("{}.progress.json", places::lesson()), bytes });
}

fn keep_theme(theme: Theme) {
    browser::show_theme(theme);
    // A theme that is not kept is the system's again at the next visit.
    storage::write(places::THEME, theme.name());
}
