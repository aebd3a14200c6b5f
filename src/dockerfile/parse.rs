//! Text to [`Dockerfile`], with `BuildKit`'s words for every mistake. What
//! this lab cannot do yet is an error with its line, never skipped.

use super::fault::{InstructionFault, ParseError, SyntaxFault};
use super::lines;
use super::node::{self, Arguments, KEYWORDS, Node};
use super::{Command, CommandLine, Dockerfile, Instruction, Pair, Stage, Transfer};
use crate::limits;

/// The Dockerfile that `text` is.
pub fn parse(text: &str) -> Result<Dockerfile, ParseError> {
    if text.is_empty() {
        return Err(ParseError::Empty);
    }
    if text.len() > limits::DOCKERFILE_BYTES {
        return Err(ParseError::TooLarge { limit: limits::DOCKERFILE_BYTES });
    }
    let lines = lines::split(text)?;
    if let Some(line) = lines.lines.get(limits::INSTRUCTIONS) {
        let fault = SyntaxFault::TooMany { limit: limits::INSTRUCTIONS };
        return Err(ParseError::Syntax { lines: line.lines, fault });
    }
    let escape = lines.escape;
    let empty_continuations = lines.lines.iter().filter(|l| l.empty_continuation).map(|l| l.lines).collect();
    let mut stage: Option<Stage> = None;
    for node in node::nodes(&lines)? {
        let lines = node.lines;
        let at = |fault| ParseError::Instruction { lines, fault };
        match (node.keyword.to_ascii_uppercase().as_str(), &mut stage) {
            ("FROM", None) => stage = Some(from(node).map_err(at)?),
            ("FROM", Some(_)) => return Err(at(unsupported("a second FROM"))),
            (keyword, _) if !KEYWORDS.contains(&keyword) => {
                return Err(at(InstructionFault::Unknown { keyword: node.keyword }));
            }
            ("ARG", None) => return Err(at(unsupported("ARG"))),
            (_, None) => {
                instruction(node).map_err(at)?;
                return Err(ParseError::NoStage { lines });
            }
            (_, Some(stage)) => stage.instructions.push(instruction(node).map_err(at)?),
        }
    }
    let Some(stage) = stage else { return Err(ParseError::Empty) };
    Ok(Dockerfile { escape, check: None, globals: Vec::new(), stages: vec![stage], empty_continuations })
}

fn unsupported(what: impl Into<String>) -> InstructionFault {
    InstructionFault::Unsupported { what: what.into() }
}

fn from(node: Node) -> Result<Stage, InstructionFault> {
    let Arguments::Words(words) = node.arguments else { return Err(InstructionFault::From) };
    let (base, alias) = match &words[..] {
        [base] => (base, None),
        [base, keyword, name] if keyword.eq_ignore_ascii_case("as") => (base, Some((keyword.clone(), name.clone()))),
        _ => return Err(InstructionFault::From),
    };
    if let Some((_, name)) = alias.as_ref().filter(|(_, name)| !is_stage_name(name)) {
        return Err(InstructionFault::StageName { name: name.clone() });
    }
    check_flags("FROM", &node.flags, &["platform"])?;
    let (keyword, name) = alias.unzip();
    Ok(Stage {
        base: base.clone(),
        name,
        platform: None,
        keywords: (node.keyword, keyword),
        source: node.source,
        lines: node.lines,
        comments: Vec::new(),
        instructions: Vec::new(),
    })
}

/// `[a-z][a-z0-9-_.]*`, whatever the case.
fn is_stage_name(name: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.bytes().all(inner)
}

