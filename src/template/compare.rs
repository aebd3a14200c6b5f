//! `eq ne lt le gt ge`, with Go's rules for what can be compared.

use std::cmp::Ordering;

use serde_json::Value;

/// Whether `first` equals any of `others`.
pub fn equals(first: &Value, others: &[&Value]) -> Result<bool, String> {
    if others.is_empty() {
        return Err("missing argument for comparison".to_owned());
    }
    for other in others {
        let equal = match (kind(first), kind(other)) {
            (Kind::Other, Kind::Other) => alike(first, other)?,
            (one, two) if one == two => order(first, other) == Some(Ordering::Equal),
            _ if first.is_null() || other.is_null() => false,
            _ => return Err("incompatible types for comparison".to_owned()),
        };
        if equal {
            return Ok(true);
        }
    }
    Ok(false)
}

/// How the first of two stands to the second.
pub fn compared(arguments: &[&Value]) -> Result<Ordering, String> {
    let (one, two) = (arguments[0], arguments[1]);
    match (kind(one), kind(two)) {
        (Kind::Other, _) | (_, Kind::Other) | (Kind::Bool, Kind::Bool) => Err("invalid type for comparison".to_owned()),
        (first, second) if first != second => Err("incompatible types for comparison".to_owned()),
        _ => order(one, two).ok_or_else(|| "invalid type for comparison".to_owned()),
    }
}

#[derive(PartialEq, Eq)]
enum Kind {
    Bool,
    Whole,
    Float,
    Text,
    Other,
}

fn kind(value: &Value) -> Kind {
    match value {
        Value::Bool(_) => Kind::Bool,
        Value::Number(number) if number.is_f64() => Kind::Float,
        Value::Number(_) => Kind::Whole,
        Value::String(_) => Kind::Text,
        _ => Kind::Other,
    }
}

fn order(one: &Value, two: &Value) -> Option<Ordering> {
    match (one, two) {
        (Value::Bool(one), Value::Bool(two)) => Some(one.cmp(two)),
        (Value::String(one), Value::String(two)) => Some(one.cmp(two)),
        (Value::Number(one), Value::Number(two)) => match (one.as_i64(), two.as_i64()) {
            (Some(one), Some(two)) => Some(one.cmp(&two)),
            _ => one.as_f64()?.partial_cmp(&two.as_f64()?),
        },
        _ => None,
    }
}

/// Lists, maps and structures can be compared with nothing only.
fn alike(one: &Value, two: &Value) -> Result<bool, String> {
    match (one.is_null(), two.is_null()) {
        (false, false) => Err("non-comparable type".to_owned()),
        (one, two) => Ok(one == two),
    }
}
