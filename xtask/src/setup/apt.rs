//! Programs that Debian packages, installed when we are root there.

use crate::failure::{Failure, Outcome};
use crate::run::{command, find, output, run, say};

/// Makes sure of programs, each given with its Debian package.
pub fn packages(wanted: &[(&str, &str)], used_for: &str) -> Outcome {
    let missing: Vec<&str> =
        wanted.iter().filter(|(program, _)| find(program).is_none()).map(|(_, package)| *package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    if find("apt-get").is_none() || !is_root() {
        let cure = format!("install them yourself, on Debian with: sudo apt-get install {names}");
        return Err(Failure::new(format!("missing for {used_for}: {names}"), cure));
    }
    say(format!("installing {names} for {used_for}"));
    let cure = "check the network and the sources of apt, then run the command above yourself";
    run(&mut apt(&["update", "-qq"]), cure)?;
    let arguments = ["install", "-y", "-qq", "--no-install-recommends"].into_iter().chain(missing).collect::<Vec<_>>();
    run(&mut apt(&arguments), cure)
}

fn apt(arguments: &[&str]) -> std::process::Command {
    let mut command = command("apt-get", arguments);
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn is_root() -> bool {
    output(&mut command("id", &["-u"]), "").is_ok_and(|id| id == "0")
}
