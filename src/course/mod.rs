//! Lessons: Markdown files, and what they make of what really happened. The
//! course observes; it cannot run a command.

mod claim;
mod judging;
mod lesson;
mod lesson_view;
mod markdown;
mod measure;
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
pub use lesson::{
    Case, Cost, Experiment, Explanation, Goal, Lesson, LessonError, MachineLine, Passage, Scenario, Step, Task,
};
pub use lesson_view::{
    AskedView, Block, CaseView, ChoiceView, CostView, ExplanationView, FillView, FlowBox, Inline, LessonView,
    ModesView, PassageView, PredictView, QuestionView, ScenarioView, StepView, TaskView,
};
pub use measure::Measure;
pub use question::{Asked, Choice, Question};
pub use trace::{Observed, trace};
pub use tracker::{containers_of, images_of, stored_in};
pub use view::{
    Cell, FlowState, Measured, ProcessRow, ScratchRun, ScratchView, Series, TraceView, Tracker, TrackerGroup,
    TrackerRow, TrackerValue,
};
