//! What can happen to the page, and what the page can want: the two ends of
//! the reducer. A fact comes from outside (a tell, a time that is over), an
//! intent from the learner (a click, a key); an effect is carried out by the
//! rim, in order.

use bytes::Bytes;

use super::exploring::Exploring;
use super::forks::Forking;
use super::mode::Mode;
use super::pager::Paged;
use super::palette::Seeking;
use super::progress::Progress;
use super::settings::Field;
use super::share::Sharing;
use super::sifting::Sifting;
use super::study::{Act, Study};
use super::surveying::Surveying;
use super::trial::Trying;
use super::view::{Menu, Region, Saving, Selection, Shape, Tab, Theme};
use crate::session::{Ask, Download, Tell};

/// Something that happened outside of the page.
#[derive(Debug)]
pub enum Fact {
    /// The session said something.
    Told(Tell),
    /// The worker died or could not be started.
    WorkerLost(String),
    /// What became of the text to keep, or that another tab has kept one.
    Kept(Saving),
    /// All of the page is there; or why a part of it does not come.
    Whole(Result<(), String>),
    /// What is remembered of the learner's answers and notes; none if it cannot be read.
    Recalled(Option<Box<Study>>),
    /// What was found in a file with progress; none if it cannot be read.
    Progress(Option<Box<Progress>>),
    /// Another lab was found, in the page's address or in a file: its link or its text.
    Found(String),
    /// Whether a text came to the clipboard.
    Copied(bool),
    /// A file was picked or dropped and is being read: its name.
    Reading(String),
    /// It was read, or why it was not.
    Brought(Result<Brought, String>),
    /// A time asked for by [`Effect::Wait`] is over.
    Elapsed(Ticket),
    /// What was asked for is not answered yet, a while later.
    Unanswered,
}

impl Fact {
    /// Whether more is told of the same right after it: what a command does comes in pieces, then where the lab stands.
    pub fn is_followed(&self) -> bool {
        let Self::Told(tell) = self else { return false };
        matches!(
            tell,
            Tell::Loading(_)
                | Tell::Started(_)
                | Tell::Printed(_)
                | Tell::Exchanged(_)
                | Tell::Moved(_)
                | Tell::Cleared
                | Tell::Finished(_)
                | Tell::Saved(_)
        )
    }
}

/// A file from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brought {
    /// Its name, without folders.
    pub name: String,
    /// All of it.
    pub bytes: Bytes,
}

/// Who waits; of each only the newest wait counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ticket {
    /// The player, for its next step.
    Play(u32),
    /// The clock of a challenge, for its next second.
    Clock(u32),
    /// The Dockerfile, for the last key.
    Foresight(u32),
}

