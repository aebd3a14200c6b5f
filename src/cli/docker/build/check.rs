//! `--check`: the linter's remarks, and nothing built.
//! <https://docs.docker.com/reference/build-checks/>

use crate::build::Build;
use crate::build::progress::excerpt;
use crate::cli::Desk;
use crate::dockerfile::Warning;
use crate::text::sorted_by;

/// Prints what the linter says of `build` once it is known; the exit code then.
pub(super) fn report(build: &Build, desk: &mut Desk<'_>) -> Option<i32> {
    let remarks = build.remarks()?;
    if remarks.is_empty() {
        desk.terminal.out("Check complete, no warnings found.");
        return Some(0);
    }
    tell(remarks, build, desk);
    Some(1)
}

/// Prints remarks in the order of the file.
pub(super) fn tell(remarks: &[Warning], build: &Build, desk: &mut Desk<'_>) {
    let out = &mut desk.terminal;
    match remarks.len() {
        0 => {}
        1 => out.out("Check complete, 1 warning has been found!"),
        count => out.out(format!("Check complete, {count} warnings have been found!")),
    }
    for warning in sorted_by(remarks, |a, b| a.line.cmp(&b.line)) {
        out.out("");
        let explained = if warning.url.is_empty() { String::new() } else { format!(" - {}", warning.url) };
        out.out(format!("WARNING: {}{explained}", warning.rule));
        out.out(warning.message.clone());
        out.lines(excerpt(&build.place(warning)));
    }
}
