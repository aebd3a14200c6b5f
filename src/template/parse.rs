//! Tokens to nodes, with the errors of Go's `text/template/parse`.

use serde_json::Value;

use super::TemplateError;
use super::functions::{is_function, is_unsupported};
use super::lex::{Kind, Token};
use super::node::{Branch, Command, Node, Operand, OperandKind, Pipe};
use super::number::number;
use crate::limits;
use crate::text::{quoted, unquoted};

/// Reads the whole template; `name` is what errors call it.
pub fn parse(name: &str, tokens: &[Token]) -> Result<Vec<Node>, TemplateError> {
    let mut parser = Parser { tokens, at: 0, variables: vec!["$".to_owned()], depth: 0, ranges: 0, action_line: 0 };
    parser.whole().map_err(|reason| {
        let line = tokens[parser.at.clamp(1, tokens.len()) - 1].line;
        TemplateError::Parse { name: name.to_owned(), line, reason }
    })
}

type Parsed<T> = Result<T, String>;

struct Parser<'t> {
    tokens: &'t [Token],
    at: usize,
    variables: Vec<String>,
    depth: usize,
    ranges: usize,
    action_line: usize,
}

/// What ended a list of nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    End,
    Else,
    /// The template itself.
    Whole,
}

impl Parser<'_> {
    fn whole(&mut self) -> Parsed<Vec<Node>> {
        match self.list()? {
            (nodes, Ended::Whole) => Ok(nodes),
            (_, ended) => Err(format!("unexpected {}", shown(ended))),
        }
    }

    fn list(&mut self) -> Parsed<(Vec<Node>, Ended)> {
        let mut nodes = Vec::new();
        loop {
            let token = self.next_word();
            match token.kind {
                Kind::End => return Ok((nodes, Ended::Whole)),
                Kind::Text => nodes.push(Node::Text(token.text.clone())),
                Kind::Open => {
                    self.action_line = token.line;
                    match self.action()? {
                        Action::Node(node) => nodes.push(node),
                        Action::Ended(ended) => return Ok((nodes, ended)),
                    }
                }
                _ => return Err(self.unexpected(token, "input")),
            }
        }
    }

    fn action(&mut self) -> Parsed<Action> {
        let token = self.peek_word();
        if token.kind != Kind::Keyword || token.text == "nil" {
            return Ok(Action::Node(Node::Action(self.pipe("command", Kind::Close)?)));
        }
        self.next_word();
        Ok(match token.text.as_str() {
            "end" => {
                self.expect_close("end")?;
                Action::Ended(Ended::End)
            }
            "else" => {
                let chained = self.peek_word();
                if !(chained.kind == Kind::Keyword && matches!(chained.text.as_str(), "if" | "with")) {
                    self.expect_close("else")?;
                }
                Action::Ended(Ended::Else)
            }
            "if" => Action::Node(Node::If(self.branch("if")?)),
            "with" => Action::Node(Node::With(self.branch("with")?)),
            "range" => Action::Node(Node::Range(self.branch("range")?)),
            word @ ("break" | "continue") => {
                self.expect_close(&format!("{{{{{word}}}}}"))?;
                if self.ranges == 0 {
                    return Err(format!("{{{{{word}}}}} outside {{{{range}}}}"));
                }
                Action::Node(if word == "break" { Node::Break } else { Node::Continue })
            }
            word => return Err(format!("{{{{{word}}}}} is not supported yet")),
        })
    }

    /// All of `if`, `with` or `range` behind its word.
    fn branch(&mut self, word: &str) -> Parsed<Branch> {
        self.deeper()?;
        let known = self.variables.len();
        let pipe = self.pipe(word, Kind::Close)?;
        self.ranges += usize::from(word == "range");
        let (then, ended) = self.list()?;
        self.ranges -= usize::from(word == "range");
        let otherwise = match ended {
            Ended::End => Vec::new(),
            Ended::Else => self.otherwise(word)?,
            Ended::Whole => return Err("unexpected EOF".to_owned()),
        };
        self.variables.truncate(known);
        self.depth -= 1;
        Ok(Branch { pipe, then, otherwise })
    }

    /// Behind `{{else`; `{{else if}}` is an `if` in the else that shares its end.
    fn otherwise(&mut self, word: &str) -> Parsed<Vec<Node>> {
        let chained = self.peek();
        let same = |token: &Token| token.kind == Kind::Keyword && token.text == word && word != "range";
        let spaced = chained.kind == Kind::Space && self.tokens.get(self.at + 1).is_some_and(same);
        if spaced || same(chained) {
            self.next_word();
            let branch = self.branch(word)?;
            return Ok(vec![if word == "if" { Node::If(branch) } else { Node::With(branch) }]);
        }
        match self.list()? {
            (nodes, Ended::End) => Ok(nodes),
            (_, Ended::Else) => Err("expected end; found {{else}}".to_owned()),
            (_, Ended::Whole) => Err("unexpected EOF".to_owned()),
        }
    }

    fn pipe(&mut self, context: &str, end: Kind) -> Parsed<Pipe> {
        self.deeper()?;
        let position = self.peek_word().position;
        let (variables, assigns) = self.declared(context)?;
        let mut pipe = Pipe { position, variables, assigns, commands: Vec::new() };
        loop {
            let token = self.peek_word();
            if token.kind == end {
                self.next_word();
                check(&pipe, context)?;
                self.depth -= 1;
                return Ok(pipe);
            }
            if !begins_operand(token) {
                self.next_word();
                return Err(self.unexpected(token, context));
            }
            pipe.commands.push(self.command()?);
        }
    }

    /// `$x :=`, `$x =`, and of a range `$i, $x :=`.
    fn declared(&mut self, context: &str) -> Parsed<(Vec<String>, bool)> {
        let mut names = Vec::new();
        loop {
            let variable = self.peek_word();
            let begin = self.at;
            if variable.kind != Kind::Variable {
                return Ok((names, false));
            }
            self.next_word();
            let sign = self.next_word();
            match sign.kind {
                Kind::Assign | Kind::Declare => {
                    names.push(variable.text.clone());
                    let assigns = sign.kind == Kind::Assign;
                    if assigns {
                        self.known(&variable.text)?;
                    }
                    self.variables.extend(names.iter().filter(|_| !assigns).cloned());
                    return Ok((names, assigns));
                }
                Kind::Character if sign.text == "," => {
                    names.push(variable.text.clone());
                    if context != "range" || names.len() > 1 {
                        return Err(format!("too many declarations in {context}"));
                    }
                    if !matches!(self.peek_word().kind, Kind::Variable | Kind::Close | Kind::CloseParenthesis) {
                        return Err("range can only initialize variables".to_owned());
                    }
                }
                _ => {
                    self.at = begin;
                    return Ok((names, false));
                }
            }
        }
    }

    fn command(&mut self) -> Parsed<Command> {
        let mut command = Command { position: self.peek_word().position, operands: Vec::new() };
        loop {
            self.peek_word();
            command.operands.extend(self.operand()?);
            let token = self.next();
            match token.kind {
                Kind::Space => {}
                Kind::Close | Kind::CloseParenthesis => {
                    self.at -= 1;
                    break;
                }
                Kind::Pipe => break,
                _ => return Err(self.unexpected(token, "operand")),
            }
        }
        if command.operands.is_empty() { Err("empty command".to_owned()) } else { Ok(command) }
    }

    /// A term and the fields behind it.
    fn operand(&mut self) -> Parsed<Option<Operand>> {
        let Some(mut operand) = self.term()? else { return Ok(None) };
        if self.peek().kind != Kind::Field {
            return Ok(Some(operand));
        }
        let position = self.peek().position;
        let mut names = Vec::new();
        while self.peek().kind == Kind::Field {
            names.push(self.next().text[1..].to_owned());
        }
        match &mut operand.kind {
            OperandKind::Field(first) | OperandKind::Variable(_, first) => {
                first.extend(names);
                operand.position = position;
            }
            OperandKind::Dot | OperandKind::Nil | OperandKind::Literal { .. } => {
                return Err(format!("unexpected . after term {}", quoted(&operand.to_string())));
            }
            _ => operand = Operand { position, kind: OperandKind::Chain(Box::new(operand), names) },
        }
        Ok(Some(operand))
    }

    fn term(&mut self) -> Parsed<Option<Operand>> {
        let token = self.peek_word();
        let literal = |value| OperandKind::Literal { value, written: token.text.clone() };
        let kind = match token.kind {
            Kind::Dot => OperandKind::Dot,
            Kind::Keyword if token.text == "nil" => OperandKind::Nil,
            Kind::Bool => literal(Value::Bool(token.text == "true")),
            Kind::Number => {
                literal(number(&token.text).ok_or_else(|| format!("illegal number syntax: {}", quoted(&token.text)))?)
            }
            Kind::Quoted => literal(Value::String(unquoted(&token.text).ok_or("invalid syntax")?)),
            Kind::Raw => literal(Value::String(token.text.trim_matches('`').to_owned())),
            Kind::Field => OperandKind::Field(vec![token.text[1..].to_owned()]),
            Kind::Variable => {
                self.known(&token.text)?;
                OperandKind::Variable(token.text.clone(), Vec::new())
            }
            Kind::Function if is_function(&token.text) => OperandKind::Function(token.text.clone()),
            Kind::Function if is_unsupported(&token.text) => {
                return Err(format!("function {} is not supported yet", quoted(&token.text)));
            }
            Kind::Function => {
                self.next_word();
                return Err(format!("function {} not defined", quoted(&token.text)));
            }
            Kind::OpenParenthesis => {
                self.next_word();
                let pipe = self.pipe("parenthesized pipeline", Kind::CloseParenthesis)?;
                return Ok(Some(Operand { position: token.position, kind: OperandKind::Pipe(Box::new(pipe)) }));
            }
            _ => return Ok(None),
        };
        self.next_word();
        Ok(Some(Operand { position: token.position, kind }))
    }

    fn known(&self, variable: &str) -> Parsed<()> {
        let known = self.variables.iter().any(|name| name == variable);
        if known { Ok(()) } else { Err(format!("undefined variable {}", quoted(variable))) }
    }

    fn expect_close(&mut self, context: &str) -> Parsed<()> {
        let token = self.next_word();
        if token.kind == Kind::Close { Ok(()) } else { Err(self.unexpected(token, context)) }
    }

    fn deeper(&mut self) -> Parsed<()> {
        self.depth += 1;
        if self.depth > limits::TEMPLATE_DEPTH {
            return Err(format!("nested deeper than {}", limits::TEMPLATE_DEPTH));
        }
        Ok(())
    }

    fn unexpected(&self, token: &Token, context: &str) -> String {
        if token.kind != Kind::Error {
            return format!("unexpected {} in {context}", named(token));
        }
        if self.action_line == 0 || self.action_line == token.line {
            return token.text.clone();
        }
        let word = if token.text.ends_with(" action") { "" } else { " in action" };
        format!("{}{word} started at :{}", token.text, self.action_line)
    }
}

