//! What a build of a Dockerfile would do now: the build itself runs in a copy
//! of the lab, with the text as it is typed. So nothing is guessed: a step is
//! called cached because the cache had it, and a remark is `BuildKit`'s own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

use super::execution::Execution;
use super::{Session, Tell, Tells};
use crate::dockerfile::{Command, Stage, parse_until_mistake};
use crate::event::Event;
use crate::fs::{FsPath, Metadata, Node};
use crate::lab::{Input, State};
use crate::limits::FORESIGHT_SLICES;
use crate::oci::Descriptor;
use crate::text::sorted_by;

/// What a build would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Foreseen {
    /// The machine.
    pub machine: String,
    /// Absolute path of the Dockerfile.
    pub path: String,
    /// The text that was built.
    pub text: String,
    /// The steps that make layers, in the order of the file.
    pub steps: Vec<ForeseenStep>,
    /// What there is to say about it, by line.
    pub problems: Vec<Problem>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct ForeseenStep {
    /// Its first line, from 1.
    pub line: u32,
    /// What would become of it.
    pub fate: Fate,
    /// Compressed bytes of its layer, if it came to one.
    pub size: Option<u64>,
}

/// What would become of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Fate {
    /// The cache has its result.
    Cached,
    /// It would be done.
    Done,
    /// It would fail.
    Failed,
    /// The build would not come to it, or takes longer than is tried.
    Unknown,
}

/// Something to say about a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Problem {
    /// Which, from 1; 0 if it is about none.
    pub line: u32,
    /// The linter's rule, such as `WorkdirRelativePath`; none if the build fails for it.
    pub rule: Option<String>,
    /// `BuildKit`'s words.
    pub message: String,
}

/// What a build would do and what there is to say of it.
type Found = (Vec<ForeseenStep>, Vec<Problem>);

impl Session {
    /// Builds a Dockerfile with this text in a copy of the lab, and tells what came of it.
    pub(super) fn foresee(
        &mut self,
        machine: String,
        path: String,
        text: String,
        tells: Tells<'_>,
    ) -> Result<(), String> {
        let state = self.open.as_ref().ok_or("no lesson is open")?.history.state().clone();
        let (steps, problems) = self.built(state, &machine, &path, &text).unwrap_or_else(|message| {
            // Nobody asked for it but the page, so that it cannot be is no refusal.
            (Vec::new(), vec![Problem { line: 0, rule: None, message }])
        });
        tells(Tell::Foreseen(Foreseen { machine, path, text, steps, problems }));
        Ok(())
    }

    fn built(&mut self, mut state: State, machine: &str, path: &str, text: &str) -> Result<Found, String> {
        write(&mut state, machine, path, text)?;
        // A copy of the lab must not ask a real registry.
        let real: Vec<String> = state.world.ways.bound().map(|(name, _)| name.clone()).collect();
        for name in real {
            state.world.ways.unbind(&name);
        }
        let folder = path.rsplit_once('/').map_or("/", |(folder, _)| if folder.is_empty() { "/" } else { folder });
        if path.contains('\'') {
            return Err(format!("{path}: a build of this file is not foreseen, for its name has a quote in it"));
        }
        let line = format!("docker build --quiet --file '{path}' '{folder}'");
        let input = Input::line(machine.to_owned(), line, 0);
        let (outside, processes) = (self.outside.as_mut(), self.processes.as_mut());
        let mut execution = Execution::begin(state, input, outside, processes, false, &mut drop)?;
        let ended = (0..FORESIGHT_SLICES).any(|_| execution.step_alone(outside, processes, &mut drop));
        let (_, output, events, code) = execution.into_parts();
        let (steps, mut problems) = told(text, &events);
        if ended && code != 0 {
            let lines: Vec<String> = output.iter().map(|output| output.line.text()).collect();
            problems.extend(failure(path, &lines, &steps));
        }
        Ok((steps, sorted_by(problems, |a, b| a.line.cmp(&b.line))))
    }
}

fn write(state: &mut State, machine: &str, path: &str, text: &str) -> Result<(), String> {
    let at = state.machine_named(machine).ok_or_else(|| format!("this lab has no machine {machine:?}"))?;
    let path = FsPath::from(path);
    let time = state.world.clock;
    let files = &mut state.machines[at].files;
    let metadata = files.get(&path).map_or(Metadata::file(time), |node| node.metadata);
    files.insert(&path, Node::file(metadata, text.as_bytes().to_vec())).map_err(|error| error.to_string())
}

/// The steps of the file and the linter's remarks, from what happened.
fn told(text: &str, events: &[Event]) -> Found {
    let file = parse_until_mistake(text).map(|(file, _)| file).ok();
    let fates = fates(events);
    let stages = file.as_ref().map_or(&[][..], |file| &file.stages);
    let mut steps: Vec<Vec<ForeseenStep>> =
        stages.iter().enumerate().map(|(at, stage)| steps(at, stage, at + 1 == stages.len(), &fates)).collect();
    if let Some(last) = steps.last_mut() {
        lay(last, events);
    }
    let remark = |event: &Event| match event {
        Event::BuildWarned { rule, message, line } => {
            Some(Problem { line: *line, rule: Some(rule.clone()), message: message.clone() })
        }
        _ => None,
    };
    (steps.concat(), events.iter().filter_map(remark).collect())
}

