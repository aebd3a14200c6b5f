//! Lessons: Markdown files, and what they make of what really happened. The
//! course observes; it cannot run a command.

mod claim;
mod lesson;
mod markdown;
mod process;
mod quiz;
mod story;
mod trace;
mod tracker;
mod traffic;
mod view;

pub use claim::{Claim, Fact};
pub use lesson::{Choice, Experiment, Lesson, LessonError, MachineLine, Moment, Question, Step};
pub use quiz::judge;
pub use trace::{Observed, trace};
pub use tracker::{containers_of, images_of, stored_in};
pub use view::{
    Block, Cell, ChoiceView, FlowBox, FlowState, Inline, LessonView, MomentView, ProcessRow, QuestionView, QuizAnswer,
    ScratchRun, ScratchView, StepView, TraceView, Tracker, TrackerGroup, TrackerRow, TrackerValue, Verdict,
};