/// One action, or the end of the list it stands in.
enum Action {
    Node(Node),
    Ended(Ended),
}

impl<'t> Parser<'t> {
    /// The next token, spaces too. The last one, an end or an error, comes again and again.
    fn next(&mut self) -> &'t Token {
        let token = self.peek();
        self.at += 1;
        token
    }

    fn peek(&self) -> &'t Token {
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    /// The next token that is no space.
    fn next_word(&mut self) -> &'t Token {
        self.peek_word();
        self.next()
    }

    fn peek_word(&mut self) -> &'t Token {
        while self.peek().kind == Kind::Space {
            self.at += 1;
        }
        self.peek()
    }
}

/// A pipeline has a command, and all but the first can be given a value.
fn check(pipe: &Pipe, context: &str) -> Parsed<()> {
    if pipe.commands.is_empty() {
        return Err(format!("missing value for {context}"));
    }
    let inert = |command: &Command| {
        matches!(command.operands[0].kind, OperandKind::Dot | OperandKind::Nil | OperandKind::Literal { .. })
    };
    match pipe.commands.iter().skip(1).position(inert) {
        Some(at) => Err(format!("non executable command in pipeline stage {}", at + 2)),
        None => Ok(()),
    }
}

fn begins_operand(token: &Token) -> bool {
    match token.kind {
        Kind::Keyword => token.text == "nil",
        kind => matches!(
            kind,
            Kind::Bool
                | Kind::Dot
                | Kind::Field
                | Kind::Function
                | Kind::Number
                | Kind::Raw
                | Kind::Quoted
                | Kind::Variable
                | Kind::OpenParenthesis
        ),
    }
}

fn shown(ended: Ended) -> &'static str {
    if ended == Ended::Else { "{{else}}" } else { "{{end}}" }
}

/// A token as Go shows it.
fn named(token: &Token) -> String {
    match token.kind {
        Kind::End => "EOF".to_owned(),
        Kind::Keyword | Kind::Dot => format!("<{}>", token.text),
        _ if token.text.len() > 10 => quoted(&token.text.chars().take(10).collect::<String>()) + "...",
        _ => quoted(&token.text),
    }
}
