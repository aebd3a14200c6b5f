//! Help drawn from the table of commands, in the structure of docker's own.

use super::docker::VERBS;
use super::{Desk, Failure, Flow, Takes, Verb};
use crate::text::distance;

const TAGLINE: &str = "A self-sufficient runtime for containers";

/// Commands docker lists first.
const COMMON: [&str; 9] = ["run", "ps", "build", "pull", "push", "images", "login", "logout", "version"];

/// `docker help`, `docker help VERB`.
pub fn docker(words: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    if !words.is_empty() {
        let Some((found, _)) = super::docker::find(words) else { return group_or_unknown(words, desk) };
        return Ok(verb(found, desk));
    }
    let top = |common: bool| {
        let named = VERBS.iter().filter_map(|verb| Some((verb.paths.iter().find(|path| !path.contains(' '))?, verb)));
        let named = named.filter(move |(name, _)| COMMON.contains(name) == common);
        named.map(|(name, verb)| ((*name).to_owned(), verb.about))
    };
    let out = &mut desk.terminal;
    out.out("Usage:  docker COMMAND");
    out.out("");
    out.out(TAGLINE);
    for (heading, common) in [("Common Commands:", true), ("Commands:", false)] {
        out.out("");
        out.out(heading);
        out.lines(list(top(common).collect()));
    }
    out.out("");
    out.out("Run 'docker COMMAND --help' for more information on a command.");
    Ok(Flow::Done(0))
}

/// The help of one command.
pub fn verb(verb: &Verb, desk: &mut Desk<'_>) -> Flow {
    let out = &mut desk.terminal;
    out.out(verb.usage_line());
    out.out("");
    out.out(verb.about);
    if verb.paths.len() > 1 {
        let aliases: Vec<String> = verb.paths.iter().map(|path| format!("docker {path}")).collect();
        out.out("");
        out.out("Aliases:");
        out.out(format!("  {}", aliases.join(", ")));
    }
    if !verb.flags.is_empty() {
        out.out("");
        out.out("Options:");
        let rows = verb.flags.iter().map(|flag| {
            let short = flag.short.map_or_else(|| "    ".to_owned(), |short| format!("-{short}, "));
            let takes = match flag.takes {
                Takes::Nothing => "",
                Takes::Value => " string",
                Takes::Values => " list",
            };
            (format!("{short}--{}{takes}", flag.long), flag.about)
        });
        out.lines(list(rows.collect()));
    }
    Flow::Done(0)
}

/// `docker image` lists its commands; anything else is unknown.
pub fn group_or_unknown(words: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let group = &words[0];
    let prefix = format!("{group} ");
    let members = VERBS.iter().flat_map(|verb| verb.paths.iter().map(move |path| (*path, verb.about)));
    let members: Vec<_> =
        members.filter_map(|(path, about)| Some((path.strip_prefix(&prefix)?.to_owned(), about))).collect();
    if members.is_empty() {
        return Err(Failure::new(format!(
            "docker: unknown command: docker {group}\n\nRun 'docker --help' for more information"
        ))
        .hint(nearest(group)));
    }
    if let Some(word) = words.get(1).filter(|word| !word.starts_with('-')) {
        return Err(Failure::new(format!(
            "docker: unknown command: docker {group} {word}\n\nUsage:  docker {group}\n\n\
             Run 'docker {group} --help' for more information"
        )));
    }
    let out = &mut desk.terminal;
    out.lines([&format!("Usage:  docker {group} COMMAND"), "", "Commands:"]);
    out.lines(list(members));
    out.lines(["", &format!("Run 'docker {group} COMMAND --help' for more information on a command.")]);
    Ok(Flow::Done(0))
}

/// The commands there are, the likeliest first.
fn nearest(typed: &str) -> String {
    let name = |verb: &Verb| verb.paths[0];
    let close =
        VERBS.iter().map(name).min_by_key(|name| distance(name, typed)).filter(|name| distance(name, typed) <= 2);
    let did_you_mean = close.map(|name| format!("Did you mean `docker {name}`? ")).unwrap_or_default();
    format!("{did_you_mean}`docker help` lists the commands of this lab.")
}

/// Names in one column, what they do in the next.
fn list(rows: Vec<(String, &str)>) -> Vec<String> {
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let indent = format!("\n{}", " ".repeat(width + 5));
    rows.into_iter().map(|(name, about)| format!("  {name:width$}   {}", about.replace('\n', &indent))).collect()
}
