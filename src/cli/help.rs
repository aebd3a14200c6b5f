//! Help drawn from the table of commands, in the structure of docker's own.
//! <https://github.com/docker/cli/blob/v29.0.0/cli/cobra.go>

use super::docker::{GLOBAL, VERBS, find_path};
use super::usage::usage;
use super::verb::{group, typed};
use super::{Desk, Failure, Flow, Terminal, Verb};
use crate::text::{distance, quoted, sorted, sorted_by};

const TAGLINE: &str = "A self-sufficient runtime for containers";

/// Commands docker lists first.
const COMMON: [&str; 12] =
    ["run", "exec", "ps", "build", "pull", "push", "images", "login", "logout", "search", "version", "info"];

/// What a command of another group does in the words it has at another place.
const ABOUT_ELSEWHERE: [(&str, &str); 3] = [
    ("build", "Build an image from a Dockerfile"),
    ("builder build", "Build an image from a Dockerfile"),
    ("image build", "Build an image from a Dockerfile"),
];

/// What the help of a command says at more length than lists do.
const LONG: [(&str, &str); 2] = [
    ("login", "Authenticate to a registry.\nDefaults to Docker Hub if no server is specified."),
    ("logout", "Log out from a registry.\nIf no server is specified, the default is defined by the daemon."),
];

/// Commands and groups of docker, and of the plugins that come with it: those that are not here are not unknown.
const OF_DOCKER: [&str; 34] = [
    "ai",
    "attach",
    "checkpoint",
    "commit",
    "compose",
    "config",
    "context",
    "cp",
    "create",
    "debug",
    "desktop",
    "diff",
    "events",
    "exec",
    "export",
    "import",
    "init",
    "mcp",
    "model",
    "network",
    "node",
    "pause",
    "plugin",
    "port",
    "rename",
    "scout",
    "secret",
    "service",
    "stack",
    "stats",
    "swarm",
    "top",
    "trust",
    "volume",
];

/// The group whose commands docker calls experimental.
const EXPERIMENTAL: &str = "manifest";

/// The least width of the column of names.
const NAMES: usize = 11;

/// Words that are followed by a command.
struct Group {
    path: &'static str,
    about: &'static str,
    /// In place of `about` in its own help.
    long: &'static str,
}

const MANIFEST: &str = "\
The **docker manifest** command has subcommands for managing image manifests and
manifest lists. A manifest list allows you to use one name to refer to the same image
built for multiple architectures.

To see help for a subcommand, use:

    docker manifest CMD --help

For full details on using docker manifest lists, see the registry v2 specification.";

const GROUPS: [Group; 10] = [
    Group { path: "builder", about: "Manage builds", long: "" },
    Group { path: "buildx", about: "Docker Buildx", long: "Extended build capabilities with BuildKit" },
    Group { path: "buildx imagetools", about: "Commands to work on images in registry", long: "" },
    Group { path: "container", about: "Manage containers", long: "" },
    Group { path: "context", about: "Manage contexts", long: "" },
    Group { path: "image", about: "Manage images", long: "" },
    Group { path: "manifest", about: "Manage Docker image manifests and manifest lists", long: MANIFEST },
    Group { path: "network", about: "Manage networks", long: "" },
    Group { path: "system", about: "Manage Docker", long: "" },
    Group { path: "volume", about: "Manage volumes", long: "" },
];

/// `docker` alone.
pub fn unasked(desk: &mut Desk<'_>) -> Flow {
    show_on_stderr(top(), &mut desk.terminal);
    Flow::Done(0)
}

/// What docker says of `-h` before it helps all the same.
pub fn deprecated(desk: &mut Desk<'_>) {
    desk.terminal.err("Flag shorthand -h has been deprecated, use --help");
}

/// `docker help`, `docker help VERB`.
pub fn docker(words: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    if words.is_empty() {
        desk.terminal.lines(top());
        return Ok(Flow::Done(0));
    }
    if let Some((found, path)) = find_path(words) {
        return Ok(verb(found, found.command(path), desk));
    }
    match group_of(words) {
        Some(found) if found.path.split(' ').count() == words.len() => {
            desk.terminal.lines(of_group(found));
            Ok(Flow::Done(0))
        }
        found => {
            let path = found.map_or("", |found| found.path);
            let rest = &words[path.split_whitespace().count()..];
            let hint = if path.is_empty() { nearest(&rest[0]) } else { nearest_of(path, &rest[0]) };
            Err(Failure::new(format!("unknown help topic: {}", rest.join(" "))).hint(hint))
        }
    }
}

