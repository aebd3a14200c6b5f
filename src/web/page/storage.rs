//! What the browser keeps between visits. It may refuse: the page then says
//! so and works on. And it is one for all tabs: what another one saved is never
//! replaced unless the learner says so.

use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Storage, StorageEvent};

use super::places;
use crate::ui::Saving;
use crate::web::message;

/// What is kept under a name, if anything.
pub fn read(name: &str) -> Option<String> {
    storage()?.get_item(name).ok().flatten()
}

/// Keeps a text; false if the browser refuses.
pub fn write(name: &str, text: &str) -> bool {
    storage().is_some_and(|storage| storage.set_item(name, text).is_ok())
}

/// A value as a text to keep; none if it cannot be one.
pub fn text_of(value: &impl Serialize) -> Option<String> {
    let value = message::write(value).ok()?;
    js_sys::JSON::stringify(&value).ok().map(String::from)
}

/// The value of such a text; none if it is of another shape.
pub fn value_of<T: DeserializeOwned>(text: &str) -> Option<T> {
    message::read(js_sys::JSON::parse(text).ok()?).ok()
}

/// The work of this tab, under a name that all tabs share.
#[derive(Default)]
pub struct Work {
    name: String,
    /// What this tab read or wrote last: something else there is another tab's.
    seen: Option<String>,
    /// The newest text of this tab's work, whether it could be kept or not.
    newest: Option<String>,
    /// Whether it has not been tried yet.
    is_waiting: bool,
    /// Whether what was found could not be used, and lies beside the name.
    is_aside: bool,
    /// Whether the lab is another learner's: what is kept is not to be replaced.
    is_visiting: bool,
}

impl Work {
    /// Work that is kept under this name.
    pub fn named(name: String) -> Self {
        Self { name, ..Self::default() }
    }

    /// What is kept.
    pub fn open(&mut self) -> Option<String> {
        self.is_visiting = false;
        self.seen = read(&self.name);
        self.newest.clone_from(&self.seen);
        self.seen.clone()
    }

    /// Takes a text that is to be kept, in the place of one that may wait; whether none did.
    pub fn take(&mut self, text: String) -> bool {
        self.newest = Some(text);
        !std::mem::replace(&mut self.is_waiting, true)
    }

    /// Keeps the text that waits, unless another tab has kept one since; what became of it, if one did.
    pub fn keep(&mut self) -> Option<Saving> {
        if !std::mem::take(&mut self.is_waiting) {
            return None;
        }
        if self.is_visiting {
            return Some(Saving::Visiting);
        }
        let found = read(&self.name);
        if found.is_some() && found != self.seen {
            return Some(Saving::Elsewhere);
        }
        Some(self.put_newest())
    }

    /// From now on the lab is another learner's.
    pub fn visit(&mut self) {
        self.is_visiting = true;
    }

    /// The newest text.
    pub fn newest(&self) -> Option<&str> {
        self.newest.as_deref()
    }

    /// Keeps this tab's work in the place of what is kept.
    pub fn insist(&mut self) -> Saving {
        (self.is_visiting, self.is_waiting) = (false, false);
        self.seen = read(&self.name);
        self.put_newest()
    }

    /// Lays beside the name what is kept: it could not be used, and the next text will take its place.
    pub fn set_aside(&mut self) {
        self.is_aside = self.seen.as_ref().is_some_and(|seen| write(&self.aside(), seen));
    }

    /// What lies beside changes places with what is kept.
    pub fn take_back(&mut self) {
        if let Some(aside) = read(&self.aside()) {
            let kept = read(&self.name).unwrap_or_default();
            if write(&self.name, &aside) {
                write(&self.aside(), &kept);
            }
        }
    }

    /// Calls `heard` whenever another tab keeps something under the name; for ever.
    pub fn watch(&self, heard: impl Fn() + 'static) {
        let name = self.name.clone();
        let on_storage = Closure::<dyn FnMut(StorageEvent)>::new(move |event: StorageEvent| {
            if event.key().as_ref() == Some(&name) && event.new_value().is_some() {
                heard();
            }
        });
        if let Some(window) = web_sys::window() {
            window.set_onstorage(Some(on_storage.as_ref().unchecked_ref()));
        }
        on_storage.forget();
    }

    fn put_newest(&mut self) -> Saving {
        match &self.newest {
            None => return Saving::Nothing,
            Some(newest) if !write(&self.name, newest) => return Saving::Refused,
            Some(_) => self.seen.clone_from(&self.newest),
        }
        if !self.is_aside {
            // What an earlier visit laid aside was restored since, or given up.
            drop(storage().map(|storage| storage.remove_item(&self.aside())));
        }
        Saving::Kept
    }

    fn aside(&self) -> String {
        format!("{}:aside", self.name)
    }
}

/// An embed is nobody's lab for long: it keeps nothing, also where it could.
fn storage() -> Option<Storage> {
    if places::is_embed() {
        return None;
    }
    web_sys::window()?.local_storage().ok().flatten()
}
