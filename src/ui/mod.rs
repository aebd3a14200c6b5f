//! What the learner sees: a reducer over [`crate::session::Tell`] and small
//! components. Nothing here knows a browser: what only a browser can do is an
//! [`Effect`], and what only a browser can read comes through [`Browser`]; so
//! all of it is tested natively, as HTML strings.

mod app;
mod blob;
mod blob_table;
mod bringing;
mod browser;
mod cell;
mod chip;
mod comparison;
mod concepts;
mod container_panel;
mod context;
mod difference;
mod edit;
mod embed;
mod exchange;
mod explorer;
mod exploring;
mod files;
mod flow;
mod foresight;
mod forks;
mod handout;
mod heard;
mod icons;
mod image_table;
mod inspector;
mod intent;
mod known;
mod lesson;
mod link;
mod mode;
mod modes;
mod moments;
mod named;
mod notices;
mod order;
mod origin;
mod pager;
mod palette;
mod pane;
mod place;
mod play;
mod player;
mod process_table;
mod progress;
mod prompt;
mod prose;
mod question;
mod real;
mod reduce;
mod registry_lists;
mod registry_panel;
mod request_table;
mod rule;
mod screen;
mod sequence;
mod settings;
mod shade;
mod share;
mod sifting;
mod stage;
mod steps;
mod stored;
mod study;
mod surveying;
mod surveyor;
mod tables;
mod tabs;
mod terminal;
mod top_bar;
mod tracker;
mod traffic;
mod trial;
pub mod troubles;
mod view;
mod wire;
mod words;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod rendered;

pub use app::{App, AppProps};
pub use browser::{Browser, Reading};
pub use embed::Embed;
pub use intent::{Brought, Effect, Fact, Intent, Key, Ticket};
pub use mode::Mode;
pub use palette::Seeking;
pub use progress::Progress;
pub use share::{Share, Sharing};
pub use study::{Act, Study};
pub use view::{Column, Region, Saving, Selection, Shape, Tab, Theme, View};
pub use words::{Category, speak};
