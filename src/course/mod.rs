//! Lessons: Markdown files, and what they make of what really happened. The
//! course observes; it cannot run a command.

mod claim;
mod judging;
mod lesson;
mod lesson_view;
mod markdown;
mod measure;
mod modes;
mod modes_view;
mod process;
mod question;
mod reading;
mod story;
mod trace;
mod tracker;
mod traffic;
mod view;

pub use claim::{Claim, Fact};
pub use judging::{Answer, Said, Verdict};
pub use lesson::{Experiment, Lesson, LessonError, MachineLine, Passage, Step};
pub use lesson_view::{
    AskedView, Block, ChoiceView, FillView, FlowBox, Inline, LessonView, MatchView, PassageView, PredictView,
    QuestionView, StepView,
};
pub use measure::Measure;
pub use modes::{Arm, Case, Cost, Explanation, Goal, Mode, Modes, Scenario, Switch, Task};
pub use modes_view::{CaseView, CostView, ExplanationView, ModesView, ScenarioView, SwitchView, TaskView};
pub use process::Known;
pub use question::{Asked, Choice, Column, Pair, Pointer, Question};
pub use trace::{Observed, trace};
pub use tracker::{containers_of, images_of, stored_in};
pub use view::{
    Cell, FlowState, Measured, Measuring, ProcessRow, ScratchRun, ScratchView, Series, TraceView, Tracker,
    TrackerGroup, TrackerRow, TrackerValue,
};
