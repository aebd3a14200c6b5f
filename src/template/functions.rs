//! The functions a template may call: Go's own and docker's.

use std::cmp::Ordering;

use serde_json::Value;

use super::compare::{compared, equals};
use super::print::print;
use super::printf::sprintf;
use crate::limits;
use crate::text::{Case, sorted};

/// What a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any value.
    Any,
    /// A text.
    Text,
    /// A whole number.
    Whole,
}

/// One function.
pub struct Function {
    /// As called.
    pub name: &'static str,
    /// What it takes; of a variadic one, the last kind again and again.
    pub takes: &'static [Kind],
    /// How many of the last kind it needs; all of them if it is not variadic.
    pub variadic: bool,
    /// Whether it leaves the words above a column as they are.
    pub keeps_headers: bool,
    /// What it does with arguments of those kinds.
    pub run: fn(&Call<'_>) -> Result<Value, String>,
}

/// What a function is called with.
pub struct Call<'c> {
    /// Its arguments.
    pub arguments: &'c [&'c Value],
    /// Which objects are maps.
    pub is_map: &'c dyn Fn(&Value) -> bool,
}

use Kind::{Any, Text, Whole};

/// All but `and`, `or`, `json`, `len`, `index` and `not`, which look at the values where they are.
const FUNCTIONS: &[Function] = &[
    fixed("eq", &[Any, Any], |call| equals(call.arguments[0], &call.arguments[1..]).map(Value::Bool)).many(),
    fixed("ne", &[Any, Any], |call| equals(call.arguments[0], &call.arguments[1..]).map(|same| (!same).into())),
    fixed("lt", &[Any, Any], |call| compared(call.arguments).map(|order| (order == Ordering::Less).into())),
    fixed("le", &[Any, Any], |call| compared(call.arguments).map(|order| (order != Ordering::Greater).into())),
    fixed("gt", &[Any, Any], |call| compared(call.arguments).map(|order| (order == Ordering::Greater).into())),
    fixed("ge", &[Any, Any], |call| compared(call.arguments).map(|order| (order != Ordering::Less).into())),
    fixed("print", &[Any], |call| Ok(sprint(call).into())).many(),
    fixed("println", &[Any], |call| Ok(sprintln(call).into())).many(),
    fixed("printf", &[Text, Any], |call| sprintf(call).map(Value::String)).many(),
    fixed("slice", &[Any, Whole], |call| slice(call.arguments)).many(),
    fixed("split", &[Text, Text], |call| Ok(split(text(call, 0), text(call, 1)))).header(),
    fixed("join", &[Any, Text], join).header(),
    fixed("title", &[Text], |call| Ok(title(text(call, 0)).into())).header(),
    fixed("lower", &[Text], |call| Ok(text(call, 0).lowercase().into())).header(),
    fixed("upper", &[Text], |call| Ok(text(call, 0).uppercase().into())).header(),
    fixed("truncate", &[Text, Whole], |call| truncate(text(call, 0), whole(call, 1)).map(Value::from)).header(),
    fixed("pad", &[Text, Whole, Whole], pad),
];

/// Go's functions that are not here.
const UNSUPPORTED: [&str; 4] = ["call", "html", "js", "urlquery"];

/// Those that look at the values where they are.
const IN_PLACE: [&str; 6] = ["and", "or", "not", "len", "index", "json"];

const fn fixed(name: &'static str, takes: &'static [Kind], run: fn(&Call<'_>) -> Result<Value, String>) -> Function {
    Function { name, takes, variadic: false, keeps_headers: false, run }
}

impl Function {
    const fn many(mut self) -> Self {
        self.variadic = true;
        self
    }

    const fn header(mut self) -> Self {
        self.keeps_headers = true;
        self
    }

    /// The function of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        FUNCTIONS.iter().find(|function| function.name == name)
    }

    /// Why so many arguments do not fit, if they do not.
    pub fn miscounted(&self, given: usize) -> Option<String> {
        let fixed = self.takes.len() - usize::from(self.variadic);
        let fits = if self.variadic { given >= fixed } else { given == fixed };
        (!fits).then(|| miscounted(self.name, fixed, self.variadic, given))
    }

    /// What its argument at `place` must be.
    pub fn kind(&self, place: usize) -> Kind {
        self.takes[place.min(self.takes.len() - 1)]
    }
}

/// Go's words for a wrong number of arguments.
pub fn miscounted(name: &str, wanted: usize, variadic: bool, given: usize) -> String {
    let at_least = if variadic { "at least " } else { "" };
    format!("wrong number of args for {name}: want {at_least}{wanted} got {given}")
}

