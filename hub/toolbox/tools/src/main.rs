//! The small programs of the image `toolbox`, in one module: the name by which
//! it is called says which it is.

mod archive;
mod columns;
mod copies;
mod expr;
mod files;
mod filters;
mod find;
mod grep;
mod listing;
mod options;
mod regular;
mod sed;
mod start;
mod system;
mod text;
mod users;
mod web;

use std::io::{self, Write};
use std::process::ExitCode;

use options::Failure;

/// A program: its arguments, and the status it ends with.
type Program = fn(&[String]) -> Result<u8, Failure>;

/// All programs by name.
const PROGRAMS: [(&str, Program); 60] = [
    ("basename", text::basename),
    ("cat", filters::cat),
    ("chmod", files::chmod),
    ("chown", users::chown),
    ("cp", copies::cp),
    ("curl", web::curl),
    ("cut", columns::cut),
    ("date", system::date),
    ("df", listing::df),
    ("dirname", text::dirname),
    ("du", listing::du),
    ("echo", text::echo),
    ("env", start::env),
    ("expr", expr::expr),
    ("false", text::no),
    ("find", find::find),
    ("grep", grep::grep),
    ("gunzip", archive::gunzip),
    ("gzip", archive::gzip),
    ("head", filters::head),
    ("hostname", system::hostname),
    ("id", users::id),
    ("kill", start::kill),
    ("ln", files::ln),
    ("ls", listing::ls),
    ("mkdir", files::mkdir),
    ("mktemp", files::mktemp),
    ("mv", copies::mv),
    ("nl", filters::nl),
    ("nproc", system::nproc),
    ("printenv", system::printenv),
    ("ps", start::ps),
    ("pwd", system::pwd),
    ("readlink", files::readlink),
    ("realpath", files::realpath),
    ("rev", filters::rev),
    ("rm", files::rm),
    ("rmdir", files::rmdir),
    ("sed", sed::sed),
    ("seq", text::seq),
    ("sha256sum", filters::sha256sum),
    ("sleep", system::sleep),
    ("sort", columns::sort),
    ("stat", listing::stat),
    ("tac", filters::tac),
    ("tail", filters::tail),
    ("tar", archive::tar),
    ("tee", filters::tee),
    ("touch", files::touch),
    ("tr", columns::tr),
    ("true", text::nothing),
    ("uname", system::uname),
    ("uniq", columns::uniq),
    ("wc", filters::wc),
    ("wget", web::wget),
    ("which", start::which),
    ("whoami", users::whoami),
    ("xargs", start::xargs),
    ("yes", text::yes),
    ("zcat", archive::zcat),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    // A path without a leading slash is seen from the folder we began in.
    if let Ok(directory) = process::directory() {
        std::env::set_current_dir(directory).unwrap_or_default();
    }
    let mut words = arguments.as_slice();
    if words.first().is_some_and(|name| base(name) == "toolbox") {
        words = &words[1..];
    }
    let Some((name, arguments)) = words.split_first() else {
        return end(
            "toolbox",
            Err(Failure::Usage(
                "usage: toolbox PROGRAM [ARGUMENT]...".to_owned(),
            )),
        );
    };
    if name == "--install" {
        return end("toolbox", install(arguments));
    }
    let name = base(name);
    match PROGRAMS.iter().find(|(known, _)| *known == name) {
        Some((_, program)) => end(name, program(arguments)),
        None => end(
            name,
            Err(Failure::Told(
                format!("no such program in this toolbox: {name}"),
                127,
            )),
        ),
    }
}

/// Makes a link for each program in a folder.
fn install(arguments: &[String]) -> Result<u8, Failure> {
    let [folder] = arguments else {
        return Err(Failure::Usage("usage: toolbox --install FOLDER".to_owned()));
    };
    for (name, _) in PROGRAMS {
        files::link("toolbox", &format!("{folder}/{name}"))?;
    }
    Ok(0)
}

fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn end(name: &str, result: Result<u8, Failure>) -> ExitCode {
    let result =
        result.and_then(|status| io::stdout().flush().map(|()| status).map_err(Failure::from));
    match result {
        Ok(status) => ExitCode::from(status),
        Err(failure) => {
            let (message, status) = failure.told();
            writeln!(io::stderr(), "{name}: {message}").unwrap_or_default();
            ExitCode::from(status)
        }
    }
}