/// The help of one command.
pub fn verb(verb: &Verb, command: &str, desk: &mut Desk<'_>) -> Flow {
    desk.terminal.lines(of_verb(verb, command));
    Flow::Done(0)
}

/// The help of one command, line by line.
pub fn of_verb(verb: &Verb, command: &str) -> Vec<String> {
    let long = LONG.iter().find(|(known, _)| *known == command).map_or(verb.about, |(_, long)| long);
    let mut lines = vec![verb.usage_of(command), String::new()];
    lines.extend(long.lines().map(str::to_owned));
    lines.extend(experimental(command));
    if verb.paths.len() > 1 {
        lines.extend([String::new(), "Aliases:".to_owned(), format!("  {}", aliases(verb, command))]);
    }
    if verb.flags.iter().any(|flag| !flag.hidden) {
        lines.extend([String::new(), "Options:".to_owned()]);
        lines.extend(usage(verb.flags));
    }
    lines
}

/// Docker names the management commands before the older short ones; buildx names what others call it.
pub fn aliases(verb: &Verb, command: &str) -> String {
    let paths = verb.paths.iter().copied();
    let paths = if group(command) == "buildx" {
        let last = |path: &'static str| (group(path) == "buildx", path);
        sorted_by(paths.filter(|path| *path != command), |a, b| last(a).cmp(&last(b)))
    } else {
        sorted_by(paths, |a, b| group(a).is_empty().cmp(&group(b).is_empty()))
    };
    paths.iter().map(|path| typed(path)).collect::<Vec<_>>().join(", ")
}

/// `docker image` shows its commands; anything else is unknown.
pub fn group_or_unknown(words: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let Some(found) = group_of(words) else {
        if OF_DOCKER.contains(&words[0].as_str()) {
            let message = format!("docker {} is not supported yet in this lab", words[0]);
            return Err(Failure::new(message).hint("`docker help` lists the commands of this lab."));
        }
        let message =
            format!("docker: unknown command: docker {}\n\nRun 'docker --help' for more information", words[0]);
        return Err(Failure::new(message).hint(nearest(&words[0])));
    };
    let path = found.path;
    match words.get(path.split(' ').count()).map(String::as_str) {
        None => {
            if path == EXPERIMENTAL {
                desk.terminal.err("");
            }
            show_on_stderr(of_group(found), &mut desk.terminal);
        }
        Some("-h") => {
            deprecated(desk);
            desk.terminal.lines(of_group(found));
        }
        Some("--help") => desk.terminal.lines(of_group(found)),
        Some(flag) if flag.starts_with('-') => {
            let letter = flag[1..].chars().next().filter(|letter| *letter != '-');
            let unknown = letter.map_or_else(
                || format!("unknown flag: {flag}"),
                |letter| format!("unknown shorthand flag: '{letter}' in {flag}"),
            );
            return Err(Failure::with_code(125, format!("{unknown}\n\n{}", closing(path))));
        }
        Some(word) if path.starts_with("buildx") => {
            desk.terminal.lines(of_group(found));
            return Err(Failure::new(format!("ERROR: unknown command: {}", quoted(word))).hint(nearest_of(path, word)));
        }
        Some(word) => {
            let message = format!("docker: unknown command: docker {path} {word}\n\n{}", closing(path));
            return Err(Failure::new(message).hint(nearest_of(path, word)));
        }
    }
    Ok(Flow::Done(0))
}

fn closing(path: &str) -> String {
    format!("Usage:  docker {path}\n\nRun 'docker {path} --help' for more information")
}

/// Docker shows the help that nobody asked for on standard error.
fn show_on_stderr(lines: Vec<String>, terminal: &mut Terminal<'_>) {
    for line in lines {
        terminal.err(line);
    }
}

/// The help of docker itself.
fn top() -> Vec<String> {
    let mut lines = vec!["Usage:  docker [OPTIONS] COMMAND".to_owned(), String::new(), TAGLINE.to_owned()];
    let members = members("");
    let common = COMMON.iter().filter_map(|known| members.iter().find(|(name, _)| name == known).cloned());
    let common: Vec<_> = common.collect();
    let mut others = members.clone();
    others.retain(|(name, _)| !COMMON.contains(&name.as_str()));
    section(&mut lines, "Common Commands:", &common);
    section(&mut lines, "Management Commands:", &subgroups(""));
    section(&mut lines, "Commands:", &others);
    lines.extend(["", "Global Options:"].map(str::to_owned));
    lines.extend(usage(GLOBAL));
    lines.extend(["", "Run 'docker COMMAND --help' for more information on a command."].map(str::to_owned));
    lines
}

