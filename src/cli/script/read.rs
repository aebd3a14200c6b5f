//! A line cut into its steps.

use std::str::Chars;

use super::{Output, Piece, Redirect, Script, ScriptError, Step, When, Word};
use crate::limits;
use crate::text::Stream;

/// What begins a command that is left to a whole shell.
const RESERVED: [&str; 8] = ["!", "case", "for", "function", "if", "until", "while", "{"];

/// What ends a word.
const ENDS: &str = "|&;()<>";

const OUT: &[Stream] = &[Stream::Stdout];
const ERR: &[Stream] = &[Stream::Stderr];

/// How redirections are typed, the streams that go elsewhere, and what they do.
const REDIRECTS: [(&str, &[Stream], &str); 12] = [
    ("&>>", &[Stream::Stdout, Stream::Stderr], ">>"),
    ("&>", &[Stream::Stdout, Stream::Stderr], ">"),
    ("2>>", ERR, ">>"),
    ("2>&", ERR, ">&"),
    ("2>", ERR, ">"),
    ("1>>", OUT, ">>"),
    ("1>&", OUT, ">&"),
    ("1>", OUT, ">"),
    (">>", OUT, ">>"),
    (">&", OUT, ">&"),
    (">", OUT, ">"),
    ("<", &[], "<"),
];

/// What stands between commands.
const OPERATORS: [&str; 7] = ["&&", "||", ";", "|", "&", "(", ")"];

/// Reads `line`.
pub fn read(line: &str) -> Result<Script, ScriptError> {
    if line.len() > limits::LINE_BYTES {
        return Err(ScriptError::TooLong);
    }
    let mut reader = Reader { rest: line.chars(), script: Script::default(), group: 0, when: When::Always, depth: 0 };
    reader.list()?;
    Ok(reader.script)
}

/// The words of the first command of `line`, without what would be put into them.
pub fn split(line: &str) -> Result<Vec<String>, ScriptError> {
    let plain = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Pattern(c) => c.to_string(),
        Piece::Variable { .. } | Piece::Slot { .. } => String::new(),
    };
    let script = read(line)?;
    Ok(script
        .steps
        .first()
        .map(|step| step.words.iter().map(|word| word.iter().map(plain).collect()).collect())
        .unwrap_or_default())
}

/// Where in `line` the last of its commands begins, though it may not be whole yet.
pub fn begin_of_last(line: &str) -> usize {
    let (mut begin, mut quote) = (0, None);
    let mut rest = line.char_indices();
    while let Some((at, c)) = rest.next() {
        match (quote, c) {
            (None | Some('"'), '\\') => drop(rest.next()),
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            (None, '|' | '&' | ';' | '(') => begin = at + 1,
            _ => {}
        }
    }
    begin
}

struct Reader<'t> {
    rest: Chars<'t>,
    script: Script,
    /// Of the pipeline that is read.
    group: usize,
    when: When,
    /// How many `$(` are open.
    depth: usize,
}

/// The smallest thing that has a meaning.
enum Token {
    Word(Word),
    /// An operator, or nothing at the end.
    Operator(&'static str),
    /// A redirection of these streams.
    Redirect(&'static [Stream], &'static str),
}

/// A command as it is read.
#[derive(Default)]
struct Command {
    words: Vec<Word>,
    redirects: Vec<Redirect>,
}

impl Reader<'_> {
    /// Pipelines with `&&`, `||` and `;` between them.
    fn list(&mut self) -> Result<(), ScriptError> {
        loop {
            let (found, end) = self.pipeline(Output::Terminal)?;
            match (found, end) {
                (true, "") => return Ok(()),
                (false, "") if self.when == When::Always => return Ok(()),
                (false, end) => return Err(unexpected(end)),
                _ => {}
            }
            self.when = match end {
                ";" => When::Always,
                "&&" => When::Succeeded,
                "||" => When::Failed,
                "&" => return Err(unsupported(end)),
                end => return Err(unexpected(end)),
            };
            self.group += 1;
        }
    }

