//! Carries the reducer's effects out: the worker with the lesson it opens,
//! storage, clipboard, downloads, waiting.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Response;

use super::worker_handle::{WorkerHandle, words};
use super::{Page, browser, download, places, storage, timer};
use crate::session::{Ask, Tell};
use crate::ui::{Effect, Intent, Theme};

/// The worker and what it waits for.
#[derive(Default)]
pub struct Desk {
    worker: Option<WorkerHandle>,
    /// The lesson's Markdown, once it is fetched.
    lesson: Option<String>,
    /// A worker that is ready waits for the lesson; with `true` without what was saved.
    opening: Option<bool>,
    /// Asks of a worker that is not open yet.
    waiting: Vec<Ask>,
}

impl Desk {
    /// Starts the worker, and fetches the lesson meanwhile.
    pub fn start(&mut self, page: &Rc<Page>) {
        self.opening = None;
        self.waiting.clear();
        self.worker = None;
        match WorkerHandle::start(page) {
            Ok(worker) => self.worker = Some(worker),
            Err(reason) => page.enqueue(Intent::Failed(reason)),
        }
        if self.lesson.is_none() {
            fetch_lesson(Rc::clone(page));
        }
    }

    /// Carries one effect out.
    pub fn carry_out(&mut self, page: &Rc<Page>, effect: Effect) {
        match effect {
            Effect::Ask(ask) => self.ask(page, ask),
            Effect::Open { fresh } => {
                self.opening = Some(fresh);
                self.open(page);
            }
            Effect::Restart => self.start(page),
            Effect::Wait { millis, ticket } => {
                let page = Rc::clone(page);
                let millis = i32::try_from(millis).unwrap_or(i32::MAX);
                timer::after(millis, move || page.dispatch(Intent::Elapsed(ticket)));
            }
            Effect::Keep(text) => page.enqueue(Intent::Kept(storage::write(&places::saved(), &text))),
            Effect::Copy(text) => browser::copy(&text),
            Effect::Download { name, bytes } => {
                if download::offer(&name, &bytes).is_err() {
                    let reason = format!("The browser refused to download {name}.");
                    page.enqueue(Intent::Told(Box::new(Tell::Refused { reason })));
                }
            }
            Effect::Theme(theme) => keep_theme(theme),
            Effect::Focus(id) => timer::after(0, move || browser::focus(id)),
            Effect::Print => timer::after(0, browser::print),
        }
    }

    /// Asks the worker, or lets the ask wait until the lesson is open.
    fn ask(&mut self, page: &Rc<Page>, ask: Ask) {
        match &self.worker {
            Some(worker) if self.opening.is_none() && self.lesson.is_some() => send(page, worker, &ask),
            _ => self.waiting.push(ask),
        }
    }

    /// Opens the lesson once the worker is ready and the lesson is here.
    fn open(&mut self, page: &Rc<Page>) {
        let (Some(worker), Some(fresh), Some(lesson)) = (&self.worker, self.opening, &self.lesson) else { return };
        let saved = if fresh { None } else { storage::read(&places::saved()) };
        send(page, worker, &Ask::Open { lesson: lesson.clone(), base: places::lesson(), saved });
        self.waiting.drain(..).for_each(|ask| send(page, worker, &ask));
        self.opening = None;
    }

    fn take_lesson(&mut self, page: &Rc<Page>, text: String) {
        self.lesson = Some(text);
        self.open(page);
    }
}

fn send(page: &Rc<Page>, worker: &WorkerHandle, ask: &Ask) {
    if let Err(reason) = worker.ask(ask) {
        page.enqueue(Intent::WorkerLost(reason));
    }
}

fn keep_theme(theme: Theme) {
    browser::show_theme(theme);
    // A theme that is not kept is the system's again at the next visit.
    storage::write(places::THEME, theme.name());
}

fn fetch_lesson(page: Rc<Page>) {
    spawn_local(async move {
        let address = places::lesson() + "lesson.md";
        match fetch(&address).await {
            Ok(text) => page.desk.borrow_mut().take_lesson(&page, text),
            Err(reason) => page.enqueue(Intent::Failed(format!("{address}: {reason}"))),
        }
    });
}

async fn fetch(address: &str) -> Result<String, String> {
    let window = web_sys::window().ok_or("there is no window")?;
    let answer = JsFuture::from(window.fetch_with_str(address)).await.map_err(|error| words(&error))?;
    let answer: Response = answer.unchecked_into();
    if !answer.ok() {
        return Err(format!("the server answered {}", answer.status()));
    }
    let text = JsFuture::from(answer.text().map_err(|error| words(&error))?).await.map_err(|error| words(&error))?;
    text.as_string().ok_or_else(|| "the answer is not text".to_owned())
}
