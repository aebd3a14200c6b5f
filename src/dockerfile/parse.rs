//! Text to [`Dockerfile`], with `BuildKit`'s words for every mistake.

use super::command;
use super::directive;
use super::fault::{InstructionFault, ParseError};
use super::flags::{Flags, Kind};
use super::node::{self, Arguments, Node};
use super::{Command, Dockerfile, Instruction, LineRange, Stage};
use crate::limits;
use crate::text::Case;

/// The frontends this parser is, whatever the version after the colon.
const FRONTENDS: [&str; 2] = ["docker/dockerfile", "docker/dockerfile-upstream"];

/// The Dockerfile that `text` is.
pub fn parse(text: &str) -> Result<Dockerfile, ParseError> {
    let (file, mistake) = parse_until_mistake(text)?;
    mistake.map_or(Ok(file), Err)
}

/// What `text` says up to its first mistake in an instruction, and that
/// mistake. The file may lack stages then.
pub fn parse_until_mistake(text: &str) -> Result<(Dockerfile, Option<ParseError>), ParseError> {
    if text.is_empty() {
        return Err(ParseError::Empty);
    }
    check_size(text)?;
    check_frontend(text)?;
    let tree = node::tree(text)?;
    let mut file = Dockerfile {
        escape: tree.escape,
        check: directive::find("check", text),
        globals: Vec::new(),
        stages: Vec::new(),
        empty_continuations: tree.empty_continuations,
    };
    let mistake = tree.nodes.into_iter().find_map(|node| add(&mut file, node).err());
    let mistake = mistake.or_else(|| file.stages.is_empty().then_some(ParseError::NoStages));
    Ok((file, mistake))
}

/// The instruction that a trigger of ONBUILD is. It is read with the usual
/// escape character, whatever that of the file was; its lines are its own.
pub fn parse_trigger(text: &str) -> Result<Instruction, ParseError> {
    check_size(text)?;
    let mut nodes = node::tree(text)?.nodes;
    let (Some(node), true) = (nodes.pop(), nodes.is_empty()) else { return Err(ParseError::Trigger) };
    let lines = node.lines;
    let at = |fault| ParseError::Instruction { lines, fault };
    if is_from(&node) {
        return from(node).map_err(at).and(Err(ParseError::TriggerStage));
    }
    command::instruction(node).map_err(at)
}

/// The text `BuildKit` dumps the tree of a Dockerfile as.
pub fn dump(text: &str) -> Result<String, ParseError> {
    check_size(text)?;
    node::tree(text).map(|tree| tree.dump())
}

fn check_size(text: &str) -> Result<(), ParseError> {
    let limit = limits::DOCKERFILE_BYTES;
    if text.len() > limit { Err(ParseError::TooLarge { limit }) } else { Ok(()) }
}

fn check_frontend(text: &str) -> Result<(), ParseError> {
    let Some((frontend, line)) = directive::syntax(text) else { return Ok(()) };
    let name = frontend.strip_prefix("docker.io/").unwrap_or(&frontend);
    let name = name.split([':', '@']).next().unwrap_or(name);
    if FRONTENDS.contains(&name) {
        return Ok(());
    }
    Err(ParseError::Frontend { lines: LineRange { first: line, last: line }, frontend })
}

fn add(file: &mut Dockerfile, node: Node) -> Result<(), ParseError> {
    let lines = node.lines;
    let at = |fault| ParseError::Instruction { lines, fault };
    if is_from(&node) {
        file.stages.push(from(node).map_err(at)?);
        return Ok(());
    }
    let instruction = command::instruction(node).map_err(at)?;
    match (file.stages.last_mut(), &instruction.command) {
        (Some(stage), _) => stage.instructions.push(instruction),
        (None, Command::Arg { .. }) => file.globals.push(instruction),
        (None, _) => return Err(ParseError::NoStage { lines }),
    }
    Ok(())
}

fn is_from(node: &Node) -> bool {
    node.keyword.lowercase() == "from"
}

fn from(node: Node) -> Result<Stage, InstructionFault> {
    let Arguments::Plain(words) = node.arguments else { return Err(InstructionFault::From) };
    let (base, alias) = match &words[..] {
        [base] => (base, None),
        [base, keyword, name] if keyword.lowercase() == "as" => (base, Some((keyword.clone(), name.clone()))),
        _ => return Err(InstructionFault::From),
    };
    if let Some((_, name)) = alias.as_ref().filter(|(_, name)| !is_stage_name(name)) {
        return Err(InstructionFault::StageName { name: name.clone() });
    }
    let platform = Flags::read(&node.flags, &[("platform", Kind::Value)])?.text("platform");
    let (keyword, name) = alias.unzip();
    Ok(Stage {
        base: base.clone(),
        name,
        platform,
        keywords: (node.keyword, keyword),
        source: node.original.trim().to_owned(),
        lines: node.lines,
        comments: node.comments,
        instructions: Vec::new(),
    })
}

/// `[a-z][a-z0-9-_.]*`, whatever the case.
fn is_stage_name(name: &str) -> bool {
    let name = name.lowercase();
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.bytes().all(inner)
}
