//! Transcripts: Markdown files whose `console` blocks are typed into a lab and
//! must print just what stands there. `BLESS=1 cargo test --test it` rewrites
//! them with what is printed now.
//!
//! Each `## ` heading begins with a fresh lab. Blocks:
//! * `console`: lines at a prompt, each followed by its output, our hint as
//!   `hint: …`, and after a failure `? CODE`, with `nothing changed` if the
//!   state is what it was. `console after N` first runs N steps of the lesson.
//!   Behind a line, `typed: …` is what somebody types to its program, each once
//!   everybody waits; `^D`, `^C` and `^P^Q` are those keys. The end of the input follows.
//! * `file PATH`: the learner's editor writes this file on the machine of the prompt.
//! * `hub`: from here on the hub is `sound`, `corrupted`, `unreachable` or `absent`.

use std::path::PathBuf;

use drydock::lab::{Keys, Snapshot};
use drydock::runtime::Modules;
use drydock::session::{Ask, Tell};

use crate::digests::Digests;
use crate::lab::{Hub, Lab};
use crate::simulated;
use crate::source::root;

/// Before what somebody types to a program.
const TYPED: &str = "typed: ";

const TRANSCRIPTS: &[&str] = &[
    "access.md",
    "archives.md",
    "bad-input.md",
    "build-flags.md",
    "building.md",
    "cache.md",
    "caches.md",
    "classic-store.md",
    "containers.md",
    "contexts.md",
    "faults.md",
    "garbage.md",
    "images.md",
    "inspecting.md",
    "listing.md",
    "machine.md",
    "manifests.md",
    "pasted.md",
    "policies.md",
    "promotion.md",
    "prune.md",
    "registry.md",
    "running.md",
    "seed-lesson.md",
    "shell.md",
    "toolbox.md",
    "wire.md",
];

#[test]
fn every_transcript_is_checked() {
    let files = std::fs::read_dir(folder()).expect("the folder of transcripts");
    let mut names: Vec<String> =
        files.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    assert_eq!(names, TRANSCRIPTS);
}

#[test]
fn a_running_container_is_held_entered_fed_and_watched() {
    check("running.md");
}

#[test]
fn a_registry_lets_in_whom_it_knows() {
    check("access.md");
}

#[test]
fn what_goes_wrong_is_told_as_docker_tells_it() {
    check("faults.md");
}

#[test]
fn what_no_tag_leads_to_is_garbage() {
    check("garbage.md");
}

#[test]
fn a_registry_keeps_its_rules() {
    check("policies.md");
}

#[test]
fn an_archive_holds_what_was_saved() {
    check("archives.md");
}

#[test]
fn a_build_reads_more_than_its_folder() {
    check("contexts.md");
}

#[test]
fn a_build_does_what_its_flags_say() {
    check("build-flags.md");
}

#[test]
fn a_digest_gets_another_name_where_it_is() {
    check("promotion.md");
}

#[test]
fn what_nothing_needs_is_pruned() {
    check("prune.md");
}

#[test]
fn bad_input_changes_nothing() {
    check("bad-input.md");
}

#[test]
fn a_dockerfile_from_elsewhere_is_read_as_buildkit_reads_it() {
    check("pasted.md");
}

#[test]
fn a_dockerfile_is_built_whatever_it_says() {
    check("building.md");
}

#[test]
fn a_step_that_was_done_is_cached() {
    check("cache.md");
}

#[test]
fn a_list_is_made_of_what_registries_have() {
    check("manifests.md");
}

#[test]
fn another_machine_does_no_step_again() {
    check("caches.md");
}

#[test]
fn the_store_of_docker_28_is_a_switch() {
    check("classic-store.md");
}

#[test]
fn containers_run_and_leave_traces() {
    check("containers.md");
}

#[test]
fn images_are_named_listed_and_removed() {
    check("images.md");
}

#[test]
fn what_is_inspected_is_told_whole() {
    check("inspecting.md");
}

#[test]
fn lists_are_filtered_and_formatted() {
    check("listing.md");
}

#[test]
fn a_machine_says_what_it_is_and_what_it_holds() {
    check("machine.md");
}

#[test]
fn a_registry_takes_and_gives_what_is_missing() {
    check("registry.md");
}

#[test]
fn the_seed_lesson_runs_as_it_stands() {
    check("seed-lesson.md");
}

#[test]
fn wires_are_as_fast_as_they_are_set() {
    check("wire.md");
}

#[test]
fn a_shell_and_its_programs_really_run() {
    check("toolbox.md");
}

#[test]
fn the_prompt_knows_a_few_words() {
    check("shell.md");
}

#[test]
fn containers_do_the_same_on_an_engine_that_is_lent() {
    check_lent("containers.md");
}

#[test]
fn programs_that_are_fed_and_watched_do_the_same_on_an_engine_that_is_lent() {
    check_lent("running.md");
}

#[test]
fn a_shell_does_the_same_on_an_engine_that_is_lent() {
    check_lent("toolbox.md");
}

#[test]
fn builds_do_the_same_on_an_engine_that_is_lent() {
    check_lent("building.md");
}

#[test]
fn the_seed_lesson_does_the_same_on_an_engine_that_is_lent() {
    check_lent("seed-lesson.md");
}

fn folder() -> PathBuf {
    root().join("tests/transcripts")
}

