//! Containers in the background. A line of the prompt lets each of them go
//! on by a bounded number of steps, in turns, as far as the lab's clock
//! allows: one that sleeps goes on when its time has come. What a container
//! has done is so a function of the lines typed, and comes again with them.

use super::{Container, ContainerError, Engine, State};
use crate::event::{Event, Events};
use crate::fs::FsPath;
use crate::limits;
use crate::oci::Timestamp;
use crate::runtime::{Mark, Process, Processes, Program, StartError, Step};

/// What a shell says of a program that `SIGKILL` ended.
pub const KILLED: i32 = 137;

/// How a container's program was begun the last time, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// When.
    pub at: Timestamp,
    /// The file of the program.
    pub program: FsPath,
    /// What its randomness grows from.
    pub seed: u64,
    /// Whether it runs in the background.
    pub detached: bool,
    /// Whether the container is removed when it ends.
    pub remove: bool,
    /// Steps it has had in the background.
    pub steps: u64,
    /// When it goes on, if it sleeps.
    pub wakes: Timestamp,
}

/// What became of a container that somebody waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watched {
    /// It made a step and has more to do.
    Runs,
    /// It sleeps.
    Sleeps {
        /// Until then.
        until: Timestamp,
    },
    /// Its program ended, now or before.
    Ended {
        /// Exit code.
        code: i32,
    },
    /// It was removed or never started, or cannot go on.
    Gone,
}

impl Begun {
    fn mark(&self) -> Mark {
        Mark { seed: self.seed, steps: self.steps }
    }
}

impl Container {
    /// Its program at the beginning, as it was begun the last time.
    pub fn process(&self, begun: &Begun, processes: &mut dyn Processes) -> Result<Box<dyn Process>, StartError> {
        let unreadable = |error: crate::fs::FsError| StartError::Instance { reason: error.to_string() };
        let bytes = self.tree.read(&begun.program).map_err(unreadable)?;
        let program = Program {
            arguments: self.command.clone(),
            environment: self.environment.clone(),
            directory: FsPath::from(self.directory.as_str()),
            tree: self.tree.clone(),
            started: begun.at,
            seed: begun.seed,
            ..Program::default()
        };
        processes.start(&bytes, program)
    }

    /// Whether its program runs in the background.
    pub fn is_in_background(&self) -> bool {
        matches!(self.state, State::Running { .. }) && self.begun.as_ref().is_some_and(|begun| begun.detached)
    }

    /// Its program where it is: as it was kept, or run again up to there.
    fn resumed(&self, processes: &mut dyn Processes) -> Option<Box<dyn Process>> {
        let begun = self.begun.as_ref()?;
        if let Some(process) = processes.parked().unpark(&self.id, begun.mark()) {
            return Some(process);
        }
        let mut process = self.process(begun, processes).ok()?;
        for _ in 0..begun.steps {
            process.step(limits::SLICE_FUEL);
            drop(process.take_output());
        }
        Some(process)
    }
}

impl Engine {
    /// Lets the containers in the background go on up to `now`, in turns.
    pub fn advance(&mut self, now: Timestamp, processes: &mut dyn Processes, events: Events<'_>) {
        let background = self.containers.values().filter(|container| container.is_in_background());
        let mut live: Vec<(String, Box<dyn Process>)> =
            background.filter_map(|container| Some((container.id.clone(), container.resumed(processes)?))).collect();
        let mut steps_left = limits::BACKGROUND_STEPS;
        let mut going = true;
        while std::mem::take(&mut going) {
            let mut still = Vec::new();
            for (id, process) in live {
                if steps_left == 0 || self.sleeps(&id, now) {
                    still.push((id, process));
                    continue;
                }
                steps_left -= 1;
                going = true;
                still.extend(self.step(&id, process, now, events).map(|process| (id, process)));
            }
            live = still;
        }
        for (id, process) in live {
            if let Some(begun) = self.containers.get(&id).and_then(|container| container.begun.as_ref()) {
                processes.parked().park(&id, begun.mark(), process);
            }
        }
    }

