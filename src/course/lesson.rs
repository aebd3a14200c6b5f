//! A lesson as its author writes it: one Markdown file with a few lines of
//! settings on top. Everything the page shows of it, and everything that is
//! executed for it, is in here. A site carries it read already, as JSON, so
//! that no learner downloads a Markdown parser.

use serde::{Deserialize, Serialize};

use super::{Block, Claim, Inline, markdown};

/// A lesson, read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Lesson {
    /// Such as `container-registries-for-ml`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// About how long it takes.
    pub minutes: u32,
    /// What the lab's randomness grows from.
    pub seed: u64,
    /// The machines of its lab.
    pub machines: Vec<String>,
    /// The registries of its lab.
    pub registries: Vec<String>,
    /// The folder of the project on the first machine.
    pub folder: String,
    /// The files of the project.
    pub files: Vec<String>,
    /// Opening prose.
    pub intro: Vec<Block>,
    /// The boxes of the process flow and the step (from 0) that reaches each.
    pub flow: Vec<(String, Option<usize>)>,
    /// The steps.
    pub steps: Vec<Step>,
    /// The key moments.
    pub moments: Vec<Moment>,
    /// The questions.
    pub questions: Vec<Question>,
    /// The concept snapshot.
    pub concepts: Vec<Vec<Inline>>,
}

/// A step: a line and the prose beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its heading.
    pub title: String,
    /// Where the line runs, and the line.
    pub command: MachineLine,
    /// The prose.
    pub prose: Vec<Block>,
    /// Where other pictures of this step go wrong.
    pub correction: Vec<Block>,
}

/// A line at a machine's prompt, written `machine $ line`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MachineLine {
    /// Which machine.
    pub machine: String,
    /// The line.
    pub line: String,
}

/// Something to execute in a copy of the lab.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Experiment {
    /// After so many steps of the lesson.
    pub after: usize,
    /// The lines.
    pub lines: Vec<MachineLine>,
}

/// A question learners ask, its answer, and the experiment that shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// The question.
    pub question: Vec<Inline>,
    /// The answer.
    pub answer: Vec<Block>,
    /// The experiment.
    pub show: Experiment,
}

/// A question of the quiz.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The question.
    pub question: Vec<Inline>,
    /// The choices; just one of their claims holds.
    pub choices: Vec<Choice>,
    /// A hint.
    pub hint: String,
    /// The row of the process table the hint points at, from 1.
    pub hint_row: Option<usize>,
    /// What the claims are about; the whole lesson if none.
    pub given: Option<Experiment>,
    /// Shown after the right answer.
    pub explanation: Vec<Block>,
}

/// A choice, what it claims, and how to try it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What it says.
    pub text: Vec<Inline>,
    /// What must hold for it to be right.
    pub claim: Claim,
    /// What shows where it leads.
    pub attempt: Option<Experiment>,
}

/// Why a text is not a lesson.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LessonError {
    /// The settings between `---` are missing or one of them is wrong.
    #[error("the lesson's settings: {reason}")]
    Settings {
        /// What is wrong.
        reason: String,
    },
    /// A part does not have the shape it needs.
    #[error("the lesson's part {part:?}: {reason}")]
    Part {
        /// Which.
        part: String,
        /// What is wrong.
        reason: String,
    },
}

impl Lesson {
    /// Reads the text of a lesson.
    pub fn read(text: &str) -> Result<Self, LessonError> {
        let mut lesson = Self::default();
        let body = lesson.read_settings(text)?;
        for section in markdown::sections(body) {
            let title = markdown::plain(&section.heading);
            match title.as_str() {
                "" => lesson.intro = section.blocks(),
                "Flow" => lesson.flow = flow(&section.items()),
                "Steps" => lesson.steps = section.parts().iter().map(read_step).collect::<Result<_, _>>()?,
                "Key moments" => lesson.moments = section.parts().iter().map(read_moment).collect::<Result<_, _>>()?,
                "Quiz" => lesson.questions = section.parts().iter().map(read_question).collect::<Result<_, _>>()?,
                "Concept snapshot" => lesson.concepts = section.items(),
                _ => return Err(LessonError::Part { part: title, reason: "no such part".into() }),
            }
        }
        Ok(lesson)
    }

    /// The lesson as a site carries it.
    pub fn to_json(&self) -> Vec<u8> {
        crate::oci::json::compact(self)
    }

