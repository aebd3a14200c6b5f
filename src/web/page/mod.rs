//! The page's rim: it carries intents to the reducer, its effects to the
//! browser, asks to the worker and tells back. What is shown is `ui`'s.

mod browser;
mod desk;
mod download;
mod places;
mod storage;
mod timer;
mod worker_handle;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use wasm_bindgen::UnwrapThrowExt;
use yew::{AppHandle, Callback, Renderer};

use crate::ui::{App, AppProps, Browser, Intent, Theme, View};
use desk::Desk;

/// Tells come in floods: they are taken together, about once a frame.
const FRAME_MILLIS: i32 = 16;

/// The page: one view, the component that shows it, and the desk that carries effects out.
pub struct Page {
    view: RefCell<Rc<View>>,
    app: RefCell<Option<AppHandle<App>>>,
    desk: RefCell<Desk>,
    intents: RefCell<VecDeque<Intent>>,
    draining: Cell<bool>,
    scheduled: Cell<bool>,
}

/// Starts the page in the document.
pub fn start() {
    console_error_panic_hook::set_once();
    let theme = storage::read(places::THEME).map_or(Theme::Auto, |name| Theme::named(&name));
    browser::show_theme(theme);
    let page = Rc::new(Page {
        view: RefCell::new(Rc::new(View { theme, ..View::default() })),
        app: RefCell::new(None),
        desk: RefCell::new(Desk::default()),
        intents: RefCell::default(),
        draining: Cell::new(false),
        scheduled: Cell::new(false),
    });
    let body = browser::body().expect_throw("a document has a body");
    body.set_inner_html("");
    let app = Renderer::<App>::with_root_and_props(body.into(), page.props()).render();
    page.app.replace(Some(app));
    page.desk.borrow_mut().start(&page);
}

impl Page {
    /// Takes an intent at once.
    fn dispatch(self: &Rc<Self>, intent: Intent) {
        self.intents.borrow_mut().push_back(intent);
        self.drain();
    }

    /// Takes an intent with all others of this frame.
    fn enqueue(self: &Rc<Self>, intent: Intent) {
        self.intents.borrow_mut().push_back(intent);
        if !self.scheduled.replace(true) {
            let page = Rc::clone(self);
            timer::after(FRAME_MILLIS, move || {
                page.scheduled.set(false);
                page.drain();
            });
        }
    }

    /// Takes all intents that wait, then draws once. An effect may bring further
    /// intents; they are taken in the same turn.
    fn drain(self: &Rc<Self>) {
        if self.draining.replace(true) {
            return;
        }
        let revision = self.view.borrow().screen.revision;
        loop {
            let Some(intent) = self.intents.borrow_mut().pop_front() else { break };
            let effects = Rc::make_mut(&mut self.view.borrow_mut()).update(intent);
            for effect in effects {
                self.desk.borrow_mut().carry_out(self, effect);
            }
        }
        self.draining.set(false);
        self.draw();
        if self.view.borrow().screen.revision != revision {
            timer::after(0, || browser::scroll_to_end("terminal-log"));
        }
    }

    fn draw(self: &Rc<Self>) {
        if let Some(app) = self.app.borrow_mut().as_mut() {
            app.update(self.props());
        }
    }

    fn props(self: &Rc<Self>) -> AppProps {
        thread_local! {
            static BROWSER: Browser = browser::browser();
        }
        let page = Rc::clone(self);
        let emit = Callback::from(move |intent| page.dispatch(intent));
        AppProps { view: Rc::clone(&self.view.borrow()), emit, browser: BROWSER.with(Browser::clone) }
    }
}
