//! What one instruction means. Each checks in `BuildKit`'s order, which
//! decides what is named when several things are wrong.

use super::fault::InstructionFault;
use super::flags::{Flags, Kind};
use super::health;
use super::heredoc;
use super::mount::Mount;
use super::node::{Arguments, Node};
use super::{Argument, Command, CommandLine, Heredoc, Instruction, Pair, Run, Transfer};
use crate::text::{Case, sorted};

type Meaning = Result<Command, InstructionFault>;

/// The instruction that `node` is, which is no FROM.
pub(super) fn instruction(node: Node) -> Result<Instruction, InstructionFault> {
    let command = command(&node)?;
    let source = node.original.trim().to_owned();
    Ok(Instruction { keyword: node.keyword, source, lines: node.lines, comments: node.comments, command })
}

fn command(node: &Node) -> Meaning {
    let keyword = node.keyword.lowercase().to_ascii_uppercase();
    match keyword.as_str() {
        "ADD" => add(node),
        "ARG" => arg(node),
        "CMD" => no_flags(node).map(|()| Command::Cmd(command_line(&node.arguments))),
        "COPY" => copy(node),
        "ENTRYPOINT" => no_flags(node).map(|()| Command::Entrypoint(command_line(&node.arguments))),
        "ENV" => pairs(node, "ENV").map(|pairs| Command::Env { pairs }),
        "EXPOSE" => expose(node),
        "HEALTHCHECK" => health::healthcheck(node).map(Command::Healthcheck),
        "LABEL" => pairs(node, "LABEL").map(|pairs| Command::Label { pairs }),
        "MAINTAINER" => one(node, keyword).map(|name| Command::Maintainer { name }),
        "ONBUILD" => on_build(node),
        "RUN" => run(node),
        "SHELL" => shell(node),
        // Its flags are not looked at.
        "STOPSIGNAL" => argument(node, keyword).map(|signal| Command::StopSignal { signal }),
        "USER" => one(node, keyword).map(|user| Command::User { user }),
        "VOLUME" => volume(node),
        "WORKDIR" => one(node, keyword).map(|path| Command::Workdir { path }),
        _ => Err(InstructionFault::Unknown { keyword: node.keyword.clone() }),
    }
}

fn no_flags(node: &Node) -> Result<(), InstructionFault> {
    Ok(Flags::read(&node.flags, &[]).map(drop)?)
}

/// The words of what is not a list of pairs.
pub(super) fn words(arguments: &Arguments) -> &[String] {
    match arguments {
        Arguments::Plain(words) | Arguments::Json(words) => words,
        Arguments::Pairs(_) | Arguments::Trigger(_) => &[],
    }
}

/// The only argument.
fn argument(node: &Node, keyword: String) -> Result<String, InstructionFault> {
    match words(&node.arguments) {
        [argument] => Ok(argument.clone()),
        _ => Err(InstructionFault::OneArgument { keyword }),
    }
}

fn one(node: &Node, keyword: String) -> Result<String, InstructionFault> {
    let argument = argument(node, keyword)?;
    no_flags(node).map(|()| argument)
}

/// One argument at least.
fn some(node: &Node, keyword: &str) -> Result<Vec<String>, InstructionFault> {
    match words(&node.arguments) {
        [] => Err(InstructionFault::NoArgument { keyword: keyword.to_owned() }),
        words => Ok(words.to_vec()),
    }
}

/// Without arguments it is text too: an empty one.
pub(super) fn command_line(arguments: &Arguments) -> CommandLine {
    match arguments {
        Arguments::Json(words) => CommandLine::Exec(words.clone()),
        arguments => CommandLine::Shell(words(arguments).join(" ")),
    }
}

fn arg(node: &Node) -> Meaning {
    let argument = |word: String| match word.split_once('=') {
        Some(("", _)) => Err(InstructionFault::BlankName { keyword: "ARG".to_owned() }),
        Some((name, default)) => Ok(Argument { name: name.to_owned(), default: Some(default.to_owned()) }),
        None => Ok(Argument { name: word, default: None }),
    };
    let arguments = some(node, "ARG")?.into_iter().map(argument).collect::<Result<_, _>>()?;
    Ok(Command::Arg { arguments })
}

fn pairs(node: &Node, keyword: &str) -> Result<Vec<Pair>, InstructionFault> {
    no_flags(node)?;
    let keyword = || keyword.to_owned();
    let Arguments::Pairs(pairs) = &node.arguments else {
        return Err(InstructionFault::NoArgument { keyword: keyword() });
    };
    if pairs.is_empty() {
        return Err(InstructionFault::NoArgument { keyword: keyword() });
    }
    if pairs.iter().any(|pair| pair.name.is_empty()) {
        return Err(InstructionFault::BlankName { keyword: keyword() });
    }
    Ok(pairs.clone())
}

fn expose(node: &Node) -> Meaning {
    let ports = sorted(some(node, "EXPOSE")?);
    no_flags(node)?;
    Ok(Command::Expose { ports })
}