/// What became of a numbered step, and its layer.
type Fates<'a> = BTreeMap<(&'a str, usize), (Fate, Option<u64>)>;

/// The steps by stage, as progress names it, and number; ONBUILD's and FROM are nobody's line.
fn fates(events: &[Event]) -> Fates<'_> {
    let mut names: BTreeMap<u32, (&str, usize)> = BTreeMap::new();
    let mut fates = Fates::new();
    for event in events {
        match event {
            Event::BuildStepStarted { step, name } => {
                if let Some(numbered) = numbered(name) {
                    names.insert(*step, numbered);
                    fates.insert(numbered, (Fate::Unknown, None));
                }
            }
            Event::BuildStepCached { step } => settle(&mut fates, names.get(step), Fate::Cached, None),
            Event::BuildStepDone { step, layer, .. } => {
                settle(&mut fates, names.get(step), Fate::Done, layer.as_ref());
            }
            Event::BuildStepFailed { step, .. } => settle(&mut fates, names.get(step), Fate::Failed, None),
            _ => {}
        }
    }
    fates
}

fn settle<'a>(fates: &mut Fates<'a>, at: Option<&(&'a str, usize)>, fate: Fate, layer: Option<&Descriptor>) {
    if let Some(at) = at {
        fates.insert(*at, (fate, layer.map(|layer| layer.size)));
    }
}

/// The last layers of the image are those of the last stage's steps, also of those that were cached.
fn lay(steps: &mut [ForeseenStep], events: &[Event]) {
    let built = events.iter().find_map(|event| match event {
        Event::ImageBuilt { layers, .. } => Some(layers),
        _ => None,
    });
    for (step, layer) in steps.iter_mut().rev().zip(built.into_iter().flatten().rev()) {
        step.size = Some(layer.size);
    }
}

/// `[build 2/5] COPY . .`: the stage and the number.
fn numbered(name: &str) -> Option<(&str, usize)> {
    let (inside, instruction) = name.strip_prefix('[')?.split_once("] ")?;
    let (before, _) = inside.split_once('/')?;
    let (stage, number) = before.rsplit_once(' ').unwrap_or(("", before));
    let number = number.parse().ok()?;
    let is_line = !instruction.starts_with("FROM ") && !instruction.starts_with("ONBUILD ");
    is_line.then_some((stage.trim_end(), number))
}

/// The lines of a stage that make layers, each with what became of its step.
fn steps(at: usize, stage: &Stage, is_last: bool, fates: &Fates<'_>) -> Vec<ForeseenStep> {
    let shown = stage.name.clone().unwrap_or_else(|| format!("stage-{at}"));
    // A stage that is built alone is not named.
    let own = fates.iter().filter(|((stage, _), _)| *stage == shown || (is_last && stage.is_empty()));
    let mut own = own.map(|(_, fate)| *fate);
    let lines = stage.instructions.iter().filter(|instruction| makes_layer(&instruction.command));
    let step = |line: u32| {
        let (fate, size) = own.next().unwrap_or((Fate::Unknown, None));
        ForeseenStep { line, fate, size }
    };
    lines.map(|instruction| instruction.lines.first).map(step).collect()
}

fn makes_layer(command: &Command) -> bool {
    matches!(command, Command::Add(_) | Command::Copy(_) | Command::Run(_) | Command::Workdir { .. })
}

/// Why the build fails: docker's words, and the line that they, or the step that failed, name.
fn failure(path: &str, lines: &[String], steps: &[ForeseenStep]) -> Option<Problem> {
    let message = lines.iter().rev().find(|line| line.starts_with("ERROR: ")).or(lines.last())?;
    let file = path.rsplit('/').next().unwrap_or(path);
    let excerpt = lines.iter().find_map(|line| line.strip_prefix(file)?.strip_prefix(':')?.parse().ok());
    let told = || message.split_once(" on line ")?.1.split(':').next()?.parse().ok();
    let failed = || steps.iter().find(|step| step.fate == Fate::Failed).map(|step| step.line);
    let line = excerpt.or_else(told).or_else(failed).unwrap_or_default();
    let message = message.strip_prefix("ERROR: ").unwrap_or(message);
    Some(Problem { line, rule: None, message: message.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_known_by_its_stage_and_number() {
        let table = [
            ("[2/5] WORKDIR /app", Some(("", 2))),
            ("[build  3/10] RUN a/b", Some(("build", 3))),
            ("[stage-1 2/2] COPY --from=build /a /b", Some(("stage-1", 2))),
            ("[1/5] FROM docker.io/library/mlserve:1", None),
            ("[2/3] ONBUILD COPY . .", None),
            ("[internal] load build context", None),
            ("exporting to image", None),
        ];
        for (name, expected) in table {
            assert_eq!(numbered(name), expected, "{name}");
        }
    }
}
