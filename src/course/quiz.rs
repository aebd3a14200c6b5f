//! Answers judged. The key is computed when the answer comes: the claims of
//! the choices are held against what was executed, never against a table.

use super::{
    Block, ChoiceView, Fact, FlowBox, Inline, Lesson, LessonView, MomentView, QuestionView, QuizAnswer, StepView,
    Verdict, markdown,
};

/// Judges `answer` by what ran; none if there is no such question or choice.
/// `evidence` says in words what was executed and how it ended.
pub fn judge(lesson: &Lesson, answer: &QuizAnswer, facts: &[Fact<'_>], evidence: String) -> Option<Verdict> {
    let question = &lesson.questions[lesson.question_index(&answer.question)?];
    let choice = question.choices.get(answer.choice)?;
    let right = choice.claim.holds(facts);
    let explanation = if right { question.explanation.clone() } else { Vec::new() };
    Some(Verdict { answer: answer.clone(), right, explanation, evidence })
}

impl Lesson {
    /// Which question has this id.
    pub fn question_index(&self, id: &str) -> Option<usize> {
        let number: usize = id.strip_prefix("quiz-")?.parse().ok()?;
        (1..=self.questions.len()).contains(&number).then(|| number - 1)
    }

    /// The experiment with this id: `moment-1`, or `quiz-2-choice-1`.
    pub fn experiment(&self, id: &str) -> Option<&super::Experiment> {
        if let Some(number) = id.strip_prefix("moment-") {
            return Some(&self.moments.get(number.parse::<usize>().ok()?.checked_sub(1)?)?.show);
        }
        let (question, choice) = id.split_once("-choice-")?;
        let question = &self.questions[self.question_index(question)?];
        let choice = question.choices.get(choice.parse::<usize>().ok()?.checked_sub(1)?)?;
        choice.attempt.as_ref().or(question.given.as_ref())
    }

    /// What the page may know: everything but the claims.
    pub fn view(&self) -> LessonView {
        LessonView {
            id: self.id.clone(),
            title: self.title.clone(),
            minutes: self.minutes,
            intro: self.intro.clone(),
            flow: self.flow.iter().map(|(label, step)| FlowBox { label: label.clone(), step: *step }).collect(),
            steps: self.steps.iter().map(step_view).collect(),
            moments: self.moments.iter().enumerate().map(|(at, moment)| moment_view(at, moment)).collect(),
            quiz: (0..self.questions.len()).map(|at| self.question_view(at)).collect(),
            concepts: self.concepts.clone(),
        }
    }

    fn question_view(&self, at: usize) -> QuestionView {
        let question = &self.questions[at];
        let id = format!("quiz-{}", at + 1);
        let choices = question.choices.iter().enumerate().map(|(choice, known)| {
            let show = format!("{id}-choice-{}", choice + 1);
            ChoiceView { text: known.text.clone(), show: self.experiment(&show).map(|_| show) }
        });
        QuestionView {
            choices: choices.collect(),
            question: question.question.clone(),
            hint: vec![Inline::Text(question.hint.clone())],
            hint_row: question.hint_row,
            id,
        }
    }
}

fn step_view(step: &super::Step) -> StepView {
    let (machine, line) = (step.command.machine.clone(), step.command.line.clone());
    StepView {
        title: step.title.clone(),
        machine,
        line,
        prose: step.prose.clone(),
        correction: step.correction.clone(),
    }
}

fn moment_view(at: usize, moment: &super::Moment) -> MomentView {
    let shows = moment.show.lines.iter().map(|line| format!("{} $ {}", line.machine, line.line)).collect();
    let answer: Vec<Block> = moment.answer.clone();
    MomentView { id: format!("moment-{}", at + 1), question: markdown::plain(&moment.question), answer, shows }
}