    /// The lines `key: value` between the two `---`; returns what follows.
    fn read_settings<'t>(&mut self, text: &'t str) -> Result<&'t str, LessonError> {
        let wrong = |reason: &str| LessonError::Settings { reason: reason.into() };
        let rest = text.strip_prefix("---\n").ok_or_else(|| wrong("the file begins with `---`"))?;
        let (settings, body) = rest.split_once("\n---\n").ok_or_else(|| wrong("no closing `---`"))?;
        for line in settings.lines().filter(|line| !line.trim().is_empty()) {
            let (key, value) = line.split_once(':').ok_or_else(|| wrong(line))?;
            let value = value.trim();
            let list = || value.split(',').map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect();
            match key.trim() {
                "id" => value.clone_into(&mut self.id),
                "title" => value.clone_into(&mut self.title),
                "minutes" => self.minutes = value.parse().map_err(|_| wrong(line))?,
                "seed" => self.seed = value.parse().map_err(|_| wrong(line))?,
                "machines" => self.machines = list(),
                "registries" => self.registries = list(),
                "folder" => value.clone_into(&mut self.folder),
                "files" => self.files = list(),
                _ => return Err(wrong(line)),
            }
        }
        if self.id.is_empty() || self.machines.is_empty() {
            return Err(wrong("`id` and `machines` are needed"));
        }
        Ok(body)
    }
}

impl MachineLine {
    /// Reads `machine $ line`.
    pub fn read(text: &str) -> Option<Self> {
        let (machine, line) = text.split_once(" $ ")?;
        Some(Self { machine: machine.trim().to_owned(), line: line.trim().to_owned() })
    }
}

/// `Push to registry (step 3)`
fn flow(items: &[Vec<Inline>]) -> Vec<(String, Option<usize>)> {
    let read = |item: &Vec<Inline>| {
        let text = markdown::plain(item);
        let step = text.strip_suffix(')').and_then(|text| text.rsplit_once(" (step "));
        match step.and_then(|(label, step)| Some((label.to_owned(), step.parse::<usize>().ok()?.checked_sub(1)?))) {
            Some((label, step)) => (label, Some(step)),
            None => (text, None),
        }
    };
    items.iter().map(read).collect()
}

fn read_step(part: &markdown::Section) -> Result<Step, LessonError> {
    let title = markdown::plain(&part.heading);
    let wrong = |reason: &str| LessonError::Part { part: title.clone(), reason: reason.into() };
    let (machine, line) = part.fence("console").ok_or_else(|| wrong("no ```console MACHINE"))?;
    let (machine, line) = (machine.to_owned(), line.trim().to_owned());
    if machine.is_empty() || line.is_empty() || line.contains('\n') {
        return Err(wrong("```console MACHINE holds one line"));
    }
    let command = MachineLine { machine, line };
    Ok(Step { command, prose: part.blocks(), correction: part.quote(), title })
}

fn read_moment(part: &markdown::Section) -> Result<Moment, LessonError> {
    let wrong = |reason: &str| LessonError::Part { part: markdown::plain(&part.heading), reason: reason.into() };
    let (when, lines) = part.fence("show").ok_or_else(|| wrong("no ```show after N"))?;
    let after = when.strip_prefix("after ").and_then(|count| count.parse().ok());
    let after = after.ok_or_else(|| wrong("```show after N needs a number"))?;
    let lines: Option<Vec<MachineLine>> = lines.lines().map(MachineLine::read).collect();
    let lines = lines.ok_or_else(|| wrong("a line is `machine $ line`"))?;
    Ok(Moment { question: part.heading.clone(), answer: part.blocks(), show: Experiment { after, lines } })
}

fn read_question(part: &markdown::Section) -> Result<Question, LessonError> {
    let wrong = |reason: &str| LessonError::Part { part: markdown::plain(&part.heading), reason: reason.into() };
    let (_, settings) = part.fence("quiz").ok_or_else(|| wrong("no ```quiz"))?;
    let mut question = Question {
        question: part.heading.clone(),
        choices: Vec::new(),
        hint: String::new(),
        hint_row: None,
        given: None,
        explanation: part.blocks(),
    };
    let mut texts = part.items().into_iter();
    for line in settings.lines() {
        let (key, value) = line.split_once(": ").ok_or_else(|| wrong(line))?;
        let (word, number) = key.split_once(' ').unwrap_or((key, ""));
        let after = || number.strip_prefix("after ").and_then(|count| count.parse().ok()).ok_or_else(|| wrong(line));
        let experiment = |after| {
            let line = MachineLine::read(value).ok_or_else(|| wrong(line))?;
            Ok::<_, LessonError>(Experiment { after, lines: vec![line] })
        };
        match word {
            "hint" => {
                value.clone_into(&mut question.hint);
                question.hint_row = number.parse().ok();
            }
            "given" => question.given = Some(experiment(after()?)?),
            "claim" => {
                let claim = value.parse().map_err(|()| wrong(line))?;
                let text = texts.next().ok_or_else(|| wrong("more claims than choices"))?;
                question.choices.push(Choice { text, claim, attempt: None });
            }
            "try" => {
                let attempt = experiment(after()?)?;
                question.choices.last_mut().ok_or_else(|| wrong(line))?.attempt = Some(attempt);
            }
            _ => return Err(wrong(line)),
        }
    }
    if texts.next().is_some() || question.choices.len() < 2 {
        return Err(wrong("every choice needs a claim, and there are two or more"));
    }
    Ok(question)
}
