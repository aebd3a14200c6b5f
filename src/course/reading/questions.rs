//! Questions as an author writes them, whatever the way they are answered.

use super::{Read, after, machine_line, parsed, wrong};
use crate::course::markdown::{self, Section};
use crate::course::{Asked, Choice, Claim, Column, Experiment, Inline, MachineLine, Pair, Pointer, Question};
use crate::limits::ANSWER_LINES;

/// The settings in ```` ```quiz ````, a line each, and the prose around them.
pub(super) fn question(part: &Section) -> Read<Question> {
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
        pointer: None,
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
                if !rest.is_empty() {
                    question.pointer = Some(pointer(part, rest)?);
                }
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
        ("match", Asked::Match(pairs)) => pairs.push(pair(part, value, items)?),
        ("match", _) => *asked = Asked::Match(vec![pair(part, value, items)?]),
        ("claim", Asked::Match(pairs)) => {
            let last = pairs.last_mut().filter(|pair| pair.claim == UNSAID);
            last.ok_or_else(|| wrong(part, "one `claim` follows each `match`"))?.claim = parsed(part, value)?;
        }
        ("type", _) => *asked = typed(part, rest, value)?,
        ("predict", _) => *asked = Asked::Predict { measure: parsed(part, rest)?, command: machine_line(part, value)? },
        _ => return Err(wrong(part, &format!("no such setting here: {word}"))),
    }
    Ok(())
}

/// What stands for the claim of a pair until it is read; nobody can write it.
const UNSAID: Claim = Claim::FailsAt(0);

fn pair(part: &Section, line: &str, items: &mut dyn Iterator<Item = Vec<Inline>>) -> Read<Pair> {
    let text = items.next().ok_or_else(|| wrong(part, "each `match` needs an item of the list below"))?;
    Ok(Pair { command: machine_line(part, line)?, claim: UNSAID, text: markdown::plain(&text) })
}

/// `type: CLAIM` or `type any case: CLAIM`, one word or several of it in brackets.
fn typed(part: &Section, rest: &str, value: &str) -> Read<Asked> {
    let any_case = match rest {
        "" => false,
        "any case" => true,
        _ => return Err(wrong(part, &format!("a word is of `any case` or as it stands: {rest}"))),
    };
    let pieces = <[String; 3]>::try_from(value.split(['[', ']']).map(str::to_owned).collect::<Vec<_>>());
    let pieces = pieces.ok().filter(|pieces| !pieces[1].trim().is_empty());
    let pieces = pieces.ok_or_else(|| wrong(part, "what is to be typed stands once in [brackets]"))?;
    parsed::<Claim>(part, &pieces.concat())?;
    Ok(Asked::Type { pieces, any_case })
}

/// `3` or `3 registry`: a row of the process table, or a cell of it.
fn pointer(part: &Section, text: &str) -> Read<Pointer> {
    let (row, column) = text.split_once(' ').map_or((text, None), |(row, column)| (row, Some(column)));
    let column = match column {
        None => None,
        Some("action") => Some(Column::Action),
        Some("image") => Some(Column::Image),
        Some("registry") => Some(Column::Registry),
        Some("result") => Some(Column::Result),
        Some(other) => return Err(wrong(part, &format!("no such column of the process table: {other}"))),
    };
    Ok(Pointer { row: parsed(part, row)?, column })
}

/// Whether a question has what its kind needs.
fn is_whole(part: &Section, question: &Question) -> Read<()> {
    let missing = match &question.asked {
        Asked::Choose(choices) if choices.len() < 2 => "every choice needs a claim, and there are two or more",
        Asked::Match(pairs) if pairs.len() < 2 => "there are two pairs or more to match",
        Asked::Match(pairs) if pairs.len() > ANSWER_LINES => "there are too many pairs to match",
        Asked::Match(pairs) if pairs.iter().any(|pair| pair.claim == UNSAID) => "one `claim` follows each `match`",
        Asked::Match(_) if question.asked.pool().len() < question.asked.solution().map_or(0, |lines| lines.len()) => {
            "what is to be paired is said in different words"
        }
        Asked::Choose(_) | Asked::Type { .. }
            if question.given.as_ref().is_some_and(|given| given.lines.is_empty()) =>
        {
            "choices and words are about lines: `given after N: LINE`"
        }
        Asked::Choose(_) | Asked::Match(_) | Asked::Type { .. } | Asked::Predict { .. } => return Ok(()),
        Asked::Fill { pieces, .. } if pieces.len() < 3 || pieces.len() % 2 == 0 => {
            "what is to be filled in stands in [brackets]"
        }
        Asked::Order(lines) if lines.len() < 2 => "an order needs two lines or more",
        _ if question.goals.is_empty() => "lines are judged by a `goal: CLAIM`",
        _ => return Ok(()),
    };
    Err(wrong(part, missing))
}

#[cfg(test)]
mod tests {
    use crate::course::Lesson;

    fn refused(settings: &str, list: &str) -> String {
        let text = format!("---\nid: x\nmachines: m\n---\n## Try\n### A\n```quiz\n{settings}```\n{list}");
        Lesson::read(&text).expect_err(settings).to_string()
    }

    #[test]
    fn what_is_wrong_with_pairs_is_said() {
        for (settings, list, words) in [
            ("match: m $ a\nclaim: fails\n", "- x\n", "two pairs or more"),
            ("match: m $ a\nmatch: m $ b\nclaim: fails\n", "- x\n- y\n", "one `claim` follows each `match`"),
            ("match: m $ a\nclaim: fails\nclaim: fails\n", "- x\n", "one `claim` follows each `match`"),
            ("match: m $ a\nclaim: fails\nmatch: m $ b\nclaim: fails\n", "- x\n", "needs an item of the list"),
            ("match: m $ a\nclaim: fails\nmatch: m $ b\nclaim: fails\n", "- x\n- x\n", "in different words"),
        ] {
            let refused = refused(settings, list);
            assert!(refused.contains(words), "{refused}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_word_or_a_hint_is_said() {
        for (settings, words) in [
            ("type: last request is PUT\n", "stands once in [brackets]"),
            ("type: exit [code] is [1]\n", "stands once in [brackets]"),
            ("type: last request is [ ]\n", "stands once in [brackets]"),
            ("type: no such [claim]\n", "no such claim"),
            ("type loudly: last request is [PUT]\n", "any case"),
            ("after: 1\ntype: last request is [PUT]\n", "are about lines"),
            ("type: last request is [PUT]\nhint 3 moon: x\n", "no such column"),
        ] {
            let refused = refused(settings, "");
            assert!(refused.contains(words), "{refused}");
        }
    }
}
