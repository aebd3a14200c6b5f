//! Filling a template: Go's `text/template/exec`, with a bound on the work.

use serde_json::Value;

use super::Template;
use super::datum::{Datum, is_true};
use super::node::{Branch, Command, Node, Operand, OperandKind, Pipe};
use super::print::{print, sorted};
use super::shape::Shape;
use crate::limits;

/// What went wrong, and at which part of the template.
pub struct Fault {
    /// Where, in bytes.
    pub position: usize,
    /// The part, as Go shows it.
    pub place: String,
    /// What.
    pub reason: String,
}

/// Fills `template` with `data` at the end of `out`.
pub fn execute(template: &Template, data: &Value, shape: &Shape, out: &mut String) -> Result<(), Fault> {
    let variables = vec![("$", Datum::Here(data))];
    let mut run = Run { root: data, shape, out, variables, place: Place::Nowhere, work: 0 };
    let filled = run.walk(&Datum::Here(data), &template.nodes);
    let (position, place) = run.place.shown();
    filled.map(drop).map_err(|reason| Fault { position, place, reason })
}

/// A value, or what is wrong.
pub type Filled<T> = Result<T, String>;

/// A template while it is filled.
pub struct Run<'t, 'a> {
    /// All the data.
    pub root: &'a Value,
    /// What is known of it.
    pub shape: &'a Shape,
    out: &'a mut String,
    variables: Vec<(&'t str, Datum<'a>)>,
    /// Where an error would be.
    pub place: Place<'t>,
    work: usize,
}