fn instruction(node: Node) -> Result<Instruction, InstructionFault> {
    let keyword = node.keyword.to_ascii_uppercase();
    let command = match (keyword.as_str(), node.arguments) {
        ("WORKDIR", Arguments::Text(path)) if path.is_empty() => return Err(InstructionFault::OneArgument { keyword }),
        ("WORKDIR", Arguments::Text(path)) => Command::Workdir { path },
        ("COPY", Arguments::Words(words)) => copy(words)?,
        ("ENV", Arguments::Pairs(pairs)) => Command::Env { pairs: named(&keyword, pairs)? },
        ("LABEL", Arguments::Pairs(pairs)) => Command::Label { pairs: named(&keyword, pairs)? },
        ("EXPOSE", Arguments::Words(ports)) if ports.is_empty() => {
            return Err(InstructionFault::NoArgument { keyword });
        }
        ("EXPOSE", Arguments::Words(mut ports)) => {
            ports.sort();
            Command::Expose { ports }
        }
        ("CMD", arguments) => Command::Cmd(command_line(arguments)),
        ("ENTRYPOINT", arguments) => Command::Entrypoint(command_line(arguments)),
        _ => return Err(unsupported(keyword)),
    };
    let copies = matches!(command, Command::Copy(_));
    let known: &[&str] = if copies { &["chmod", "chown", "exclude", "from", "link", "parents"] } else { &[] };
    check_flags(&keyword, &node.flags, known)?;
    Ok(Instruction { keyword: node.keyword, source: node.source, lines: node.lines, comments: Vec::new(), command })
}

fn copy(mut words: Vec<String>) -> Result<Command, InstructionFault> {
    match words.pop() {
        Some(destination) if !words.is_empty() => {
            Ok(Command::Copy(Transfer { sources: words, destination, ..Transfer::default() }))
        }
        _ => Err(InstructionFault::NoDestination { keyword: "COPY".to_owned() }),
    }
}

fn named(keyword: &str, pairs: Vec<Pair>) -> Result<Vec<Pair>, InstructionFault> {
    let keyword = || keyword.to_owned();
    if pairs.is_empty() {
        return Err(InstructionFault::NoArgument { keyword: keyword() });
    }
    if pairs.iter().any(|pair| pair.name.is_empty()) {
        return Err(InstructionFault::BlankName { keyword: keyword() });
    }
    Ok(pairs)
}

fn command_line(arguments: Arguments) -> CommandLine {
    match arguments {
        Arguments::Exec(words) | Arguments::Words(words) => CommandLine::Exec(words),
        Arguments::Text(text) => CommandLine::Shell(text),
        Arguments::Pairs(_) => CommandLine::Shell(String::new()),
    }
}