    /// Commands with `|` between them, and the operator at their end; false if there is none.
    fn pipeline(&mut self, output: Output) -> Result<(bool, &'static str), ScriptError> {
        // What is put into the words of one runs before all of them.
        let mut own: Vec<Step> = Vec::new();
        loop {
            let (Command { words, redirects }, end) = self.command()?;
            if words.is_empty() && redirects.is_empty() {
                return if own.is_empty() { Ok((false, end)) } else { Err(unexpected(end)) };
            }
            let output = if end == "|" { Output::Pipe } else { output };
            let (group, when, piped) = (self.group, self.when, !own.is_empty());
            own.push(Step { group, when, words, redirects, piped, output });
            if end != "|" {
                self.script.steps.append(&mut own);
                return Ok((true, end));
            }
        }
    }

    /// A command, and the operator behind it.
    fn command(&mut self) -> Result<(Command, &'static str), ScriptError> {
        let mut command = Command::default();
        loop {
            match self.token()? {
                Token::Operator(end) => return Ok((command, end)),
                Token::Redirect(streams, operator) => command.redirects.push(self.redirect(streams, operator)?),
                Token::Word(word) => {
                    let reserved = |text: &&String| command.words.is_empty() && RESERVED.contains(&text.as_str());
                    if let [Piece::Text(text)] = &word[..]
                        && let Some(what) = Some(text).filter(reserved)
                    {
                        return Err(unsupported(what));
                    }
                    command.words.push(word);
                }
            }
        }
    }

    fn token(&mut self) -> Result<Token, ScriptError> {
        self.rest = self.rest.as_str().trim_start().chars();
        let text = self.rest.as_str();
        if let Some(refused) = ["<<", "<&", "<>", ">|"].into_iter().find(|operator| text.starts_with(operator)) {
            return Err(unsupported(refused));
        }
        if let Some((typed, streams, operator)) = REDIRECTS.iter().find(|(typed, ..)| text.starts_with(typed)) {
            self.rest = text[typed.len()..].chars();
            return Ok(Token::Redirect(streams, operator));
        }
        if let Some(operator) = OPERATORS.into_iter().find(|operator| text.starts_with(operator)) {
            self.rest = text[operator.len()..].chars();
            return Ok(Token::Operator(operator));
        }
        if text.is_empty() || text.starts_with('#') {
            self.rest = "".chars();
            return Ok(Token::Operator(""));
        }
        self.word().map(Token::Word)
    }

    fn redirect(&mut self, streams: &'static [Stream], operator: &str) -> Result<Redirect, ScriptError> {
        let target = match self.token()? {
            Token::Word(target) => target,
            Token::Operator("") => return Err(ScriptError::Unexpected { found: "newline".to_owned() }),
            Token::Operator(found) | Token::Redirect(_, found) => return Err(unexpected(found)),
        };
        match (operator, &target[..]) {
            ("<", _) => Ok(Redirect::Input(target)),
            (">&", [Piece::Text(like)]) if like == "1" || like == "2" => {
                let like = if like == "2" { Stream::Stderr } else { Stream::Stdout };
                Ok(Redirect::Same { stream: streams[0], like })
            }
            (">&", _) => Err(unsupported(operator)),
            _ => Ok(Redirect::File { streams, target, append: operator == ">>" }),
        }
    }

    fn word(&mut self) -> Result<Word, ScriptError> {
        let mut word = Word::new();
        while let Some(c) = self.rest.clone().next() {
            if c.is_whitespace() || ENDS.contains(c) {
                break;
            }
            self.rest.next();
            match c {
                '\'' => text_of(&mut word).push_str(&self.quoted()?),
                '"' => self.double_quoted(&mut word)?,
                '\\' => text_of(&mut word).extend(self.rest.next()),
                '$' => self.dollar(&mut word, false)?,
                '`' => return Err(unsupported("`…`")),
                '*' | '?' | '[' => word.push(Piece::Pattern(c)),
                c => text_of(&mut word).push(c),
            }
        }
        Ok(word)
    }

