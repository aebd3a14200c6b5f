//! The developer's one tool. Each verb sets up what it needs, says what it
//! does while it does it, and when something is missing says how to get it.

use std::process::ExitCode;

mod bench;
mod build;
mod failure;
mod hub;
mod languages;
mod place;
mod run;
mod serve;
mod setup;
mod shrink;
mod site;
mod size;
mod split;
mod suspend;
mod test;
mod wasm;

use failure::{Failure, Outcome};

const HELP: &str = "\
cargo xtask serve [--port N] [--dev]   set up, build, serve on 127.0.0.1 and print the URL
cargo xtask build [--dev]              set up and build the static site in dist/
cargo xtask test                       set up and run every check, fast ones first
cargo xtask bench                      builds beside buildah's, the registry beside docker's own
cargo xtask size                       compressed sizes of what build made, against their budgets

--dev builds quickly and unoptimised.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\n{failure}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Outcome {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["serve", options @ ..] => serve::main(options),
        ["build"] => build::main(site::Profile::Release),
        ["build", "--dev"] => build::main(site::Profile::Dev),
        ["test"] => test::main(),
        ["size"] => size::main(),
        ["bench"] => bench::main(),
        [] | ["help" | "--help" | "-h"] => {
            println!("{HELP}");
            Ok(())
        }
        _ => Err(Failure::new(format!("`cargo xtask {}` is not known", words.join(" ")), HELP)),
    }
}
