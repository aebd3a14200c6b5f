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

use crate::ui::{self, App, AppProps, Browser, Effect, Fact, Intent, Seeking, Share, Theme, View};
use desk::Desk;

/// Tells come in floods: they are taken together, about once a frame.
const FRAME_MILLIS: i32 = 16;

/// The page: one view, the component that shows it, and the desk that carries effects out.
pub struct Page {
    view: RefCell<Rc<View>>,
    app: RefCell<Option<AppHandle<App>>>,
    desk: RefCell<Desk>,
    news: RefCell<VecDeque<News>>,
    /// After how many milliseconds facts are taken that wait for it.
    scheduled: Cell<Option<i32>>,
    /// When the facts of a frame were taken last, in milliseconds since 1970.
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

    /// Takes a fact with all others of this frame: at once, if the last frame is over and no more is told of the same.
    fn hear(self: &Rc<Self>, fact: Fact) {
        let millis = if fact.is_followed() { FRAME_MILLIS } else { timer::left(self.heard.get(), FRAME_MILLIS) };
        self.news.borrow_mut().push_back(News::Fact(fact));
        if self.scheduled.get().is_none_or(|scheduled| scheduled > millis) {
            self.scheduled.set(Some(millis));
            let page = Rc::clone(self);
            timer::after(millis, move || {
                page.scheduled.set(None);
                // Another timer was faster, perhaps.
                if !page.news.borrow().is_empty() {
                    page.drain();
                    page.heard.set(timer::now());
                }
            });
        }
    }

    fn take(self: &Rc<Self>, news: News) {
        self.news.borrow_mut().push_back(news);
        self.drain();
    }

    /// Takes all news that wait, draws once, and carries out what they ask for: an
    /// effect finds the page as its news left it, but what the worker is asked first it hears before that is drawn.
    /// What an effect brings is heard later.
    fn drain(self: &Rc<Self>) {
        let revision = self.view.borrow().screen.revision;
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
        self.carry_out(effects);
        self.draw();
        if self.view.borrow().screen.revision != revision {
            timer::once_drawn(|| browser::scroll_to_end("terminal-log"));
        }
        self.carry_out(rest);
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
