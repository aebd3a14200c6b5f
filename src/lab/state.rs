//! The whole state of a lab at one moment. Cloning it is cheap, so every
//! operation keeps the state it led to.

use crate::engine::SET_UP;
use crate::registry::hub::Hub;

use super::{Machine, Wire, World};
use crate::host::Host;

/// What a lab starts with; a lesson says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LabSpec {
    /// What randomness grows from.
    pub seed: u64,
    /// The machines; the prompt is on the first.
    pub machines: Vec<String>,
    /// The registries.
    pub registries: Vec<String>,
    /// The folder of the project on the first machine.
    pub folder: String,
    /// The project's files.
    pub files: Vec<ProjectFile>,
    /// Where the hub's files are, such as `/hub/`.
    pub hub: String,
}

/// A file the learner finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectFile {
    /// Its path in the project's folder.
    pub name: String,
    /// Permission bits.
    pub mode: u32,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Everything that can change.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// The machines, in the order of the lab.
    pub machines: Vec<Machine>,
    /// Which of them the prompt is on.
    pub here: usize,
    /// The rest of the world.
    pub world: World,
}

impl State {
    /// A lab nobody has touched.
    pub fn new(spec: &LabSpec) -> Self {
        let mut machines: Vec<Machine> = spec.machines.iter().map(|name| Machine::new(name, SET_UP)).collect();
        if machines.is_empty() {
            machines.push(Machine::new("laptop", SET_UP));
        }
        if !spec.folder.is_empty() {
            machines[0].put_project(&spec.folder, &spec.files, SET_UP);
        }
        let world = World::new(spec.seed, SET_UP, &spec.registries, Hub::at(spec.hub.as_str()));
        Self { machines, here: 0, world }
    }

    /// Which machine has this name.
    pub fn machine_named(&self, name: &str) -> Option<usize> {
        self.machines.iter().position(|machine| machine.name == name)
    }

    /// The machine the prompt is on.
    pub fn machine(&self) -> &Machine {
        &self.machines[self.here]
    }

    /// What stays of a line that began at `before` and failed, if anything does:
    /// what registries hold, for they are others' machines, and what builders
    /// finished. Everything else is as it was.
    pub fn after_failure(self, before: &Self) -> Option<Self> {
        let mut left = before.clone();
        let mut stays = self.world.has_changed_registries(&before.world);
        for (then, now) in left.machines.iter_mut().zip(self.machines) {
            if let Some(engine) = now.engine.after_failure(&then.engine) {
                then.engine = engine;
                stays = true;
            }
        }
        // The time that it took has passed.
        stays.then_some(Self { world: self.world, ..left })
    }

    /// The machine the prompt is on, and the wire it sees.
    pub fn split<'a>(&'a mut self, outside: &'a mut dyn Host) -> (&'a mut Machine, Wire<'a>) {
        let machine = &mut self.machines[self.here];
        let wire = Wire { world: &mut self.world, outside, machine: machine.name.clone() };
        (machine, wire)
    }

    /// The prompt, such as `laptop:~/mlmodel $`.
    pub fn prompt(&self) -> String {
        let machine = self.machine();
        format!("{}:{} $", machine.name, machine.shown_directory())
    }
}