/// Types the transcript and compares what is printed with what it says.
fn check(name: &str) {
    let path = folder().join(name);
    let expected = std::fs::read_to_string(&path).expect("the transcript");
    let printed = Desk::on(Modules::default).typed(&expected);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, printed).expect("the transcript can be written");
        return;
    }
    let different = expected.lines().zip(printed.lines()).position(|(expected, printed)| expected != printed);
    assert!(expected == printed, "{name} differs{}\n\n{printed}", place(different));
}

fn place(line: Option<usize>) -> String {
    line.map_or_else(|| " in its length".to_owned(), |line| format!(" first in line {}", line + 1))
}

/// Types the transcript where an engine is lent and where none is: after each line, the states are the same.
fn check_lent(name: &str) {
    let transcript = std::fs::read_to_string(folder().join(name)).expect("the transcript");
    let [mut lent, mut interpreted] = [Desk::on(simulated::modules), Desk::on(Modules::default)];
    assert_eq!(lent.typed(&transcript), interpreted.typed(&transcript), "{name}");
    assert!(simulated::resumed() > 0, "{name}: no program ran on the engine");
    assert_eq!(lent.states.len(), interpreted.states.len());
    for ((line, lent), (_, interpreted)) in lent.states.iter().zip(&interpreted.states) {
        assert!(lent == interpreted, "{name}: after `{line}` the states differ");
    }
}

/// A lab and the names of what it showed.
struct Desk {
    /// What runs its programs.
    engine: fn() -> Modules,
    lab: Option<Lab>,
    digests: Digests,
    /// Each line, and the state after it.
    states: Vec<(String, Snapshot)>,
}

impl Desk {
    fn on(engine: fn() -> Modules) -> Self {
        Self { engine, lab: None, digests: Digests::default(), states: Vec::new() }
    }

    /// The transcript with the output that its lines have now.
    fn typed(&mut self, transcript: &str) -> String {
        let mut text = String::new();
        let mut lines = transcript.lines();
        while let Some(line) = lines.next() {
            if line.starts_with("## ") {
                (self.lab, self.digests) = (None, Digests::default());
            }
            text += line;
            text.push('\n');
            if let Some(info) = line.strip_prefix("```") {
                let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
                text += &self.block(info, &block);
                text += "```\n";
            }
        }
        text
    }

    /// The inside of a block, with what it prints now.
    fn block(&mut self, info: &str, block: &[&str]) -> String {
        let lab = self.lab.get_or_insert_with(|| Lab::running((self.engine)()));
        match info.split(' ').collect::<Vec<_>>()[..] {
            ["console"] => {}
            ["console", "after", count] => lab.steps(count.parse().expect("a number of steps")),
            ["hub"] => {
                lab.set_hub(hub(block.first().copied().unwrap_or_default()));
                return lines_of(block);
            }
            ["file", path] => {
                let (machine, path) = (lab.snapshot.here.clone(), path.to_owned());
                lab.ask(Ask::WriteFile { machine, path, text: lines_of(block) });
                return lines_of(block);
            }
            _ => return lines_of(block),
        }
        let mut text = String::new();
        for (at, line) in block.iter().enumerate() {
            if let Some(line) = line_of(line) {
                let typed = block[at + 1..].iter().map_while(|line| line.strip_prefix(TYPED)).collect();
                text += &self.run(line, typed);
            }
        }
        text
    }

    fn run(&mut self, line: &str, typed: Vec<&str>) -> String {
        let lab = self.lab.get_or_insert_with(|| Lab::running((self.engine)()));
        let mut shown = vec![format!("{} {line}", lab.prompt)];
        shown.extend(typed.iter().map(|typed| format!("{TYPED}{typed}")));
        let before = (lab.snapshot.clone(), lab.history.clone());
        let ask = Ask::Line { machine: None, line: line.to_owned() };
        let told = lab.ask_and_press(ask, typed.into_iter().map(keys).collect());
        let same = before == (lab.snapshot.clone(), lab.history.clone());
        self.states.push((line.to_owned(), lab.snapshot.clone()));
        for tell in told {
            match tell {
                Tell::Printed(output) => shown.push(self.digests.mask(&output.line.text())),
                Tell::Cleared => shown.push("(the terminal is emptied)".to_owned()),
                Tell::Refused(reason) => shown.push(format!("refused: {reason}")),
                Tell::Finished(end) => {
                    shown.extend(end.hint.map(|hint| format!("hint: {}", hint.text())));
                    let unchanged = if same { ", nothing changed" } else { "" };
                    shown.extend((end.code != 0).then(|| format!("? {}{unchanged}", end.code)));
                }
                _ => {}
            }
        }
        lines_of(&shown)
    }
}

/// Each on a line of its own.
fn lines_of<T: AsRef<str>>(lines: &[T]) -> String {
    lines.iter().flat_map(|line| [line.as_ref(), "\n"]).collect()
}

fn keys(typed: &str) -> Keys {
    match typed {
        "^C" => Keys::Interrupt,
        "^D" => Keys::End,
        "^P^Q" | "^Xq" => Keys::Leave,
        text => Keys::Text(format!("{text}\n")),
    }
}

/// The line typed, if this is one: `laptop:~ $ pwd`.
fn line_of(text: &str) -> Option<&str> {
    let (prompt, line) = text.split_once(" $ ")?;
    let machine = prompt.split_once(':')?.0;
    matches!(machine, "laptop" | "prod").then_some(line)
}

fn hub(name: &str) -> Hub {
    match name {
        "sound" => Hub::Sound,
        "corrupted" => Hub::Corrupted,
        "unreachable" => Hub::Unreachable,
        "absent" => Hub::Absent,
        _ => panic!("no such hub: {name:?}"),
    }
}
