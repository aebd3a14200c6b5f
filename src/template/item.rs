//! The functions that look at values where they are: `not`, `len`, `index`, `json`.

use serde_json::Value;

use super::datum::Datum;
use super::execute::{Filled, Run};
use super::print::to_json;
use super::shape::View;

impl<'a> Run<'_, 'a> {
    /// `not`, `len`, `index` or `json`.
    pub fn in_place(&mut self, name: &str, values: &[Datum<'a>]) -> Filled<Datum<'a>> {
        let first = &values[0];
        match name {
            "not" => Ok(Datum::made(!self.is_true(first))),
            "len" => self.length(first).map(Datum::made),
            "index" => values[1..].iter().try_fold(first.clone(), |item, key| self.index(&item, key)),
            _ if self.shape.view == View::Headers => Ok(first.clone()),
            _ => {
                let json = to_json(self.root, first.get().unwrap_or(&Value::Null), self.shape);
                self.spend(json.len())?;
                Ok(Datum::made(json))
            }
        }
    }

    fn length(&self, datum: &Datum<'a>) -> Filled<usize> {
        match datum.get() {
            Some(Value::String(text)) => Ok(text.len()),
            Some(Value::Array(values)) => Ok(values.len()),
            Some(value @ Value::Object(object)) if self.shape.is_map(self.root, value) => Ok(object.len()),
            Some(value) if !value.is_null() => Err(format!("len of type {}", self.shape.type_name(self.root, value))),
            _ => Err("len of nil pointer".to_owned()),
        }
    }

    /// The element of a list, the byte of a text, or the value of a map.
    fn index(&self, item: &Datum<'a>, key: &Datum<'a>) -> Filled<Datum<'a>> {
        let Some(value) = item.get().filter(|value| !value.is_null()) else {
            return Err("index of untyped nil".to_owned());
        };
        let kind = self.shape.type_name(self.root, value);
        let key = key.get().unwrap_or(&Value::Null);
        let whole = || {
            let at = key.as_i64().ok_or_else(|| {
                format!("cannot index slice/array with type {}", self.shape.type_name(self.root, key))
            })?;
            usize::try_from(at).map_err(|_| format!("index out of range: {at}"))
        };
        let found = match value {
            Value::Array(values) => whole()?.lt(&values.len()).then(|| item.child(|value| value.get(whole().ok()?))),
            Value::String(text) => text.as_bytes().get(whole()?).map(|byte| Datum::made(*byte)),
            Value::Object(object) if self.shape.is_map(self.root, value) => {
                let key = key.as_str().ok_or("value has type int; should be string")?;
                let texts = self.shape.view != View::Raw && object.values().all(Value::is_string);
                let missing = if texts { Datum::made("") } else { Datum::Nothing };
                let there = object.contains_key(key).then(|| item.child(|value| value.get(key)));
                return Ok(there.unwrap_or(missing));
            }
            _ => return Err(format!("can't index item of type {kind}")),
        };
        found.ok_or_else(|| format!("index out of range: {key}"))
    }
}
