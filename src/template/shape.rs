//! How Go would have typed a JSON value: a structure with fields, a map with
//! keys, a row whose fields are methods. Templates treat them differently.

use std::ptr;

use serde_json::Value;

use super::datum::Datum;

/// What a template knows of the value it is filled with beside the value itself.
/// Places are JSON pointers with `*` for any key and, at their end, `**` for all below; the empty one is the whole.
#[derive(Debug, Clone, Copy, Default)]
pub struct Shape {
    /// How the value came to be.
    pub view: View,
    /// Go's names of types, by place.
    pub types: &'static [(&'static str, &'static str)],
    /// Where maps are; every other object is a structure.
    pub maps: &'static [&'static str],
    /// Fields that JSON leaves out when they are empty: place of the structure, key, and its empty value as JSON.
    pub omitted: &'static [(&'static str, &'static str, &'static str)],
}

/// The fields that Go's structures call otherwise than their JSON with a capital letter.
const GO_NAMES: [(&str, &str); 9] = [
    ("Id", "ID"),
    ("ApiVersion", "APIVersion"),
    ("Dns", "DNS"),
    ("created_by", "CreatedBy"),
    ("diff_ids", "DiffIDs"),
    ("empty_layer", "EmptyLayer"),
    ("os", "OS"),
    ("rootfs", "RootFS"),
    ("urls", "URLs"),
];

/// How a value came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum View {
    /// JSON that was decoded: every object is a map, and a missing key is an error.
    #[default]
    Raw,
    /// A structure of docker's API; its fields have Go's names, `ID` for `Id`.
    Document,
    /// What buildx knows of an image at its registry: a structure too, whose JSON is indented. Fields that begin with
    /// a capital letter are methods, which the JSON of the whole has not.
    Remote,
    /// A line of a list. Its JSON escapes what Go escapes; fields in small letters are not shown.
    Row,
    /// The words above a list's columns: docker's functions leave them as they are.
    Headers,
}

impl Shape {
    /// The field `name` of `receiver`, a part of `root`.
    pub fn field<'a>(&self, root: &Value, receiver: &Datum<'a>, name: &str) -> Result<Datum<'a>, String> {
        let Some(value) = receiver.get() else {
            let strict = self.view == View::Raw;
            return if strict { Err(format!("nil data; no entry for key \"{name}\"")) } else { Ok(Datum::Nothing) };
        };
        let Some(object) = value.as_object() else {
            let what = if value.is_null() { "nil pointer evaluating" } else { "can't evaluate field" };
            let kind = self.type_name(root, value);
            return Err(if value.is_null() {
                format!("{what} {kind}.{name}")
            } else {
                format!("{what} {name} in type {kind}")
            });
        };
        if self.is_map(root, value) {
            return match (object.contains_key(name), self.view) {
                (false, View::Raw) => Err(format!("map has no entry for key \"{name}\"")),
                _ => Ok(receiver.child(|value| value.get(name))),
            };
        }
        let key = object.keys().find(|key| self.go_name(key) == name);
        if let Some(key) = key {
            return Ok(receiver.child(|value| value.get(key)));
        }
        Err(format!("can't evaluate field {name} in type {}", self.type_name(root, value)))
    }

    /// `data` with the fields that its JSON leaves out, for a template may ask for them.
    pub fn whole(&self, data: &Value) -> Value {
        let mut whole = data.clone();
        for (at, key, empty) in self.omitted {
            complete(&mut whole, at, key, empty);
        }
        whole
    }

    /// `value`, a part of `root`, without them again.
    pub fn without_omitted(&self, root: &Value, value: &Value) -> Value {
        match value {
            Value::Object(object) => {
                let left_out = |key: &str, child: &Value| {
                    let named = |(at, known, _): &&(&str, &str, &str)| *known == key && is_at(root, at, value);
                    is_empty(child) && self.omitted.iter().any(|omitted| named(&omitted))
                };
                let kept = object.iter().filter(|(key, child)| !left_out(key, child));
                Value::Object(kept.map(|(key, child)| (key.clone(), self.without_omitted(root, child))).collect())
            }
            Value::Array(values) => values.iter().map(|value| self.without_omitted(root, value)).collect(),
            value => value.clone(),
        }
    }

    /// Whether `value`, a part of `root`, is a map and not a structure.
    pub fn is_map(&self, root: &Value, value: &Value) -> bool {
        match self.view {
            View::Raw | View::Headers => true,
            View::Document | View::Remote | View::Row => self.maps.iter().any(|at| is_at(root, at, value)),
        }
    }

    /// Go's name of the type of a value.
    pub fn type_name(&self, root: &Value, value: &Value) -> &'static str {
        if self.view == View::Raw {
            return "interface {}";
        }
        if let Some((_, name)) = self.types.iter().find(|(at, _)| is_at(root, at, value)) {
            return name;
        }
        match value {
            Value::Null => "interface {}",
            Value::Bool(_) => "bool",
            Value::Number(number) if number.is_f64() => "float64",
            Value::Number(_) => "int",
            Value::String(_) => "string",
            Value::Array(values) if values.iter().all(Value::is_string) => "[]string",
            Value::Array(_) => "[]interface {}",
            Value::Object(_) if self.is_map(root, value) => "map[string]string",
            Value::Object(_) => "struct {}",
        }
    }

    /// The name of the field that JSON calls `key`.
    fn go_name(&self, key: &str) -> String {
        if !matches!(self.view, View::Document | View::Remote) {
            return key.to_owned();
        }
        if let Some((_, name)) = GO_NAMES.iter().find(|(known, _)| *known == key) {
            return (*name).to_owned();
        }
        let mut letters = key.chars();
        letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
    }
}

