//! Calls within a template: arguments, what functions take, and where errors point.

use serde_json::Value;

use super::datum::Datum;
use super::execute::{Filled, Place, Run};
use super::functions::{Call, Function, Kind, miscounted};
use super::node::{Command, Operand, OperandKind};
use super::shape::View;

/// Marks the error of a function, which Go tells apart from that of its call.
const CALLING: &str = "\u{0}";

impl<'t, 'a> Run<'t, 'a> {
    /// `.Label` of a row is the one field with an argument.
    pub fn is_method(&self, dot: &Datum<'a>, names: &[String]) -> bool {
        let row = matches!(self.shape.view, View::Row | View::Headers);
        row && names.len() == 1 && names[0] == "Label" && dot.get().is_some_and(Value::is_object)
    }

    /// The label of that name, or above the columns the last part of its name.
    pub fn method(
        &mut self,
        dot: &Datum<'a>,
        place: &'t Operand,
        names: &[String],
        arguments: &'t [Operand],
        last: Option<Datum<'a>>,
    ) -> Filled<Datum<'a>> {
        let given: Filled<Vec<Datum<'a>>> = arguments.iter().map(|argument| self.operand(dot, argument)).collect();
        let given: Vec<Datum<'a>> = given?.into_iter().chain(last).collect();
        self.place = Place::Operand(place);
        let [name] = &given[..] else { return Err(miscounted(&names[0], 1, false, given.len())) };
        let name = name.get().and_then(Value::as_str).ok_or("wrong type for value; expected string")?;
        if self.shape.view == View::Headers {
            let shown = name.rsplit('.').next().unwrap_or(name).replace(['-', '_'], " ");
            return Ok(Datum::made(shown));
        }
        let label = dot.get().and_then(|row| row.get("labels")?.get(name)?.as_str().map(str::to_owned));
        Ok(Datum::made(label.unwrap_or_default()))
    }

    /// Calls the function at the head of `command`.
    pub fn call(
        &mut self,
        dot: &Datum<'a>,
        name: &'t str,
        function: &'t Operand,
        command: &'t Command,
        last: Option<Datum<'a>>,
    ) -> Filled<Datum<'a>> {
        self.place = Place::Operand(function);
        let called = self.in_place_or_function(dot, name, &command.operands[1..], last, function);
        called.map_err(|reason| match reason.strip_prefix(CALLING) {
            Some(reason) => {
                self.place = Place::Command(command);
                format!("error calling {name}: {reason}")
            }
            None => reason,
        })
    }

    /// Calls a function; its own errors begin with [`CALLING`].
    pub fn in_place_or_function(
        &mut self,
        dot: &Datum<'a>,
        name: &'t str,
        arguments: &'t [Operand],
        last: Option<Datum<'a>>,
        place: &'t Operand,
    ) -> Filled<Datum<'a>> {
        let given = arguments.len() + usize::from(last.is_some());
        if matches!(name, "and" | "or") {
            return self.and_or(dot, name, arguments, last);
        }
        let function = Function::named(name);
        let wrong = match (name, function) {
            (_, Some(function)) => function.miscounted(given),
            ("index", None) => (given == 0).then(|| miscounted(name, 1, true, given)),
            _ => (given != 1).then(|| miscounted(name, 1, false, given)),
        };
        if let Some(wrong) = wrong {
            return Err(wrong);
        }
        let mut values = Vec::with_capacity(given);
        for (at, argument) in arguments.iter().enumerate() {
            let kind = function.map_or(Kind::Any, |function| function.kind(at));
            values.push(self.argument(dot, argument, kind)?);
        }
        if let Some(last) = last {
            let kind = function.map_or(Kind::Any, |function| function.kind(values.len()));
            self.place = Place::Operand(place);
            self.fits(&last, kind)?;
            values.push(last);
        }
        self.place = Place::Operand(place);
        let made = match function {
            Some(function) => self.run(function, &values),
            None => self.in_place(name, &values),
        };
        made.map_err(|reason| format!("{CALLING}{reason}"))
    }

    /// The first that decides, or the last; the others are not looked at.
    fn and_or(
        &mut self,
        dot: &Datum<'a>,
        name: &str,
        arguments: &'t [Operand],
        last: Option<Datum<'a>>,
    ) -> Filled<Datum<'a>> {
        if arguments.is_empty() && last.is_none() {
            return Err(miscounted(name, 1, true, 0));
        }
        let mut value = Datum::Nothing;
        for argument in arguments {
            value = self.operand_of_call(dot, argument)?;
            if self.is_true(&value) == (name == "or") {
                return Ok(value);
            }
        }
        Ok(last.unwrap_or(value))
    }

    /// An argument, checked against what the function takes.
    fn argument(&mut self, dot: &Datum<'a>, operand: &'t Operand, kind: Kind) -> Filled<Datum<'a>> {
        if let OperandKind::Literal { value, written } = &operand.kind {
            self.place = Place::Operand(operand);
            match kind {
                Kind::Text if !value.is_string() => return Err(format!("expected string; found {written}")),
                Kind::Whole if !value.is_i64() => return Err(format!("expected integer; found {written}")),
                _ => {}
            }
        }
        let value = self.operand_of_call(dot, operand)?;
        self.place = Place::Operand(operand);
        self.fits(&value, kind)?;
        Ok(value)
    }

    fn operand_of_call(&mut self, dot: &Datum<'a>, operand: &'t Operand) -> Filled<Datum<'a>> {
        let method = match &operand.kind {
            OperandKind::Field(names) if self.is_method(dot, names) => Some(names),
            _ => None,
        };
        match method {
            Some(names) => self.method(dot, operand, names, &[], None),
            None => self.operand(dot, operand),
        }
    }

    fn fits(&self, value: &Datum<'a>, kind: Kind) -> Filled<()> {
        let value = value.get().unwrap_or(&Value::Null);
        let (fits, wanted) = match kind {
            Kind::Any => (true, ""),
            Kind::Text => (value.is_string() || self.shape.view == View::Headers, "string"),
            Kind::Whole => (value.as_i64().is_some(), "int"),
        };
        if fits {
            return Ok(());
        }
        if value.is_null() {
            return Err(format!("invalid value; expected {wanted}"));
        }
        Err(format!("wrong type for value; expected {wanted}; got {}", self.shape.type_name(self.root, value)))
    }

    fn run(&mut self, function: &Function, values: &[Datum<'a>]) -> Filled<Datum<'a>> {
        if function.keeps_headers && self.shape.view == View::Headers {
            return Ok(values[0].clone());
        }
        let arguments: Vec<&Value> = values.iter().map(|value| value.get().unwrap_or(&Value::Null)).collect();
        let is_map = |value: &Value| self.shape.is_map(self.root, value);
        let made = (function.run)(&Call { arguments: &arguments, is_map: &is_map })?;
        self.spend(weight(&made))?;
        Ok(Datum::made(made))
    }
}

/// About how many bytes a made value takes.
fn weight(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(values) => values.iter().map(weight).sum::<usize>() + values.len(),
        _ => 1,
    }
}
