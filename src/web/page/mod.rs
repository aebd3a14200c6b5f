//! The page's rim: it carries facts and intents to the reducer, its effects to the
//! browser, asks to the worker and tells back. What is shown is `ui`'s.

mod browser;
mod carrying;
pub mod deferred;
mod desk;
mod download;
mod files;
mod language;
mod places;
mod storage;
mod timer;
mod worker_handle;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use wasm_bindgen::UnwrapThrowExt;
use yew::{AppHandle, Callback, Renderer};

use crate::ui::{self, App, AppProps, Browser, Changes, Effect, Fact, Intent, Reach, Seeking, Share, Theme, View};
use desk::Desk;

/// Tells come in floods: they are taken together, about once a frame.
const FRAME_MILLIS: i32 = 16;

/// What the learner asked for and does not see after so long is shown as asked for.
const PATIENCE_MILLIS: i32 = 50;

/// The page: one view, the component that shows it, and the desk that carries effects out.
pub struct Page {
    view: RefCell<Rc<View>>,
    app: RefCell<Option<AppHandle<App>>>,
    desk: RefCell<Desk>,
    news: RefCell<VecDeque<News>>,
    /// After how many milliseconds facts are taken that wait for it.
    scheduled: Cell<Option<i32>>,
    /// When facts were taken last that changed the lab, in milliseconds since 1970.
    heard: Cell<f64>,
    /// Where the components' intents come in; always the same, so that they need not be drawn anew for it.
    emit: Callback<Intent>,
    browser: Browser,
}

/// What the reducer has not seen yet.
enum News {
    Fact(Fact),
    Intent(Intent),
}

/// Starts the page in the document, in the language of these words.
pub fn start(words: String) {
    console_error_panic_hook::set_once();
    assert!(ui::speak(words, language::category), "the words are of another version");
    let view = View { share: Share::at(places::address()), ..view() };
    browser::show_theme(view.theme);
    let page = Page::with(view);
    let body = browser::body().expect_throw("a document has a body");
    body.set_inner_html("");
    let app = Renderer::<App>::with_root_and_props(body.into(), page.props()).render();
    page.app.replace(Some(app));
    page.desk.borrow().watch(&page);
    page.desk.borrow_mut().start(&page);
    page.become_whole();
    if let Some(link) = places::linked() {
        page.hear(Fact::Found(link));
    }
    let own = Rc::clone(&page);
    places::on_linked(move |link| own.hear(Fact::Found(link)));
    files::on_drop(&page);
    let own = Rc::clone(&page);
    browser::on_leaving(move || own.keep());
    let own = Rc::clone(&page);
    browser::on_palette_key(move || own.take(News::Intent(Intent::Seek(Seeking::Open))));
    // The page lives as long as its document.
    std::mem::forget(page);
}

/// What the page begins with.
fn view() -> View {
    if places::is_embed() {
        return View::embedded(places::option, places::whole());
    }
    let theme = storage::read(places::THEME).map_or(Theme::Auto, |name| Theme::named(&name));
    View { theme, ..View::default() }
}

impl Page {
    /// A page that nobody sees yet.
    fn with(view: View) -> Rc<Self> {
        Rc::new_cyclic(|page: &Weak<Self>| {
            let page = page.clone();
            Self {
                view: RefCell::new(Rc::new(view)),
                app: RefCell::new(None),
                desk: RefCell::default(),
                news: RefCell::default(),
                scheduled: Cell::default(),
                heard: Cell::new(0.0),
                emit: Callback::from(move |intent| {
                    if let Some(page) = page.upgrade() {
                        page.take(News::Intent(intent));
                    }
                }),
                browser: browser::browser(),
            }
        })
    }

    /// Has the deferred part of the page fetched.
    fn become_whole(self: &Rc<Self>) {
        let page = Rc::clone(self);
        wasm_bindgen_futures::spawn_local(async move { page.hear(Fact::Whole(deferred::fetch().await)) });
    }

