//! Lessons: Markdown files, and what they make of what really happened. The
//! course observes; it cannot run a command.

mod view;

pub use view::{
    Block, Cell, ChoiceView, FlowBox, FlowState, Inline, LessonView, MomentView, ProcessRow, QuestionView, QuizAnswer,
    ScratchRun, ScratchView, StepView, TraceView, Tracker, TrackerGroup, TrackerRow, TrackerValue, Verdict,
};