    /// Lets one container in the background go on by a step, if it does not sleep.
    pub fn go_on(&mut self, id: &str, now: Timestamp, processes: &mut dyn Processes, events: Events<'_>) -> Watched {
        let Some(container) = self.containers.get(id) else { return Watched::Gone };
        let Some(begun) = container.begun.as_ref().filter(|_| container.is_in_background()) else {
            return match container.state {
                State::Exited { code, .. } => Watched::Ended { code },
                State::Created | State::Running { .. } => Watched::Gone,
            };
        };
        if begun.wakes > now {
            return Watched::Sleeps { until: begun.wakes };
        }
        let Some(process) = container.resumed(processes) else { return Watched::Gone };
        let mut code = 0;
        let still = self.step(id, process, now, &mut |event| {
            if let Event::ContainerExited { code: exit, .. } = &event {
                code = *exit;
            }
            events(event);
        });
        let Some(process) = still else { return Watched::Ended { code } };
        if let Some(begun) = self.containers.get(id).and_then(|container| container.begun.as_ref()) {
            processes.parked().park(id, begun.mark(), process);
        }
        Watched::Runs
    }

    /// Ends a program that runs in the background, as a signal does that it cannot catch.
    pub fn kill(
        &mut self,
        id: &str,
        now: Timestamp,
        processes: &mut dyn Processes,
        events: Events<'_>,
    ) -> Result<(), ContainerError> {
        let container = self.containers.get(id).filter(|container| container.is_in_background());
        let container = container.ok_or_else(|| ContainerError::NotRunning { id: id.to_owned() })?;
        let process = container.resumed(processes);
        self.ended(id, process, KILLED, now, events);
        Ok(())
    }

    /// Whether another container may run in the background.
    pub fn has_room_in_background(&self) -> bool {
        let running = self.containers.values().filter(|container| container.is_in_background()).count();
        running < limits::BACKGROUND_CONTAINERS
    }

    fn sleeps(&self, id: &str, now: Timestamp) -> bool {
        let begun = self.containers.get(id).and_then(|container| container.begun.as_ref());
        begun.is_some_and(|begun| begun.wakes > now)
    }

    /// One step of one program; what it wrote goes to the log. None if it ended.
    fn step(
        &mut self,
        id: &str,
        mut process: Box<dyn Process>,
        now: Timestamp,
        events: Events<'_>,
    ) -> Option<Box<dyn Process>> {
        let step = process.step(limits::SLICE_FUEL);
        let container = self.container_mut(id)?;
        for output in process.take_output() {
            let text = String::from_utf8_lossy(&output.bytes).into_owned();
            container.write(output.stream, &output.bytes.into());
            events(Event::ContainerWrote { id: id.to_owned(), stream: output.stream, text });
        }
        if let Some(begun) = &mut container.begun {
            begun.steps += 1;
            if let Step::Slept { nanos } = step {
                begun.wakes = begun.wakes.after(std::time::Duration::from_nanos(nanos));
            }
        }
        match step {
            Step::Exited { code } => {
                self.ended(id, Some(process), code, now, events);
                None
            }
            Step::Running | Step::Slept { .. } | Step::Hungry => Some(process),
        }
    }

    fn ended(&mut self, id: &str, process: Option<Box<dyn Process>>, code: i32, at: Timestamp, events: Events<'_>) {
        let fuel = process.as_ref().map_or(0, |process| process.fuel_used());
        let Some(container) = self.container_mut(id) else { return };
        container.state = State::Exited { code, at };
        if let Some(process) = process {
            container.tree = process.into_tree();
        }
        let remove = container.begun.as_ref().is_some_and(|begun| begun.remove);
        events(Event::ContainerExited { id: id.to_owned(), code, fuel });
        if remove && self.containers.remove(id).is_some() {
            events(Event::ContainerRemoved { id: id.to_owned() });
        }
    }
}