/// What Go leaves out by `omitempty`.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(value) => !value,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.is_empty(),
        Value::Object(object) => object.is_empty(),
    }
}

/// Whether `value` is the part of `root` at this place: keys behind slashes, `*`
/// for any, and at the end `**` for everything from there on.
fn is_at(root: &Value, at: &str, value: &Value) -> bool {
    let Some(rest) = at.strip_prefix('/') else { return ptr::eq(root, value) };
    let end = rest.find('/').unwrap_or(rest.len());
    match &rest[..end] {
        "**" => holds(root, value),
        "*" => children(root).any(|child| is_at(child, &rest[end..], value)),
        key => child(root, key).is_some_and(|child| is_at(child, &rest[end..], value)),
    }
}

fn holds(root: &Value, value: &Value) -> bool {
    ptr::eq(root, value) || children(root).any(|child| holds(child, value))
}

fn child<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    match value {
        Value::Array(values) => values.get(key.parse::<usize>().ok()?),
        value => value.get(key),
    }
}

/// Gives the structures at this place the field `key`, if they lack it.
fn complete(value: &mut Value, at: &str, key: &str, empty: &str) {
    let Some(rest) = at.strip_prefix('/') else {
        if let Value::Object(object) = value {
            object.entry(key).or_insert_with(|| serde_json::from_slice(empty.as_bytes()).unwrap_or_default());
        }
        return;
    };
    let end = rest.find('/').unwrap_or(rest.len());
    let (name, rest) = rest.split_at(end);
    let fits = |known: &str| name == "*" || name == known;
    match value {
        Value::Object(object) => {
            let below = object.iter_mut().filter(|(known, _)| fits(known));
            below.for_each(|(_, child)| complete(child, rest, key, empty));
        }
        Value::Array(values) => {
            let below = values.iter_mut().enumerate().filter(|(index, _)| fits(&index.to_string()));
            below.for_each(|(_, child)| complete(child, rest, key, empty));
        }
        _ => {}
    }
}

fn children(value: &Value) -> impl Iterator<Item = &Value> {
    let object = value.as_object().into_iter().flat_map(|object| object.values());
    object.chain(value.as_array().into_iter().flatten())
}