    fn quoted(&mut self) -> Result<String, ScriptError> {
        let (text, rest) = self.rest.as_str().split_once('\'').ok_or(ScriptError::Quote)?;
        self.rest = rest.chars();
        Ok(text.to_owned())
    }

    /// Inside double quotes a backslash only escapes what would be special.
    fn double_quoted(&mut self, word: &mut Word) -> Result<(), ScriptError> {
        text_of(word);
        loop {
            match self.rest.next().ok_or(ScriptError::Quote)? {
                '"' => return Ok(()),
                '\\' => match self.rest.next().ok_or(ScriptError::Quote)? {
                    c @ ('"' | '\\' | '$' | '`') => text_of(word).push(c),
                    c => text_of(word).extend(['\\', c]),
                },
                '$' => self.dollar(word, true)?,
                '`' => return Err(unsupported("`…`")),
                c => text_of(word).push(c),
            }
        }
    }

    /// What is behind a `$`: a variable, `$(…)`, or nothing special.
    fn dollar(&mut self, word: &mut Word, quoted: bool) -> Result<(), ScriptError> {
        let text = self.rest.as_str();
        let name = |text: &str| text.find(|c: char| c != '_' && !c.is_ascii_alphanumeric()).unwrap_or(text.len());
        let (name, length) = match text.chars().next() {
            Some('?') => ("?", 1),
            Some('(') => return self.substitution(word, quoted),
            Some('{') => {
                let inside = text.find('}').map(|end| &text[1..end]).ok_or(ScriptError::Substitution)?;
                if inside.is_empty() || inside != "?" && name(inside) < inside.len() {
                    return Err(unsupported(&format!("${{{inside}}}")));
                }
                (inside, inside.len() + 2)
            }
            _ => (&text[..name(text)], name(text)),
        };
        self.rest = text[length..].chars();
        if name.is_empty() {
            text_of(word).push('$');
        } else {
            word.push(Piece::Variable { name: name.to_owned(), quoted });
        }
        Ok(())
    }

    /// `$(COMMAND)`: the command becomes steps before this one.
    fn substitution(&mut self, word: &mut Word, quoted: bool) -> Result<(), ScriptError> {
        if self.rest.as_str().starts_with("((") {
            return Err(unsupported("$((…))"));
        }
        if self.depth >= limits::SUBSTITUTION_DEPTH {
            return Err(unsupported("$("));
        }
        self.rest.next();
        self.depth += 1;
        let slot = self.script.slots;
        self.script.slots += 1;
        match self.pipeline(Output::Slot(slot))? {
            (_, ")") => {}
            (_, "") => return Err(unexpected("")),
            (_, end) => return Err(unsupported(&format!("{end} in $(…)"))),
        }
        self.depth -= 1;
        word.push(Piece::Slot { slot, quoted });
        Ok(())
    }
}

/// The text at the end of a word.
fn text_of(word: &mut Word) -> &mut String {
    if !matches!(word.last(), Some(Piece::Text(_))) {
        word.push(Piece::Text(String::new()));
    }
    let Some(Piece::Text(text)) = word.last_mut() else { unreachable!("it was just put there") };
    text
}

/// An operator that stands where it cannot; a parenthesis could, in a whole shell.
fn unexpected(operator: &str) -> ScriptError {
    if operator == "(" {
        return unsupported(operator);
    }
    let found = if operator.is_empty() { "end of file".to_owned() } else { format!("\"{operator}\"") };
    ScriptError::Unexpected { found }
}

fn unsupported(what: &str) -> ScriptError {
    ScriptError::Unsupported { what: what.to_owned() }
}
