//! A value while a template is filled: a part of what it is filled with, or
//! made by a function.

use std::rc::Rc;

use serde_json::Value;

/// One value; cheap to clone.
#[derive(Debug, Clone)]
pub enum Datum<'a> {
    /// A map's missing key: prints as `<no value>`.
    Nothing,
    /// A part of the data.
    Here(&'a Value),
    /// Made by a function.
    Made(Rc<Value>),
}

impl Datum<'_> {
    /// A new value.
    pub fn made(value: impl Into<Value>) -> Self {
        Self::Made(Rc::new(value.into()))
    }

    /// The value, if there is one.
    pub fn get(&self) -> Option<&Value> {
        match self {
            Self::Nothing => None,
            Self::Here(value) => Some(value),
            Self::Made(value) => Some(value),
        }
    }

    /// A part of it.
    pub fn child(&self, part: impl Fn(&Value) -> Option<&Value>) -> Self {
        match self {
            Self::Nothing => Self::Nothing,
            Self::Here(value) => part(value).map_or(Self::Nothing, Self::Here),
            Self::Made(value) => part(value).map_or(Self::Nothing, |part| Self::made(part.clone())),
        }
    }
}

/// Whether `if` takes it: not empty, not zero, not missing.
pub fn is_true(datum: &Datum<'_>, is_map: bool) -> bool {
    match datum.get() {
        None | Some(Value::Null) => false,
        Some(Value::Bool(value)) => *value,
        Some(Value::Number(number)) => number.as_f64() != Some(0.0),
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(values)) => !values.is_empty(),
        Some(Value::Object(object)) => !is_map || !object.is_empty(),
    }
}
