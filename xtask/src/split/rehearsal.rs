//! The lesson, done by a program that counts: it runs in Node, as a learner would have it run.

use std::path::Path;

use super::{Functions, Program, unknown};
use crate::failure::Outcome;
use crate::place;
use crate::run::{command, output};
use crate::site::{self, Assets};

/// The functions of a program that the lesson runs. `counting` is its module
/// made to count, `load` the name under which it exports what fetches the rest.
pub fn hot(assets: &Assets, program: &Program, counting: &[u8], load: &str) -> Outcome<Functions> {
    let folder = place::target().join("rehearsal");
    for (name, bytes) in assets {
        site::write(&folder.join(name), bytes)?;
    }
    site::write(&folder.join(program.primary), counting)?;
    let script = place::root().join("xtask/src/split").join(program.rehearsal);
    let mut rehearse = command("node", &[]);
    rehearse.args([&script, &folder, &place::root().join("www/hub")].map(Path::new)).arg(load);
    let told = output(&mut rehearse, &format!("see what of the lesson failed, and mend it or {}", script.display()))?;
    let hot: Result<Functions, _> = told.lines().map(str::parse).collect();
    hot.map_err(|_| unknown("functions whose numbers are none"))
}