/// Whether a template may call it.
pub fn is_function(name: &str) -> bool {
    IN_PLACE.contains(&name) || Function::named(name).is_some()
}

/// Whether Go has it and this room does not.
pub fn is_unsupported(name: &str) -> bool {
    UNSUPPORTED.contains(&name)
}

/// The argument at `place`, a text by its kind.
pub fn text<'c>(call: &Call<'c>, place: usize) -> &'c str {
    call.arguments[place].as_str().unwrap_or_default()
}

fn whole(call: &Call<'_>, place: usize) -> i64 {
    call.arguments[place].as_i64().unwrap_or_default()
}

/// Spaces between neighbours that are no texts.
fn sprint(call: &Call<'_>) -> String {
    let mut out = String::new();
    for (at, value) in call.arguments.iter().enumerate() {
        if at > 0 && !value.is_string() && !call.arguments[at - 1].is_string() {
            out.push(' ');
        }
        print(value, call.is_map, &mut out);
    }
    out
}

fn sprintln(call: &Call<'_>) -> String {
    let printed = |value: &&Value| {
        let mut out = String::new();
        print(value, call.is_map, &mut out);
        out
    };
    call.arguments.iter().map(printed).collect::<Vec<_>>().join(" ") + "\n"
}

fn split(text: &str, separator: &str) -> Value {
    if separator.is_empty() {
        return text.chars().map(String::from).collect();
    }
    text.split(separator).collect()
}

/// Elements of a list, or values of a map in order, as they print.
fn join(call: &Call<'_>) -> Result<Value, String> {
    let printed = |value: &Value| {
        let mut out = String::new();
        print(value, call.is_map, &mut out);
        out
    };
    let parts: Vec<String> = match call.arguments[0] {
        Value::Null => Vec::new(),
        Value::Array(values) => values.iter().map(printed).collect(),
        value @ Value::Object(object) if (call.is_map)(value) => sorted(object.values().map(printed)),
        Value::String(_) => return Err("expected slice, got string".to_owned()),
        Value::Bool(_) => return Err("expected slice, got bool".to_owned()),
        Value::Number(_) => return Err("expected slice, got int".to_owned()),
        Value::Object(_) => return Err("expected slice, got struct".to_owned()),
    };
    Ok(parts.join(text(call, 1)).into())
}

/// The first letter of every word in capitals.
fn title(text: &str) -> String {
    let mut before = ' ';
    let raise = |c: char| {
        let begins = !(before.is_alphanumeric() || before == '_');
        before = c;
        if begins { c.to_uppercase().collect::<String>() } else { c.to_string() }
    };
    text.chars().map(raise).collect()
}

/// The first `length` bytes; Go would cut a character in two, here the whole one goes.
fn truncate(text: &str, length: i64) -> Result<String, String> {
    let length = usize::try_from(length).map_err(|_| format!("slice bounds out of range [:{length}]"))?;
    let end = (0..=length.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    Ok(text[..end].to_owned())
}

/// Spaces before and behind a text that is not empty.
fn pad(call: &Call<'_>) -> Result<Value, String> {
    let text = text(call, 0);
    let spaces = |count: i64| {
        let count = usize::try_from(count).map_err(|_| "strings: negative Repeat count".to_owned())?;
        if count > limits::TEMPLATE_PADDING {
            Err(format!("more than {} spaces", limits::TEMPLATE_PADDING))
        } else {
            Ok(" ".repeat(count))
        }
    };
    if text.is_empty() {
        return Ok("".into());
    }
    Ok((spaces(whole(call, 1))? + text + &spaces(whole(call, 2))?).into())
}

/// `slice x i j` is `x[i:j]` of a text or a list.
fn slice(arguments: &[&Value]) -> Result<Value, String> {
    let item = arguments[0];
    let length = match item {
        Value::String(text) => text.len(),
        Value::Array(values) => values.len(),
        _ => return Err("can't slice item".to_owned()),
    };
    if arguments.len() > 3 {
        return Err("too many slice indexes".to_owned());
    }
    let at = |place: usize, default: usize| match arguments.get(place).and_then(|at| at.as_i64()) {
        None => Ok(default),
        Some(at) => {
            usize::try_from(at).ok().filter(|at| *at <= length).ok_or_else(|| format!("index out of range: {at}"))
        }
    };
    let (from, to) = (at(1, 0)?, at(2, length)?);
    if from > to {
        return Err(format!("invalid slice index: {from} > {to}"));
    }
    Ok(match item {
        Value::String(text) => text.get(from..to).ok_or("a character would be cut in two")?.into(),
        Value::Array(values) => values[from..to].to_vec().into(),
        _ => Value::Null,
    })
}