    /// Takes a fact at once.
    fn learn(self: &Rc<Self>, fact: Fact) {
        self.take(News::Fact(fact));
    }

    /// Takes a fact with all others of this frame, but never while effects are carried out.
    fn hear(self: &Rc<Self>, fact: Fact) {
        let millis = self.wait(&fact);
        self.news.borrow_mut().push_back(News::Fact(fact));
        self.schedule(millis);
    }

    /// The same of a fact that the browser brings: it is taken before the browser draws or does anything else, if there
    /// is nothing to wait for.
    fn be_told(self: &Rc<Self>, fact: Fact) {
        let millis = self.wait(&fact);
        self.news.borrow_mut().push_back(News::Fact(fact));
        if millis > 0 { self.schedule(millis) } else { self.drain_frame() }
    }

    /// How many milliseconds a fact waits: none, if the lab was the same for a frame and no more is told of the fact.
    fn wait(&self, fact: &Fact) -> i32 {
        if fact.is_followed() { FRAME_MILLIS } else { timer::left(self.heard.get(), FRAME_MILLIS) }
    }

    fn schedule(self: &Rc<Self>, millis: i32) {
        if self.scheduled.get().is_none_or(|scheduled| scheduled > millis) {
            self.scheduled.set(Some(millis));
            let page = Rc::clone(self);
            timer::after(millis, move || {
                page.scheduled.set(None);
                // Something else was faster, perhaps.
                if !page.news.borrow().is_empty() {
                    page.drain_frame();
                }
            });
        }
    }

    fn drain_frame(self: &Rc<Self>) {
        let lab = || self.view.borrow().changes.reaching(Reach::Lab);
        let before = lab();
        self.drain();
        if lab() != before {
            self.heard.set(timer::now());
        }
    }

    fn take(self: &Rc<Self>, news: News) {
        self.news.borrow_mut().push_back(news);
        self.drain();
    }

    /// Takes all news that wait, draws once if any of it is seen, and carries out what they ask for: an
    /// effect finds the page as its news left it, but what the worker is asked first it hears before that is drawn.
    /// What an effect brings is heard later.
    fn drain(self: &Rc<Self>) {
        let (changes, revision) = self.seen();
        let mut effects = Vec::new();
        loop {
            let Some(news) = self.news.borrow_mut().pop_front() else { break };
            let mut view = self.view.borrow_mut();
            let view = Rc::make_mut(&mut view);
            effects.extend(match news {
                News::Fact(fact) => view.learn(fact),
                News::Intent(intent) => view.update(intent),
            });
        }
        let asks = effects.iter().take_while(|effect| matches!(effect, Effect::Ask(_))).count();
        let rest = effects.split_off(asks);
        if asks > 0 {
            let page = Rc::clone(self);
            timer::after(PATIENCE_MILLIS, move || page.learn(Fact::Unanswered));
        }
        self.carry_out(effects);
        let now = self.seen();
        if now.0 != changes {
            self.draw();
        }
        if now.1 != revision {
            timer::once_drawn(|| browser::scroll_to_end("terminal-log"));
        }
        self.carry_out(rest);
    }

    /// What may be seen of the view, and what the terminal has printed, each as a count.
    fn seen(&self) -> (Changes, u64) {
        let view = self.view.borrow();
        (view.changes, view.screen.revision)
    }

    /// Has the browser keep what waits for it.
    fn keep(self: &Rc<Self>) {
        self.desk.borrow_mut().keep(self);
    }

    fn carry_out(self: &Rc<Self>, effects: Vec<Effect>) {
        for effect in effects {
            self.desk.borrow_mut().carry_out(self, effect);
        }
    }

    fn draw(&self) {
        if let Some(app) = self.app.borrow_mut().as_mut() {
            app.update(self.props());
        }
    }

    fn props(&self) -> AppProps {
        AppProps { view: Rc::clone(&self.view.borrow()), emit: self.emit.clone(), browser: self.browser.clone() }
    }
}
