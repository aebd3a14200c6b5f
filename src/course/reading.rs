//! From an author's Markdown to a lesson. A part is a heading of the second
//! rank; what is to be executed stands in fenced blocks, a setting a line.

use std::str::FromStr;

use super::markdown::{self, Section};
use super::{
    Asked, Case, Choice, Claim, Cost, Experiment, Explanation, Goal, Inline, Lesson, LessonError, MachineLine, Modes,
    Passage, Question, Scenario, Step, Task,
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

fn question(part: &Section) -> Read<Question> {
    let (_, settings) = part.fence("quiz").ok_or_else(|| wrong(part, "no ```quiz"))?;
    let (prose, explanation) = part.around("quiz");
    let mut question = Question {
        question: part.heading.clone(),
        prose,
        given: None,
        holds: Vec::new(),
        asked: Asked::Choose(Vec::new()),
        goals: Vec::new(),
        hints: Vec::new(),
        hint_row: None,
        seconds: None,
        explanation,
    };
    let mut items = part.items().into_iter();
    for line in settings.lines() {
        let (key, value) = line.split_once(": ").ok_or_else(|| wrong(part, line))?;
        let (word, rest) = key.split_once(' ').unwrap_or((key, ""));
        match word {
            "hint" => {
                question.hints.push(value.to_owned());
                question.hint_row = question.hint_row.or(rest.parse().ok());
            }
            "given" => {
                let given = question.given.get_or_insert_default();
                given.after = after(part, rest)?;
                given.lines.push(machine_line(part, value)?);
            }
            "after" => question.given.get_or_insert_default().after = parsed(part, value)?,
            "holds" => question.holds.push(parsed(part, value)?),
            "goal" => question.goals.push(parsed(part, value)?),
            "seconds" => question.seconds = Some(parsed(part, value)?),
            _ => asked(part, &mut question.asked, (word, rest, value), &mut items)?,
        }
    }
    if let Asked::Fill { others, .. } = &mut question.asked {
        others.extend(items.by_ref().map(|item| markdown::plain(&item)));
    }
    if items.next().is_some() {
        return Err(wrong(part, "more choices than claims"));
    }
    is_whole(part, &question)?;
    Ok(question)
}

/// A setting that says how a question is answered.
fn asked(
    part: &Section,
    asked: &mut Asked,
    (word, rest, value): (&str, &str, &str),
    items: &mut dyn Iterator<Item = Vec<Inline>>,
) -> Read<()> {
    match (word, &mut *asked) {
        ("claim", Asked::Choose(choices)) => {
            let text = items.next().ok_or_else(|| wrong(part, "more claims than choices"))?;
            choices.push(Choice { text, claim: parsed(part, value)?, attempt: None });
        }
        ("try", Asked::Choose(choices)) => {
            let attempt = Experiment { after: after(part, rest)?, lines: vec![machine_line(part, value)?] };
            choices.last_mut().ok_or_else(|| wrong(part, "`try` follows the `claim` it belongs to"))?.attempt =
                Some(attempt);
        }
        ("fill", _) => {
            let pieces = value.split(['[', ']']).map(str::to_owned).collect();
            *asked = Asked::Fill { machine: rest.to_owned(), pieces, others: Vec::new() };
        }
        ("order", Asked::Order(lines)) => lines.push(machine_line(part, value)?),
        ("order", _) => *asked = Asked::Order(vec![machine_line(part, value)?]),
        ("repair", Asked::Repair { solution, machine }) => {
            solution.push(MachineLine { machine: machine.clone(), line: value.to_owned() });
        }
        ("repair", _) => {
            let command = MachineLine { machine: rest.to_owned(), line: value.to_owned() };
            *asked = Asked::Repair { machine: rest.to_owned(), solution: vec![command] };
        }
        ("predict", _) => *asked = Asked::Predict { measure: parsed(part, rest)?, command: machine_line(part, value)? },
        _ => return Err(wrong(part, &format!("no such setting here: {word}"))),
    }
    Ok(())
}

/// Whether a question has what its kind needs.
fn is_whole(part: &Section, question: &Question) -> Read<()> {
    let missing = match &question.asked {
        Asked::Choose(choices) if choices.len() < 2 => "every choice needs a claim, and there are two or more",
        Asked::Choose(_) | Asked::Predict { .. } => return Ok(()),
        Asked::Fill { pieces, .. } if pieces.len() < 3 || pieces.len() % 2 == 0 => {
            "what is to be filled in stands in [brackets]"
        }
        Asked::Order(lines) if lines.len() < 2 => "an order needs two lines or more",
        _ if question.goals.is_empty() => "lines are judged by a `goal: CLAIM`",
        _ => return Ok(()),
    };
    Err(wrong(part, missing))
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

fn cost(part: &Section) -> Read<Cost> {
    let (_, settings) = part.fence("cost").ok_or_else(|| wrong(part, "no ```cost"))?;
    let (mut count, mut measure, mut rounds, mut cases) = (None, None, None, Vec::<Case>::new());
    for line in settings.lines() {
        let (key, value) = line.split_once(": ").ok_or_else(|| wrong(part, line))?;
        let last = || wrong(part, "`setup` and `each` follow the `case` they belong to");
        match key {
            "count" => count = Some(value.to_owned()),
            "measure" => measure = Some(parsed(part, value)?),
            "rounds" => rounds = Some(parsed(part, value)?),
            "case" => cases.push(Case { name: value.to_owned(), ..Case::default() }),
            "setup" => cases.last_mut().ok_or_else(last)?.setup.push(machine_line(part, value)?),
            "each" => cases.last_mut().ok_or_else(last)?.each.push(machine_line(part, value)?),
            _ => return Err(wrong(part, line)),
        }
    }
    let (Some(count), Some(measure), Some(rounds), false) = (count, measure, rounds, cases.is_empty()) else {
        return Err(wrong(part, "a cost needs `count`, `measure`, `rounds` and a `case`"));
    };
    Ok(Cost { title: part.heading.clone(), prose: part.prose(), count, measure, rounds, cases })
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
