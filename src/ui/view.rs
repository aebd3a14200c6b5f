//! Everything the page shows, as plain facts. The facts of the lab come from
//! the session and are only kept here; what is the page's own is what is
//! open, ticked, typed and playing.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::edit::Editor;
use super::embed::Embed;
use super::exploring::Explorer;
use super::forks::Forks;
use super::handout::Paper;
use super::known::Known;
use super::mode::Content;
use super::named::Named;
use super::pager::Paged;
use super::palette::Palette;
use super::play::Play;
use super::reach::Changes;
use super::screen::Screen;
use super::settings::Draft;
use super::share::Share;
use super::sifting::Sieve;
use super::study::Study;
use super::surveying::Surveyor;
use super::traffic::Traffic;
use super::trial::Trial;
use super::words;
pub use crate::course::Column;
use crate::course::{LessonView, Pointer, ScratchView, TraceView};
use crate::event::Exchange;
use crate::lab::Snapshot;
use crate::oci::Digest;
use crate::session::{HistoryView, Inspection, Peeked, Resent};

/// The whole page.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct View {
    /// What has to be drawn again.
    pub changes: Changes,
    /// How far the worker is.
    pub boot: Boot,
    /// How often it was lost since it last told the state of the lab.
    pub losses: u32,
    /// Whether what was saved is left aside at the next start.
    pub fresh: bool,
    /// The lesson, once it is open.
    pub lesson: Option<Rc<LessonView>>,
    /// What it has for the modes beside its steps.
    pub modes: Content,
    /// The lab.
    pub snapshot: Rc<Snapshot>,
    /// The history around it.
    pub history: Rc<HistoryView>,
    /// Tables and transcript.
    pub trace: Rc<TraceView>,
    /// Every digest there is, by its digits.
    pub known: Rc<Known>,
    /// What travelled during the command that runs or was looked at last.
    pub traffic: Rc<Traffic>,
    /// The terminal.
    pub screen: Screen,
    /// The file that is open.
    pub editor: Editor,
    /// The player.
    pub play: Play,
    /// What the inspector shows.
    pub selection: Selection,
    /// What the session told of the selected digest.
    pub inspected: Option<Rc<Inspection>>,
    /// The image that is explored, if one is.
    pub explorer: Option<Explorer>,
    /// The registry that is looked through, if one is; then no image is.
    pub surveyor: Option<Surveyor>,
    /// What is being looked for, while the palette is open.
    pub palette: Option<Palette>,
    /// The file of a layer that was looked into last.
    pub peeked: Option<Rc<Peeked>>,
    /// What is typed into the panel of a registry.
    pub draft: Draft,
    /// What stands in the form that asks a container.
    pub trial: Trial,
    /// Branches and names, while they are to be seen.
    pub forks: Forks,
    /// Labs that are given away or come.
    pub share: Share,
    /// The line that takes a file which is on its way, and the machine it is for.
    pub bringing: Option<(String, String)>,
    /// Whether documents are shown exactly as their bytes are.
    pub exact: bool,
    /// Which table is shown.
    pub tab: Tab,
    /// Which page of a long list was picked; of another table that with what happened last is
    /// shown, and the transcript is folded.
    pub pages: BTreeMap<Paged, usize>,
    /// Whether the tables have the room of all that stands in the middle.
    pub large: bool,
    /// Which requests are listed, and how.
    pub sieve: Sieve,
    /// What came of the request that was sent once more last.
    pub resent: Option<Rc<Resent>>,
    /// Which region is shown where only one fits.
    pub region: Region,
    /// Diagram or table.
    pub shape: Shape,
    /// What is shown of it, where it is part of another page.
    pub embed: Option<Embed>,
    /// Light, dark, or as the system has it.
    pub theme: Theme,
    /// The step of the lesson being read; none: the one the history is at.
    pub reading: Option<usize>,
    /// The step whose line is being changed, and the line so far.
    pub editing: Option<(usize, String)>,
    /// The mode, answers, notes, what is measured, the clock.
    pub study: Study,
    /// What was executed in copies of the lab; none while it runs.
    pub scratches: Named<Option<Rc<ScratchView>>>,
    /// Whether what happened is kept for the next visit.
    pub saving: Saving,
    /// Whether the menu is open.
    pub menu: Menu,
    /// Why what was saved could not be restored, if it was not.
    pub unrestored: Option<String>,
    /// Why a part of the page did not come, if it did not.
    pub lacking: Option<String>,
    /// What is printed next, in the place of the page.
    pub handout: Paper,
    /// What the learner has to be told.
    pub notices: Vec<Notice>,
    /// What a screen reader is told last.
    pub announcement: String,
}

/// How far the worker is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Boot {
    /// On its way; what is happening, in words.
    Starting(String),
    /// The lesson is open.
    Open,
    /// It cannot be started; why.
    Failed(String),
}

/// What the inspector shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Selection {
    /// Nothing yet.
    #[default]
    Nothing,
    /// What a digest names.
    Digest(Digest),
    /// A file of a layer.
    File {
        /// The layer's blob.
        layer: Digest,
        /// Absolute path.
        path: String,
    },
    /// A request and its answer.
    Exchange(Rc<Exchange>),
    /// A registry of this name: its switches and what it keeps.
    Registry(String),
    /// The container with this id: its log, and a way to ask it.
    Container(String),
    /// The row of the process table with this number, from 1: all that a line did.
    Row(usize),
    /// A cell of the process table.
    Cell {
        /// The row's number, from 1.
        row: usize,
        /// Its column.
        column: Column,
    },
    /// A cell of the status tracker.
    Moment {
        /// Which group, from 0.
        group: usize,
        /// Which of its rows, from 0.
        row: usize,
        /// Which column, from 0.
        column: usize,
    },
}