/// No flag is supported yet; those docker knows are told from those it does not.
fn check_flags(keyword: &str, flags: &[String], known: &[&str]) -> Result<(), InstructionFault> {
    let Some(flag) = flags.first() else { return Ok(()) };
    let name = flag.split('=').next().unwrap_or(flag);
    let supported = name.strip_prefix("--").is_some_and(|name| known.contains(&name));
    Err(if supported {
        unsupported(format!("{keyword} {name}"))
    } else {
        InstructionFault::UnknownFlag { flag: name.to_owned() }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::LineRange;
    use super::*;

    fn check_error(text: &str, message: &str, first: u32) {
        let error = parse(text).expect_err(text);
        assert_eq!(error.to_string(), message, "{text}");
        assert_eq!(error.lines().map_or(0, |lines| lines.first), first, "{text}");
    }

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn mistakes_are_named_in_buildkits_words() {
        let at = "dockerfile parse error on line";
        check_error("", "the Dockerfile cannot be empty", 0);
        check_error("# only\n", "file with no instructions", 1);
        check_error("FROM a\nCOPPY . .", &format!("{at} 2: unknown instruction: COPPY (did you mean COPY?)"), 2);
        check_error("FROM a\nEXECUTE", &format!("{at} 2: unknown instruction: EXECUTE"), 2);
        check_error("COPY . .", "no build stage in current context", 1);
        check_error("FROM", &format!("{at} 1: FROM requires either one or three arguments"), 1);
        check_error("FROM x AS", &format!("{at} 1: FROM requires either one or three arguments"), 1);
        check_error(
            "FROM x AS 1",
            &format!("{at} 1: invalid name for build stage: \"1\", name can't start with a number or contain symbols"),
            1,
        );
        let copy =
            "COPY requires at least two arguments, but only one was provided. Destination could not be determined";
        check_error("FROM a\nCOPY x", &format!("{at} 2: {copy}"), 2);
        check_error("FROM a\nENV A", "ENV must have two arguments", 2);
        check_error("FROM a\nENV", &format!("{at} 2: ENV requires at least one argument"), 2);
        check_error("FROM a\nENV =b", &format!("{at} 2: ENV names can not be blank"), 2);
        check_error("FROM a\nWORKDIR", &format!("{at} 2: WORKDIR requires exactly one argument"), 2);
        check_error("FROM a\nEXPOSE", &format!("{at} 2: EXPOSE requires at least one argument"), 2);
        check_error("FROM a\nCOPY --frm=b c d", &format!("{at} 2: unknown flag: --frm"), 2);
        let strings = "when using JSON array syntax, arrays must be comprised of strings only";
        check_error("FROM a\nCMD [1]", strings, 2);
    }

    #[test]
    fn a_syntax_mistake_further_down_is_named_before_an_unknown_instruction() {
        check_error("FROM a\nCOPPY . .\nENV A", "ENV must have two arguments", 3);
    }

    #[test]
    fn what_the_lab_cannot_do_yet_is_an_error_with_its_line() {
        for (line, what) in [
            ("RUN true", "RUN"),
            ("ADD a b", "ADD"),
            ("ARG A", "ARG"),
            ("USER 1", "USER"),
            ("HEALTHCHECK NONE", "HEALTHCHECK"),
            ("ONBUILD RUN x", "ONBUILD"),
            ("FROM b", "a second FROM"),
            ("COPY --from=x a b", "COPY --from"),
            ("COPY <<EOF /h", "a heredoc in COPY"),
        ] {
            let message = format!("dockerfile parse error on line 2: {what} is not supported yet in this lab");
            check_error(&format!("FROM a\n{line}"), &message, 2);
        }
        let platform = "dockerfile parse error on line 1: FROM --platform is not supported yet in this lab";
        check_error("FROM --platform=wasi/wasm a", platform, 1);
        let arg = "dockerfile parse error on line 1: ARG is not supported yet in this lab";
        check_error("ARG A=1\nFROM $A", arg, 1);
    }

    #[test]
    fn every_instruction_has_its_forms() {
        let text = "from a As b\nWORKDIR /app dir\nCOPY a b/ c/\nCOPY [\"a b\", \"c\"]\nENV a=1 b=2\nENV a b c\n\
                    LABEL x=y\nEXPOSE 9090 8080/tcp\nCMD [\"a\", \"b\"]\nENTRYPOINT run this";
        let file = parse(text).expect(text);
        assert_eq!((file.last_stage().base.as_str(), file.last_stage().name.as_deref()), ("a", Some("b")));
        let pair = |name: &str, value: &str, legacy| Pair { name: name.into(), value: value.into(), legacy };
        let expected = [
            Command::Workdir { path: "/app dir".into() },
            Command::Copy(Transfer { sources: words(&["a", "b/"]), destination: "c/".into(), ..Transfer::default() }),
            Command::Copy(Transfer { sources: words(&["a b"]), destination: "c".into(), ..Transfer::default() }),
            Command::Env { pairs: vec![pair("a", "1", false), pair("b", "2", false)] },
            Command::Env { pairs: vec![pair("a", "b c", true)] },
            Command::Label { pairs: vec![pair("x", "y", false)] },
            Command::Expose { ports: words(&["8080/tcp", "9090"]) },
            Command::Cmd(CommandLine::Exec(words(&["a", "b"]))),
            Command::Entrypoint(CommandLine::Shell("run this".into())),
        ];
        let found: Vec<_> =
            file.last_stage().instructions.iter().map(|instruction| instruction.command.clone()).collect();
        assert_eq!(found, expected);
        assert_eq!(file.last_stage().instructions[8].lines, LineRange { first: 10, last: 10 });
    }

    #[test]
    fn a_flood_of_instructions_or_bytes_is_refused() {
        let many = "FROM a\n".to_owned() + &"WORKDIR /\n".repeat(limits::INSTRUCTIONS);
        assert_eq!(parse(&many).expect_err("too many").to_string(), "more than 1000 instructions");
        let large = "#".repeat(limits::DOCKERFILE_BYTES + 1);
        assert_eq!(parse(&large).expect_err("too large").to_string(), "the Dockerfile is larger than 1048576 bytes");
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in "(FROM a\n)?([A-Za-z$\\{}:=\"'`<#\\[\\]/é \n-]|ENV |CMD |COPY ){0,60}") {
            if let Ok(file) = parse(&text) {
                prop_assert!(file.last_stage().instructions.iter().all(|i| i.lines.first <= i.lines.last));
            }
        }
    }
}
