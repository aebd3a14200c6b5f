//! A value as Go's `fmt` prints it with `%v`, and as docker's `json` writes it.

use serde_json::{Map, Value};

use super::shape::{Shape, View};
use crate::oci::json;
use crate::text::sorted_by;

/// `<nil>`, `true`, `5`, the text itself, `[a b]`, `map[a:1 b:2]`, and of a structure `{1 2}`.
pub fn print(value: &Value, is_map: &dyn Fn(&Value) -> bool, out: &mut String) {
    match value {
        Value::Null => out.push_str("<nil>"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) => out.push_str(number.to_string().trim_end_matches(".0")),
        Value::String(text) => out.push_str(text),
        Value::Array(values) => {
            out.push('[');
            separated(values, out, |value, out| print(value, is_map, out));
            out.push(']');
        }
        Value::Object(object) if is_map(value) => {
            out.push_str("map[");
            separated(sorted(object), out, |(key, value), out| {
                out.push_str(key);
                out.push(':');
                print(value, is_map, out);
            });
            out.push(']');
        }
        Value::Object(object) => {
            out.push('{');
            separated(object.values(), out, |value, out| print(value, is_map, out));
            out.push('}');
        }
    }
}

fn separated<T>(items: impl IntoIterator<Item = T>, out: &mut String, mut each: impl FnMut(T, &mut String)) {
    for (at, item) in items.into_iter().enumerate() {
        if at > 0 {
            out.push(' ');
        }
        each(item, out);
    }
}

/// Entries by key, as Go prints and walks maps.
pub fn sorted(object: &Map<String, Value>) -> Vec<(&String, &Value)> {
    sorted_by(object, |(a, _), (b, _)| a.cmp(b))
}

/// One line of JSON. Docker's function escapes nothing, but a row escapes itself.
pub fn to_json(root: &Value, value: &Value, shape: &Shape) -> String {
    match (shape.view, value) {
        (View::Row, Value::Object(_)) => String::from_utf8(json::compact(&shown(value))).unwrap_or_default(),
        (View::Raw, _) => by_key(value).to_string(),
        (View::Remote, _) => {
            let json = shape.without_omitted(root, value);
            let json = if std::ptr::eq(root, value) { without_methods(&json) } else { json };
            String::from_utf8(json::indented(&json)).unwrap_or_default()
        }
        (View::Document, _) => shape.without_omitted(root, value).to_string(),
        _ => value.to_string(),
    }
}

fn without_methods(value: &Value) -> Value {
    let fields = value.as_object().into_iter().flatten().filter(|(key, _)| !key.starts_with(char::is_uppercase));
    Value::Object(fields.map(|(key, value)| (key.clone(), value.clone())).collect())
}

/// A row without the fields that are only there for its methods, by key; rows of rows keep their order.
fn shown(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let holds_rows = object.values().any(Value::is_array);
            let entries = if holds_rows { object.iter().collect() } else { sorted(object) };
            let fields = entries.into_iter().filter(|(key, _)| key.starts_with(char::is_uppercase));
            Value::Object(fields.map(|(key, value)| (key.clone(), shown(value))).collect())
        }
        Value::Array(values) => values.iter().map(shown).collect(),
        value => value.clone(),
    }
}

fn by_key(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let entries = sorted(object).into_iter();
            Value::Object(entries.map(|(key, value)| (key.clone(), by_key(value))).collect())
        }
        Value::Array(values) => values.iter().map(by_key).collect(),
        value => value.clone(),
    }
}