/// The help of one group, line by line.
fn of_group(found: &Group) -> Vec<String> {
    let path = found.path;
    let about = if found.long.is_empty() { found.about } else { found.long };
    let mut lines = vec![format!("Usage:  docker {path} COMMAND"), String::new()];
    lines.extend(about.lines().map(str::to_owned));
    lines.extend(experimental(path));
    section(&mut lines, "Management Commands:", &subgroups(path));
    section(&mut lines, "Commands:", &members(path));
    lines.extend([String::new(), format!("Run 'docker {path} COMMAND --help' for more information on a command.")]);
    lines
}

/// Docker's notice of what may change.
fn experimental(command: &str) -> Vec<String> {
    if command.split(' ').next() != Some(EXPERIMENTAL) {
        return Vec::new();
    }
    let notice = format!(
        "\nEXPERIMENTAL:\n  docker {command} is an experimental feature.\n  \
         Experimental features provide early access to product functionality. These\n  \
         features may change between releases without warning, or can be removed from a\n  \
         future release. Learn more about experimental features in our documentation:\n  \
         https://docs.docker.com/go/experimental/"
    );
    notice.lines().map(str::to_owned).collect()
}

/// A heading with its commands under it.
pub fn section(lines: &mut Vec<String>, heading: &str, rows: &[(String, &str)]) {
    if rows.is_empty() {
        return;
    }
    lines.extend([String::new(), heading.to_owned()]);
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0).max(NAMES);
    lines.extend(rows.iter().map(|(name, about)| format!("  {name:width$} {about}")));
}

/// The commands of a group and what they do, in the order of their names.
pub fn members(path: &str) -> Vec<(String, &'static str)> {
    let commands = VERBS.iter().flat_map(|verb| verb.paths.iter().map(move |path| (verb, *path)));
    let own = commands.filter(|(verb, command)| group(command) == path && verb.canonical(command) == *command);
    sorted(own.map(|(verb, command)| {
        let elsewhere = ABOUT_ELSEWHERE.iter().find(|(known, _)| *known == command);
        let name = command.rsplit(' ').next().unwrap_or(command);
        (name.to_owned(), elsewhere.map_or(verb.about, |(_, about)| about))
    }))
}

/// The groups within a group; a plugin has a star.
fn subgroups(path: &str) -> Vec<(String, &'static str)> {
    let own = GROUPS.iter().filter(|found| group(found.path) == path && !is_empty(found));
    own.map(|found| {
        let name = found.path.rsplit(' ').next().unwrap_or(found.path);
        (if name == "buildx" { format!("{name}*") } else { name.to_owned() }, found.about)
    })
    .collect()
}

fn is_empty(found: &Group) -> bool {
    members(found.path).is_empty() && subgroups(found.path).is_empty()
}

/// The longest group whose words begin `words`.
fn group_of(words: &[String]) -> Option<&'static Group> {
    let begins = |path: &str| {
        let count = path.split(' ').count();
        words.len() >= count && path.split(' ').zip(words).all(|(part, word)| part == word)
    };
    let found = GROUPS.iter().filter(|found| begins(found.path) && !is_empty(found));
    found.max_by_key(|found| found.path.len())
}

/// The command of docker that is likely meant.
fn nearest(typed: &str) -> String {
    format!("{}`docker help` lists the commands of this lab.", did_you_mean("", typed))
}

/// The command of a group that is likely meant.
fn nearest_of(path: &str, typed: &str) -> String {
    format!("{}`docker {path}` lists its commands.", did_you_mean(path, typed))
}

fn did_you_mean(path: &str, typed: &str) -> String {
    let names = members(path).into_iter().chain(subgroups(path)).map(|(name, _)| name.trim_end_matches('*').to_owned());
    let close = names.map(|name| (distance(&name, typed), name)).min().filter(|(far, _)| *far <= 2);
    let within = if path.is_empty() { String::new() } else { format!("{path} ") };
    close.map(|(_, name)| format!("Did you mean `docker {within}{name}`? ")).unwrap_or_default()
}
