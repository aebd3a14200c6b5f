//! What the instructions of a stage say, where its variables are known.

use super::scope::Scope;
use super::walk::Walk;
use super::{Remarks, Surroundings};
use crate::dockerfile::{Dockerfile, Instruction, Keep, LineRange, Stage, parse_trigger};
use crate::text::Case;

const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// What is known at a place of a stage, and what a stage upon it begins with.
#[derive(Debug, Clone, Default)]
pub(super) struct State {
    pub scope: Scope,
    /// The variables of the image, which go before the ARGs of a stage below.
    pub env: Vec<(String, String)>,
    /// Whether all of them are known.
    pub complete: bool,
    pub has_shell: bool,
    pub workdir_set: bool,
    /// What ONBUILD asks of a stage upon this one.
    pub triggers: Vec<String>,
    /// Where the last CMD, ENTRYPOINT and HEALTHCHECK of the stage stand.
    pub once: [Option<LineRange>; 3],
}

pub(super) fn lint(file: &Dockerfile, around: &Surroundings<'_>, globals: &Scope, remarks: &mut Remarks) {
    let mut states: Vec<State> = Vec::new();
    for (number, stage) in file.stages.iter().enumerate() {
        let Some(base) = globals.expand(&stage.base, file.escape, Keep::default()).ok().map(|base| base.text) else {
            return;
        };
        let mut state = match named(file, &states, &base) {
            Some(below) => State::upon(below),
            None => State::of_image(number, &base, around),
        };
        let Some(triggers) = triggers(&mut state, stage) else { return };
        if around.stages.is_none_or(|stages| stages.binary_search(&number).is_ok()) {
            let mut walk = Walk { escape: file.escape, around, globals, state, remarks };
            if !triggers.iter().chain(&stage.instructions).all(|instruction| walk.instruction(instruction).is_some()) {
                return;
            }
            state = walk.state;
        }
        states.push(state);
    }
}

/// The last stage above with that name, which are kept in lower case.
fn named<'a>(file: &Dockerfile, states: &'a [State], base: &str) -> Option<&'a State> {
    let is = |stage: &Stage| stage.name.as_ref().is_some_and(|name| name.lowercase() == base);
    file.stages[..states.len()].iter().rposition(is).map(|at| &states[at])
}

/// Those of the base, at the lines of FROM; none if one is no instruction.
fn triggers(state: &mut State, stage: &Stage) -> Option<Vec<Instruction>> {
    let texts = std::mem::take(&mut state.triggers);
    let parsed = texts.iter().map(|text| parse_trigger(text).ok());
    parsed.map(|instruction| Some(Instruction { lines: stage.lines, ..instruction? })).collect()
}

impl State {
    fn upon(below: &Self) -> Self {
        let mut state = Self { once: [None; 3], ..below.clone() };
        state.add_env();
        state
    }

    fn of_image(number: usize, base: &str, around: &Surroundings<'_>) -> Self {
        let facts = around.images.and_then(|images| images.get(&number));
        let mut state = Self { complete: base == "scratch" || facts.is_some(), ..Self::default() };
        if let Some(facts) = facts {
            let split = |entry: &String| {
                let (name, value) = entry.split_once('=').unwrap_or((entry, ""));
                (name.to_owned(), value.to_owned())
            };
            state.env = facts.env.iter().map(split).collect();
            state.has_shell = facts.has_shell;
            state.triggers.clone_from(&facts.triggers);
        }
        if !state.env.iter().any(|(name, _)| name == "PATH") {
            state.env.push(("PATH".to_owned(), DEFAULT_PATH.to_owned()));
        }
        state.add_env();
        state
    }

    fn add_env(&mut self) {
        for (name, value) in &self.env {
            self.scope.set(name, value.clone());
        }
    }

    /// Sets a variable of the image.
    pub(super) fn set_env(&mut self, name: &str, value: &str) {
        self.scope.set(name, value);
        match self.env.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => value.clone_into(known),
            None => self.env.push((name.to_owned(), value.to_owned())),
        }
    }
}