/// The tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Tab {
    /// The process table.
    #[default]
    Process,
    /// The status tracker.
    Tracker,
    /// The images of all machines.
    Images,
    /// All blobs and manifests.
    Blobs,
    /// All requests.
    Requests,
}

/// The regions of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Region {
    /// Prose, questions.
    #[default]
    Lesson,
    /// The diagram.
    Stage,
    /// The tables.
    Tables,
    /// The prompt.
    Terminal,
    /// The learner's files.
    Files,
    /// What is selected.
    Inspector,
    /// The explorer of an image or of a registry, while one is open.
    Explorer,
}

/// How the stage is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shape {
    /// Places with chips.
    #[default]
    Diagram,
    /// The same as text.
    Table,
}

/// Light, dark, or as the system has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the system has it.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// Whether what happened is kept for the next visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Saving {
    /// There was nothing to keep yet.
    #[default]
    Nothing,
    /// It is kept.
    Kept,
    /// The browser refuses to keep anything.
    Refused,
    /// Another tab has kept its own.
    Elsewhere,
    /// It is a shared lab, and the learner's own is kept.
    Visiting,
}

/// The menu of the top bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Menu {
    /// Not to be seen.
    #[default]
    Closed,
    /// Open.
    Open,
    /// Open, and giving the lab away.
    Sharing,
    /// Open, and asking once more whether to start over.
    StartingOver,
}

/// Something the learner has to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Whether something went wrong.
    pub bad: bool,
    /// The words.
    pub text: String,
}

impl View {
    /// The lesson step the learner reads: the one picked, else the one the history is at,
    /// else the last one that was done; none before the first.
    pub fn read_step(&self) -> Option<usize> {
        let steps = self.lesson.as_ref().map_or(0, |lesson| lesson.steps.len());
        let done = self.trace.next_step.unwrap_or(steps).checked_sub(1);
        self.reading.or(self.trace.current_step).or(done)
    }

    /// The line of a lesson step, as the learner may have changed it.
    pub fn line_of(&self, step: usize) -> Option<&str> {
        let changed = self.trace.rows.iter().rev().find(|row| row.step == Some(step) && !row.line.is_empty());
        let own = || self.lesson.as_ref().and_then(|lesson| lesson.steps.get(step)).map(|step| step.line.as_str());
        changed.map(|row| row.line.as_str()).or_else(own)
    }

    /// The machine the prompt types to.
    pub fn machine(&self) -> &str {
        self.screen.machine.as_deref().unwrap_or(&self.snapshot.here)
    }

    /// Whether a command runs or waits for its turn.
    pub fn busy(&self) -> bool {
        self.screen.sent || self.screen.running() || !self.screen.waiting.is_empty()
    }

    /// The places in the process table that hints of shown questions point at.
    pub fn pointers(&self) -> impl Iterator<Item = Pointer> {
        let questions = self.lesson.iter().flat_map(|lesson| &lesson.quiz);
        questions.filter(|question| self.study.of(&question.id).hints > 0).filter_map(|question| question.pointer)
    }
}

impl Default for Boot {
    fn default() -> Self {
        Self::Starting(words::starting_the_engine().to_owned())
    }
}

impl Theme {
    /// As it stands in `data-theme` and in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of that name; auto for any other text.
    pub fn named(name: &str) -> Self {
        [Self::Light, Self::Dark].into_iter().find(|theme| theme.name() == name).unwrap_or_default()
    }
}

impl Tab {
    /// All tables, in the order of their tabs.
    pub const ALL: [Self; 5] = [Self::Process, Self::Tracker, Self::Images, Self::Blobs, Self::Requests];

    /// The id of its tab.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Process => "tab-process",
            Self::Tracker => "tab-tracker",
            Self::Images => "tab-images",
            Self::Blobs => "tab-blobs",
            Self::Requests => "tab-requests",
        }
    }

    /// What the tab says.
    pub fn label(self) -> &'static str {
        match self {
            Self::Process => words::process(),
            Self::Tracker => words::status_tracker(),
            Self::Images => words::images(),
            Self::Blobs => words::blobs(),
            Self::Requests => words::requests(),
        }
    }
}

impl Region {
    /// All regions, in the order of the narrow page's bar.
    pub const ALL: [Self; 7] =
        [Self::Lesson, Self::Stage, Self::Tables, Self::Terminal, Self::Files, Self::Inspector, Self::Explorer];

    /// As it stands in `data-region`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lesson => "lesson",
            Self::Stage => "stage",
            Self::Tables => "tables",
            Self::Terminal => "terminal",
            Self::Files => "files",
            Self::Inspector => "inspector",
            Self::Explorer => "explorer",
        }
    }

    /// What its button says.
    pub fn label(self) -> &'static str {
        match self {
            Self::Lesson => words::lesson(),
            Self::Stage => words::stage(),
            Self::Tables => words::tables(),
            Self::Terminal => words::terminal(),
            Self::Files => words::files(),
            Self::Inspector => words::inspect(),
            Self::Explorer => words::explore(),
        }
    }
}
