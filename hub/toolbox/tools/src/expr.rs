//! `expr`: what scripts from before `$((…))` use.
//! <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/expr.html>

use std::io::{self, Write};

use crate::options::Failure;
use crate::regular::{build, extended};

/// Operators by how strongly they bind, the weakest first.
const LEVELS: [&[&str]; 6] = [
    &["|"],
    &["&"],
    &["=", "==", "!=", "<", "<=", ">", ">="],
    &["+", "-"],
    &["*", "/", "%"],
    &[":"],
];

pub(crate) fn expr(arguments: &[String]) -> Result<u8, Failure> {
    let mut words = arguments.iter().map(String::as_str).collect::<Vec<_>>();
    words.reverse();
    let value = level(&mut words, 0)?;
    if let Some(left) = words.last() {
        return wrong(&format!("unexpected argument '{left}'"));
    }
    writeln!(io::stdout(), "{value}")?;
    Ok(u8::from(is_nothing(&value)))
}

fn wrong<T>(why: &str) -> Result<T, Failure> {
    Err(Failure::Usage(format!("syntax error: {why}")))
}

fn is_nothing(value: &str) -> bool {
    value.is_empty() || value.parse() == Ok(0)
}

/// The words are taken from the end.
fn level(words: &mut Vec<&str>, strength: usize) -> Result<String, Failure> {
    let Some(operators) = LEVELS.get(strength) else {
        return primary(words);
    };
    let mut left = level(words, strength + 1)?;
    while let Some(operator) = words.pop_if(|word| operators.contains(word)) {
        let right = level(words, strength + 1)?;
        left = joined(left, operator, right)?;
    }
    Ok(left)
}

fn primary(words: &mut Vec<&str>) -> Result<String, Failure> {
    let Some(word) = words.pop() else {
        return wrong("missing argument");
    };
    match (word, words.len()) {
        ("(", _) => {
            let value = level(words, 0)?;
            match words.pop() {
                Some(")") => Ok(value),
                _ => wrong("expecting ')'"),
            }
        }
        ("+", 1..) => Ok(words.pop().unwrap_or_default().to_owned()),
        ("length", 1..) => Ok(primary(words)?.chars().count().to_string()),
        ("match", 2..) => {
            let (text, pattern) = (primary(words)?, primary(words)?);
            matched(&text, &pattern)
        }
        ("index", 2..) => {
            let (text, wanted) = (primary(words)?, primary(words)?);
            let at = text.chars().position(|char| wanted.contains(char));
            Ok(at.map_or(0, |at| at + 1).to_string())
        }
        ("substr", 3..) => {
            let (text, from, length) = (primary(words)?, primary(words)?, primary(words)?);
            let (from, length) = (count(&from), count(&length));
            let skipped = from.checked_sub(1);
            Ok(skipped.map_or(String::new(), |skipped| {
                text.chars().skip(skipped).take(length).collect()
            }))
        }
        (word, _) => Ok(word.to_owned()),
    }
}

fn count(text: &str) -> usize {
    text.parse().unwrap_or(0)
}

fn joined(left: String, operator: &str, right: String) -> Result<String, Failure> {
    let truth = |holds: bool| Ok(u8::from(holds).to_string());
    match operator {
        "|" if !is_nothing(&left) => return Ok(left),
        "|" => {
            return Ok(if is_nothing(&right) {
                "0".to_owned()
            } else {
                right
            });
        }
        "&" if is_nothing(&left) || is_nothing(&right) => return Ok("0".to_owned()),
        "&" => return Ok(left),
        ":" => return matched(&left, &right),
        _ => {}
    }
    let numbers = left.parse::<i64>().ok().zip(right.parse::<i64>().ok());
    let order = numbers.map_or_else(|| left.cmp(&right), |(left, right)| left.cmp(&right));
    match operator {
        "=" | "==" => return truth(order.is_eq()),
        "!=" => return truth(order.is_ne()),
        "<" => return truth(order.is_lt()),
        "<=" => return truth(order.is_le()),
        ">" => return truth(order.is_gt()),
        ">=" => return truth(order.is_ge()),
        _ => {}
    }
    let told = |message: &str| Failure::Told(message.to_owned(), 2);
    let (left, right) = numbers.ok_or_else(|| told("non-integer argument"))?;
    let value = match operator {
        "+" => left.checked_add(right),
        "-" => left.checked_sub(right),
        "*" => left.checked_mul(right),
        _ if right == 0 => return Err(told("division by zero")),
        "/" => left.checked_div(right),
        _ => left.checked_rem(right),
    };
    let value = value.ok_or_else(|| told("the number is too large"))?;
    Ok(value.to_string())
}

/// What a pattern finds at the beginning of a text: its group, or how many characters it matches.
fn matched(text: &str, pattern: &str) -> Result<String, Failure> {
    let expression = build(&format!("^(?:{})", extended(pattern)), pattern, false)?;
    let found = expression.captures(text);
    if expression.captures_len() > 1 {
        let group = found.as_ref().and_then(|found| found.get(1));
        return Ok(group.map_or(String::new(), |group| group.as_str().to_owned()));
    }
    let whole = found.as_ref().and_then(|found| found.get(0));
    let length = whole.map_or(0, |whole| whole.as_str().chars().count());
    Ok(length.to_string())
}