fn volume(node: &Node) -> Meaning {
    let words = some(node, "VOLUME")?;
    no_flags(node)?;
    let paths: Vec<String> = words.iter().map(|path| path.trim().to_owned()).collect();
    if paths.iter().any(String::is_empty) { Err(InstructionFault::BlankVolume) } else { Ok(Command::Volume { paths }) }
}

fn shell(node: &Node) -> Meaning {
    no_flags(node)?;
    let words = some(node, "SHELL")?;
    let json = matches!(node.arguments, Arguments::Json(_));
    if json { Ok(Command::Shell { words }) } else { Err(InstructionFault::NotJson) }
}

fn run(node: &Node) -> Meaning {
    use Kind::{Value, Values};
    let known = [("device", Values), ("mount", Values), ("network", Value), ("security", Value)];
    let flags = Flags::read(&node.flags, &known)?;
    let mounts = flags.values("mount");
    for mount in &mounts {
        Mount::written_from(mount)?;
    }
    let network = flags.value("network").map(str::to_owned);
    if let Some(mode) = network.clone().filter(|mode| !matches!(mode.as_str(), "default" | "none" | "host")) {
        return Err(InstructionFault::Network { mode });
    }
    let security = flags.value("security").map(str::to_owned);
    if let Some(mode) = security.clone().filter(|mode| !matches!(mode.as_str(), "sandbox" | "insecure")) {
        return Err(InstructionFault::Security { mode });
    }
    let (line, files) = (command_line(&node.arguments), node.heredocs.clone());
    Ok(Command::Run(Run { line, files, mounts, network, security, devices: flags.values("device") }))
}

fn copy(node: &Node) -> Meaning {
    use Kind::{Switch, Value, Values};
    let known = [
        ("chmod", Value),
        ("chown", Value),
        ("exclude", Values),
        ("from", Value),
        ("link", Switch),
        ("parents", Switch),
    ];
    transfer(node, "COPY", &known).map(Command::Copy)
}

fn add(node: &Node) -> Meaning {
    use Kind::{Switch, Value, Values};
    let known = [
        ("checksum", Value),
        ("chmod", Value),
        ("chown", Value),
        ("exclude", Values),
        ("keep-git-dir", Switch),
        ("link", Switch),
        ("unpack", Switch),
    ];
    transfer(node, "ADD", &known).map(Command::Add)
}

fn transfer(node: &Node, keyword: &'static str, known: &[(&str, Kind)]) -> Result<Transfer, InstructionFault> {
    let Some((destination, sources)) = words(&node.arguments).split_last().filter(|(_, sources)| !sources.is_empty())
    else {
        return Err(InstructionFault::NoDestination { keyword: keyword.to_owned() });
    };
    let flags = Flags::read(&node.flags, known)?;
    if Heredoc::opens(destination) {
        return Err(InstructionFault::HeredocDestination { keyword });
    }
    let (files, sources): (Vec<_>, Vec<_>) = sources.iter().partition(|source| Heredoc::opens(source));
    Ok(Transfer {
        sources: sources.into_iter().cloned().collect(),
        files: files.into_iter().filter_map(|word| inline_file(word, &node.heredocs)).collect(),
        destination: destination.clone(),
        from: flags.text("from"),
        chown: flags.text("chown"),
        chmod: flags.text("chmod"),
        link: flags.switch("link") == Some(true),
        parents: flags.switch("parents") == Some(true),
        excludes: flags.values("exclude"),
        checksum: flags.text("checksum"),
        unpack: flags.switch("unpack"),
        keep_git_dir: flags.switch("keep-git-dir"),
    })
}

/// The file that a source `<<NAME` is: of several texts with that name, the last.
fn inline_file(word: &str, heredocs: &[Heredoc]) -> Option<Heredoc> {
    let opening = heredoc::opening(word).ok()??;
    let raw = heredocs.iter().rev().find(|text| text.name == opening.name).map(|text| text.raw.clone());
    let raw = raw.unwrap_or_default();
    let text = if opening.strip_tabs { heredoc::without_tabs(&raw) } else { raw.clone() };
    Some(Heredoc { name: opening.name, text, raw, expand: opening.expand, descriptor: opening.descriptor })
}

fn on_build(node: &Node) -> Meaning {
    let Arguments::Trigger(inner) = &node.arguments else {
        return Err(InstructionFault::NoArgument { keyword: "ONBUILD".to_owned() });
    };
    no_flags(node)?;
    match inner.keyword.trim().uppercase() {
        keyword if keyword == "ONBUILD" => return Err(InstructionFault::TriggerChain),
        keyword if matches!(keyword.as_str(), "FROM" | "MAINTAINER") => {
            return Err(InstructionFault::TriggerKeyword { keyword });
        }
        _ => {}
    }
    let blank = [' ', '\t', '\n', '\u{c}', '\r'];
    let mut trigger = node.original.trim_start_matches(blank);
    if let Some(rest) = trigger.get("ONBUILD".len()..).filter(|_| node.keyword.is_ascii()) {
        trigger = rest.trim_start_matches(blank);
    }
    let texts = node.heredocs.iter().flat_map(|text| ["\n", &text.raw, &text.name]);
    Ok(Command::OnBuild { trigger: std::iter::once(trigger).chain(texts).collect() })
}
