//! The table of docker's commands, and how a line finds its verb in it.

mod attach;
mod build;
mod buildx;
mod commit;
mod config;
mod context;
mod cp;
mod daemon;
mod diff;
mod each;
mod events;
mod exec;
mod export;
mod history;
mod images;
mod imagetools;
mod inspect;
mod kill;
mod leaving;
mod load;
mod login;
mod logs;
mod made;
mod manifest;
mod network;
mod pause;
mod platform;
mod port;
mod prune;
mod ps;
mod pull;
mod push;
mod real;
mod refused;
mod rename;
mod rm;
mod rmi;
mod root;
mod run;
mod save;
mod search;
mod signal;
mod start;
mod stop;
mod system;
mod tag;
mod top;
mod transferring;
mod volume;
mod wait;

pub use build::Building;
pub use config::path as credentials_file;
pub use manifest::lists_folder;
pub use root::{FLAGS as GLOBAL, ROOT};
pub use transferring::Transferring;

use super::flags::Parsed;
use super::{Desk, Failure, Flow, Verb, help, verb};

/// Every command, in the order of the help.
pub const VERBS: &[Verb] = &[
    run::VERB,
    exec::VERB,
    ps::VERB,
    build::VERB,
    pull::VERB,
    push::VERB,
    images::VERB,
    login::VERB,
    login::LOGOUT,
    search::VERB,
    system::VERSION,
    system::INFO,
    system::DF,
    history::VERB,
    inspect::VERB,
    inspect::CONTAINER,
    inspect::ANY,
    load::VERB,
    logs::VERB,
    attach::VERB,
    commit::VERB,
    cp::VERB,
    run::CREATE,
    diff::VERB,
    events::VERB,
    export::VERB,
    export::IMPORT,
    start::VERB,
    stop::VERB,
    stop::RESTART,
    kill::VERB,
    pause::VERB,
    pause::UNPAUSE,
    port::VERB,
    rename::VERB,
    top::STATS,
    top::VERB,
    wait::VERB,
    network::CREATE,
    network::LS,
    network::INSPECT,
    network::CONNECT,
    network::DISCONNECT,
    network::RM,
    network::PRUNE,
    volume::CREATE,
    volume::LS,
    volume::INSPECT,
    volume::RM,
    volume::PRUNE,
    manifest::INSPECT,
    manifest::CREATE,
    manifest::ANNOTATE,
    manifest::PUSH,
    manifest::RM,
    context::LS,
    context::SHOW,
    context::INSPECT,
    context::USE,
    buildx::LS,
    buildx::DU,
    buildx::VERSION,
    imagetools::INSPECT,
    imagetools::CREATE,
    prune::IMAGE,
    prune::CONTAINER,
    prune::BUILDER,
    prune::SYSTEM,
    rm::VERB,
    rmi::VERB,
    save::VERB,
    tag::VERB,
];

/// What `--format` of a list does.
pub const FORMAT: &str = "Format output using a custom template:
'table':            Print output in table format with column headers (default)
'table TEMPLATE':   Print output in table format using the given Go template
'json':             Print in JSON format
'TEMPLATE':         Print output using the given Go template.
Refer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates";

/// What `--format` of an inspection does.
pub const FORMAT_INSPECT: &str = "Format output using a custom template:
'json':             Print in JSON format
'TEMPLATE':         Print output using the given Go template.
Refer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates";

/// Runs the words after `docker`.
pub fn run(words: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let global = root::read(words)?;
    // What its options say holds for this command alone.
    let before = desk.machine.variables.clone();
    root::set(&global, desk.machine);
    let flow = ask(&global, desk);
    desk.machine.variables = before;
    flow
}

fn ask(global: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    match config::credentials(&desk.machine.files, &config::folder(desk.machine)) {
        Ok(known) => desk.machine.engine.credentials = known,
        Err(error) => {
            desk.machine.engine.credentials.clear();
            desk.terminal.err(format!("WARNING: Error {error}"));
        }
    }
    if global.short_help {
        help::deprecated(desk);
    }
    if global.help {
        return help::docker(&[], desk);
    }
    if global.has("version") {
        return system::short(desk);
    }
    let words = &global.arguments[..];
    match words.first().map(String::as_str) {
        None => return Ok(help::unasked(desk)),
        Some("help") => return help::docker(&words[1..], desk),
        Some(_) => {}
    }
    let store = daemon::image_store(&desk.machine.files)?;
    desk.machine.engine.use_image_store(store);
    let Some((verb, path)) = find_path(words) else { return help::group_or_unknown(words, desk) };
    let environment = desk.machine.environment();
    root::reach(global, path, environment.get("DOCKER_HOST").map(String::as_str))?;
    let parsed = Parsed::read(verb, path, &words[path.split(' ').count()..])?;
    if parsed.short_help {
        help::deprecated(desk);
    }
    if parsed.help {
        return Ok(help::verb(verb, parsed.command, desk));
    }
    (verb.run)(&parsed, desk)
}

/// The verb whose words begin `words`, and what follows; the longest one wins.
pub fn find(words: &[String]) -> Option<(&'static Verb, &[String])> {
    let (verb, path) = find_path(words)?;
    Some((verb, &words[path.split(' ').count()..]))
}

/// The verb whose words begin `words`, and those words.
pub fn find_path(words: &[String]) -> Option<(&'static Verb, &'static str)> {
    verb::find_path(VERBS, words)
}
