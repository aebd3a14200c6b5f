//! From an author's Markdown to a lesson. A part is a heading of the second
//! rank; what is to be executed stands in fenced blocks, a setting a line.

mod costs;
mod questions;

use std::str::FromStr;

use self::costs::cost;
use self::questions::question;
use super::markdown::{self, Section};
use super::{
    Claim, Experiment, Explanation, Goal, Inline, Lesson, LessonError, MachineLine, Modes, Passage, Scenario, Step,
    Task,
};

type Read<T> = Result<T, LessonError>;

impl Lesson {
    /// Reads the text of a lesson, and what it has for the further modes.
    pub fn read(text: &str) -> Read<(Self, Modes)> {
        let (mut lesson, mut modes) = (Self::default(), Modes::default());
        let body = lesson.read_settings(text)?;
        for section in markdown::sections(body) {
            lesson.read_part(&section, &mut modes)?;
        }
        lesson.modes = modes.filled();
        Ok((lesson, modes))
    }

    fn read_part(&mut self, section: &Section, modes: &mut Modes) -> Read<()> {
        match markdown::plain(&section.heading).as_str() {
            "" => self.intro = section.prose(),
            "Flow" => self.flow = flow(&section.items()),
            "Steps" => self.steps = each(section, step)?,
            "Key moments" => self.moments = each(section, passage)?,
            "Quiz" => self.quiz = each(section, question)?,
            "Concept snapshot" => self.concepts = section.items(),
            "Learn" => modes.learn = each(section, passage)?,
            "Why" => modes.why = each(section, passage)?,
            "Deep" => modes.deep = each(section, passage)?,
            "Try" => modes.practice = each(section, question)?,
            "Challenge" => modes.challenge = each(section, question)?,
            "Project" => modes.project = each(section, task)?,
            "Cards" => modes.cards = each(section, passage)?,
            "Review" => modes.review = each(section, question)?,
            "Explain" => modes.explain = each(section, explanation)?,
            "Cost" => modes.costs = each(section, cost)?,
            "Sandbox" => modes.scenarios = each(section, scenario)?,
            _ => return Err(wrong(section, "no such part")),
        }
        Ok(())
    }

    /// The lines `key: value` between the two `---`; returns what follows.
    fn read_settings<'t>(&mut self, text: &'t str) -> Read<&'t str> {
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

fn each<T>(section: &Section, read: fn(&Section) -> Read<T>) -> Read<Vec<T>> {
    section.parts().iter().map(read).collect()
}

fn wrong(part: &Section, reason: &str) -> LessonError {
    LessonError::Part { part: markdown::plain(&part.heading), reason: reason.into() }
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

fn step(part: &Section) -> Read<Step> {
    let (machine, line) = part.fence("console").ok_or_else(|| wrong(part, "no ```console MACHINE"))?;
    let (machine, line) = (machine.to_owned(), line.trim().to_owned());
    if machine.is_empty() || line.is_empty() || line.contains('\n') {
        return Err(wrong(part, "```console MACHINE holds one line"));
    }
    let title = markdown::plain(&part.heading);
    Ok(Step { title, command: MachineLine { machine, line }, prose: part.prose(), correction: part.quote() })
}

/// With ```` ```show after N ````, its lines, and the claims about them in ```` ```holds ````.
fn passage(part: &Section) -> Read<Passage> {
    let show = part.fence("show").map(|(when, lines)| {
        let after = when.strip_prefix("after ").and_then(|count| count.parse().ok());
        let after = after.ok_or_else(|| wrong(part, "```show after N needs a number"))?;
        let lines = lines.lines().map(|line| machine_line(part, line)).collect::<Read<_>>()?;
        Ok(Experiment { after, lines })
    });
    let holds = part.fence("holds").map_or("", |(_, claims)| claims);
    let holds: Vec<Claim> = holds.lines().map(|line| parsed(part, line)).collect::<Read<_>>()?;
    if show.is_none() && !holds.is_empty() {
        return Err(wrong(part, "```holds speaks of the lines in ```show"));
    }
    Ok(Passage { title: part.heading.clone(), prose: part.prose(), show: show.transpose()?, holds })
}

fn task(part: &Section) -> Read<Task> {
    let (_, settings) = part.fence("task").ok_or_else(|| wrong(part, "no ```task"))?;
    let (title, prose) = (part.heading.clone(), part.prose());
    let mut task = Task { title, prose, goals: Vec::new(), hints: Vec::new(), solution: Vec::new() };
    for line in settings.lines() {
        let (key, value) = line.split_once(": ").ok_or_else(|| wrong(part, line))?;
        match key {
            "goal" => task.goals.push(Goal { claim: parsed(part, value)?, once: false }),
            "once" => task.goals.push(Goal { claim: parsed(part, value)?, once: true }),
            "hint" => task.hints.push(value.to_owned()),
            "solution" => task.solution.push(machine_line(part, value)?),
            _ => return Err(wrong(part, line)),
        }
    }
    if task.goals.is_empty() || task.solution.is_empty() {
        return Err(wrong(part, "a task needs a goal and a solution"));
    }
    Ok(task)
}

fn explanation(part: &Section) -> Read<Explanation> {
    let points = part.items();
    if points.is_empty() {
        return Err(wrong(part, "a list says what a good answer has in it"));
    }
    Ok(Explanation { question: part.heading.clone(), points, answer: part.paragraphs() })
}

fn scenario(part: &Section) -> Read<Scenario> {
    let (_, lines) = part.fence("start").ok_or_else(|| wrong(part, "no ```start"))?;
    let lines = lines.lines().map(|line| machine_line(part, line)).collect::<Read<_>>()?;
    Ok(Scenario { title: part.heading.clone(), prose: part.prose(), lines })
}

/// `after N`
fn after(part: &Section, text: &str) -> Read<usize> {
    let count = text.strip_prefix("after ").and_then(|count| count.parse().ok());
    count.ok_or_else(|| wrong(part, &format!("`after N` is missing: {text}")))
}

fn machine_line(part: &Section, text: &str) -> Read<MachineLine> {
    MachineLine::read(text).ok_or_else(|| wrong(part, &format!("a line is `machine $ line`: {text}")))
}

fn parsed<T: FromStr>(part: &Section, text: &str) -> Read<T> {
    text.parse().map_err(|_| wrong(part, text))
}