/// The part that is being looked at.
#[derive(Clone, Copy)]
pub enum Place<'t> {
    /// None yet.
    Nowhere,
    /// A pipeline.
    Pipe(&'t Pipe),
    /// A call.
    Command(&'t Command),
    /// A value or a function's name.
    Operand(&'t Operand),
}

/// How a list of nodes was left.
#[derive(PartialEq, Eq)]
enum Left {
    AtItsEnd,
    ByBreak,
    ByContinue,
}

impl<'t, 'a> Run<'t, 'a> {
    fn walk(&mut self, dot: &Datum<'a>, nodes: &'t [Node]) -> Filled<Left> {
        for node in nodes {
            self.spend(1)?;
            let left = match node {
                Node::Text(text) => {
                    self.out.push_str(text);
                    self.spend(text.len())?;
                    Left::AtItsEnd
                }
                Node::Action(pipe) => {
                    let value = self.pipe(dot, pipe)?;
                    if pipe.variables.is_empty() {
                        self.print(&value)?;
                    }
                    Left::AtItsEnd
                }
                Node::If(branch) => self.branch(dot, branch, false)?,
                Node::With(branch) => self.branch(dot, branch, true)?,
                Node::Range(branch) => self.range(dot, branch)?,
                Node::Break => Left::ByBreak,
                Node::Continue => Left::ByContinue,
            };
            if left != Left::AtItsEnd {
                return Ok(left);
            }
        }
        Ok(Left::AtItsEnd)
    }

    fn branch(&mut self, dot: &Datum<'a>, branch: &'t Branch, moves_dot: bool) -> Filled<Left> {
        let known = self.variables.len();
        let value = self.pipe(dot, &branch.pipe)?;
        let left = if self.is_true(&value) {
            self.walk(if moves_dot { &value } else { dot }, &branch.then)?
        } else {
            self.walk(dot, &branch.otherwise)?
        };
        self.variables.truncate(known);
        Ok(left)
    }

    fn range(&mut self, dot: &Datum<'a>, branch: &'t Branch) -> Filled<Left> {
        let known = self.variables.len();
        let value = self.value(dot, &branch.pipe)?;
        let elements = self.elements(&value)?;
        if elements.is_empty() {
            return self.walk(dot, &branch.otherwise);
        }
        let counts = value.get().is_some_and(Value::is_number);
        for (key, element) in elements {
            self.spend(1)?;
            match &branch.pipe.variables[..] {
                [index, name] => {
                    self.set(index, key, branch.pipe.assigns);
                    self.set(name, element.clone(), branch.pipe.assigns);
                }
                [name] => self.set(name, if counts { key } else { element.clone() }, branch.pipe.assigns),
                _ => {}
            }
            let left = self.walk(&element, &branch.then)?;
            self.variables.truncate(known);
            if left == Left::ByBreak {
                break;
            }
        }
        Ok(Left::AtItsEnd)
    }

    /// Keys and values, in the order Go walks them.
    fn elements(&mut self, datum: &Datum<'a>) -> Filled<Vec<(Datum<'a>, Datum<'a>)>> {
        let Some(value) = datum.get() else { return Ok(Vec::new()) };
        let indexed = |at: usize| (Datum::made(at), datum.child(|value| value.get(at)));
        Ok(match value {
            Value::Null => Vec::new(),
            Value::Array(values) => (0..values.len()).map(indexed).collect(),
            Value::Object(object) if self.shape.is_map(self.root, value) => {
                let entry = |key: &String| (Datum::made(key.as_str()), datum.child(|value| value.get(key)));
                sorted(object).into_iter().map(|(key, _)| entry(key)).collect()
            }
            Value::Number(number) if number.as_i64().is_some() => {
                let count = number.as_u64().and_then(|count| usize::try_from(count).ok()).unwrap_or(0);
                self.spend(count)?;
                (0..count).map(|at| (Datum::made(at), Datum::made(at))).collect()
            }
            value => {
                let mut shown = String::new();
                print(value, &|value| self.shape.is_map(self.root, value), &mut shown);
                return Err(format!("range can't iterate over {shown}"));
            }
        })
    }

    /// A pipeline's value, and its variables set to it.
    fn pipe(&mut self, dot: &Datum<'a>, pipe: &'t Pipe) -> Filled<Datum<'a>> {
        let value = self.value(dot, pipe)?;
        for name in &pipe.variables {
            self.set(name, value.clone(), pipe.assigns);
        }
        Ok(value)
    }

    fn value(&mut self, dot: &Datum<'a>, pipe: &'t Pipe) -> Filled<Datum<'a>> {
        self.place = Place::Pipe(pipe);
        let mut last = None;
        for command in &pipe.commands {
            last = Some(self.command(dot, command, last)?);
        }
        Ok(last.unwrap_or(Datum::Nothing))
    }

    /// `last` is the value of the command before, if there is one.
    fn command(&mut self, dot: &Datum<'a>, command: &'t Command, last: Option<Datum<'a>>) -> Filled<Datum<'a>> {
        let (first, arguments) = command.operands.split_first().ok_or("empty command")?;
        match &first.kind {
            OperandKind::Function(name) => return self.call(dot, name, first, command, last),
            OperandKind::Field(names) if self.is_method(dot, names) => {
                return self.method(dot, first, names, arguments, last);
            }
            OperandKind::Nil => {
                self.place = Place::Operand(first);
                return Err("nil is not a command".to_owned());
            }
            _ => {}
        }
        if !arguments.is_empty() || last.is_some() {
            self.place = Place::Operand(first);
            return Err(match &first.kind {
                OperandKind::Field(names) | OperandKind::Chain(_, names) => {
                    format!("{} has arguments but cannot be invoked as function", names.last().map_or("", |name| name))
                }
                _ => format!("can't give argument to non-function {first}"),
            });
        }
        self.operand(dot, first)
    }

    /// An operand's value.
    pub fn operand(&mut self, dot: &Datum<'a>, operand: &'t Operand) -> Filled<Datum<'a>> {
        self.place = Place::Operand(operand);
        match &operand.kind {
            OperandKind::Dot => Ok(dot.clone()),
            OperandKind::Nil => Ok(Datum::made(Value::Null)),
            OperandKind::Literal { value, .. } => Ok(Datum::made(value.clone())),
            OperandKind::Field(names) => self.fields(dot.clone(), names),
            OperandKind::Variable(name, names) => {
                let found = self.variables.iter().rev().find(|(known, _)| known == name);
                let value = found.map(|(_, value)| value.clone());
                self.fields(value.ok_or_else(|| format!("undefined variable: {name}"))?, names)
            }
            OperandKind::Function(name) => {
                let place = self.place;
                let value = self.in_place_or_function(dot, name, &[], None, operand)?;
                self.place = place;
                Ok(value)
            }
            OperandKind::Pipe(pipe) => self.value(dot, pipe),
            OperandKind::Chain(inner, names) => {
                let value = self.operand(dot, inner)?;
                self.place = Place::Operand(operand);
                self.fields(value, names)
            }
        }
    }

    fn fields(&self, value: Datum<'a>, names: &[String]) -> Filled<Datum<'a>> {
        names.iter().try_fold(value, |value, name| self.shape.field(self.root, &value, name))
    }

    fn set(&mut self, name: &'t str, value: Datum<'a>, assigns: bool) {
        let known = self.variables.iter_mut().rev().find(|(known, _)| assigns && *known == name);
        match known {
            Some((_, slot)) => *slot = value,
            None => self.variables.push((name, value)),
        }
    }

    /// Whether `if` takes it.
    pub fn is_true(&self, datum: &Datum<'a>) -> bool {
        is_true(datum, datum.get().is_some_and(|value| self.shape.is_map(self.root, value)))
    }

    fn print(&mut self, datum: &Datum<'a>) -> Filled<()> {
        let before = self.out.len();
        match datum.get() {
            None => self.out.push_str("<no value>"),
            Some(value) => print(value, &|value| self.shape.is_map(self.root, value), self.out),
        }
        self.spend(self.out.len() - before)
    }

    /// Counts steps and bytes; a template that doubles its text must end.
    pub fn spend(&mut self, work: usize) -> Filled<()> {
        self.work += work;
        if self.work > limits::TEMPLATE_WORK {
            return Err(format!("more than {} steps", limits::TEMPLATE_WORK));
        }
        Ok(())
    }
}

impl Place<'_> {
    fn shown(self) -> (usize, String) {
        match self {
            Self::Nowhere => (0, String::new()),
            Self::Pipe(pipe) => (pipe.position, pipe.to_string()),
            Self::Command(command) => (command.position, command.to_string()),
            Self::Operand(operand) => (operand.position, operand.to_string()),
        }
    }
}