/// Something the learner wants. A component keeps one for every click there can be.
#[derive(Debug, Clone, PartialEq)]
pub enum Intent {
    /// The learner asks to start the worker again; with `fresh` without what was saved.
    Retry {
        /// Whether what was saved is left aside.
        fresh: bool,
    },
    /// The part of the page that did not come is to be fetched again.
    BecomeWhole,
    /// This tab's lab is to be saved, not another tab's.
    Insist,
    /// What could not be restored is to be tried again.
    TakeBack,
    /// The lab starts fresh, and that is well.
    StayFresh,
    /// The theme was chosen.
    Theme(Theme),
    /// A region is to be shown, where only one fits.
    Region(Region),
    /// A table is to be shown.
    Tab(Tab),
    /// The same by the keyboard, whose focus goes along.
    TabFocused(Tab),
    /// The stage as a diagram or as a table.
    Shape(Shape),
    /// Something is to be looked into.
    Select(Selection),
    /// Something in the image explorer.
    Explore(Exploring),
    /// Something in the registry explorer.
    Survey(Surveying),
    /// Something about the requests.
    Sift(Sifting),
    /// A page of a long list; if of a table, that is then shown.
    Page(Paged, usize),
    /// Whether the story of what happened is read.
    Transcript(bool),
    /// The tables large, or among the other regions.
    Large(bool),
    /// Something about branches of the history and names of its points.
    Fork(Forking),
    /// Something about labs that are given away or come.
    Share(Sharing),
    /// Something in the palette.
    Seek(Seeking),
    /// Something was typed into the panel of a registry.
    Drafted(Field, String),
    /// Something in the form that asks a container.
    Try(Trying),
    /// A line is to run as if it was typed at the prompt.
    Order(String),
    /// A document exactly as its bytes are, or indented.
    Exact(bool),
    /// The menu is to be opened or closed.
    Menu(Menu),
    /// Start over, forgetting everything.
    Reset,
    /// Download an image.
    Export {
        /// The machine that has it.
        machine: String,
        /// Its name.
        reference: String,
    },
    /// Download the trace.
    ExportTrace,
    /// Download answers and notes.
    ExportProgress,
    /// Print the concept snapshot.
    Print,
    /// Print the lesson's tables and questions, with the answers at the end.
    PrintHandout,
    /// Give up making it.
    StopHandout,
    /// A notice was read.
    Dismiss(usize),
    /// A step of the lesson is to be read; none: the one the history is at.
    ReadStep(Option<usize>),
    /// The line of a step is to be changed.
    EditStep(usize),
    /// The changed line, as typed so far.
    StepTyped(String),
    /// Run the changed line.
    StepSubmitted,
    /// Leave the line as it was.
    StepLeft,
    /// Execute in a copy of the lab.
    ShowMe(String),
    /// Something about questions, notes and measures.
    Study(Act),
    /// The way the lesson is learnt.
    Mode(Mode),
    /// The same by the keyboard, whose focus goes along.
    ModeFocused(Mode),
    /// Lines that are to run one after the other, each on its machine.
    Scenario(Vec<(String, String)>),
    /// The prompt's text changed.
    Typed(String),
    /// The prompt's line is to run.
    Submitted,
    /// Several lines were pasted into the prompt.
    Pasted(String),
    /// A key of the prompt with a meaning of its own.
    Key(Key),
    /// A candidate of the completion was picked.
    Candidate(String),
    /// The machine the prompt types to.
    Machine(String),
    /// Copy what a command printed; counted from the first one kept.
    CopyOutput(usize),
    /// Open a file.
    OpenFile {
        /// The machine.
        machine: String,
        /// Absolute path.
        path: String,
    },
    /// The file's text changed.
    FileTyped(String),
    /// Write the changed file.
    SaveFile,
    /// Forget the changes.
    DiscardFile,
    /// Find out what a build of the open Dockerfile would do.
    Foresee,
    /// Go to the start.
    First,
    /// One stop back.
    Back,
    /// One stop forward.
    Forward,
    /// All stops forward, one after the other without waiting.
    Last,
    /// To this stop.
    GoTo(usize),
    /// Step by itself, or stop doing so.
    Play(bool),
    /// Faster, if true; else slower.
    Speed(bool),
    /// Take the last operation back.
    Undo,
    /// Do it again.
    Redo,
}

/// A key of the prompt that does more than type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// An older line.
    Up,
    /// A newer line.
    Down,
    /// Complete.
    Tab,
    /// Let go of Tab, of the search, of the candidates.
    Escape,
    /// Ctrl-C.
    Interrupt,
    /// Ctrl-D, for the program that reads.
    End,
    /// One of those keys that leave its terminal, as the character that is sent for it.
    Leaving(char),
    /// All of them.
    Leave,
    /// Ctrl-L.
    Clear,
    /// Ctrl-R.
    Search,
}

/// Something the rim has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Ask the session.
    Ask(Ask),
    /// Ask how this line at the prompt could go on, and what is known of the word the cursor is in.
    Complete(String),
    /// Open the lesson, with what was saved unless `fresh`.
    Open {
        /// Whether what was saved is left aside.
        fresh: bool,
    },
    /// Start the worker again.
    Restart,
    /// Fetch the part of the page that did not come, and say by [`Fact::Whole`] whether it came.
    BecomeWhole,
    /// Send [`Fact::Elapsed`] with this number after so long.
    Wait {
        /// How long.
        millis: u32,
        /// Which wait it is.
        ticket: Ticket,
    },
    /// Keep this text for the next visit unless another tab has kept one, and say by [`Fact::Kept`] what became of it.
    Keep(String),
    /// Keep the newest text in any case.
    Insist,
    /// What is kept could not be restored: lay it aside.
    SetAside,
    /// What lies aside and what is kept change places.
    TakeBack,
    /// Remember answers and notes for the next visit, where the browser lets us.
    Remember,
    /// Look for what is remembered of them, and bring it by [`Fact::Recalled`].
    Recall,
    /// Put this text on the clipboard, and say by [`Fact::Copied`] whether it came there.
    Copy(String),
    /// Offer this file as a download.
    Download(Download),
    /// Offer answers and notes as a file.
    DownloadProgress,
    /// Read such a file, and bring it by [`Fact::Progress`].
    ReadProgress(String),
    /// Offer this lab as a file.
    DownloadLab,
    /// Let the learner pick a file, to be brought by [`Fact::Brought`].
    Choose,
    /// The lab is another one: keep the learner's own, not this.
    Visit,
    /// Take the other lab out of the page's address.
    Unlink,
    /// Show the page in this theme and remember it.
    Theme(Theme),
    /// Put the keyboard focus on the element with this id.
    Focus(&'static str),
    /// Show the palette over all else, if true; else close it, and give the focus back.
    Modal(bool),
    /// Bring the element with this id into sight.
    Reveal(String),
    /// Open the print dialog.
    Print,
}
