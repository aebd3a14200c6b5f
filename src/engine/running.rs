//! Containers that run. A line of the prompt lets each of them go on by a
//! bounded number of steps, in turns, as far as the lab's clock allows: one
//! that sleeps goes on when its time has come, and one that waits to be given
//! something when it has been. What a container has done is so a function of
//! the lines typed, and comes again with them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::begun::Live;
use super::lifecycle::{KILLED, WHOLE_CPU};
use super::{Container, Engine, State};
use crate::event::{Event, Events};
use crate::fs::Tree;
use crate::limits;
use crate::oci::Timestamp;
use crate::runtime::{MAIN, News, Output, Processes, Step};
use crate::text::Stream;

/// What containers need of their machine to go on.
pub struct Around<'a> {
    /// The lab's time.
    pub now: Timestamp,
    /// The machine's files, parts of which may be mounted.
    pub files: &'a mut Tree,
    /// What runs their programs.
    pub processes: &'a mut dyn Processes,
    /// Where what happens is told.
    pub events: Events<'a>,
}

/// What became of a container that somebody waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watched {
    /// It made a step, or another did, and there is more to do.
    Runs,
    /// Everybody sleeps.
    Sleeps {
        /// Until the first wakes.
        until: Timestamp,
    },
    /// Everybody waits to be given something.
    Waits,
    /// Its program ended, now or before.
    Ended {
        /// Exit code.
        code: i32,
    },
    /// It was removed or never started, or cannot go on.
    Gone,
}

impl Container {
    /// Whether its program runs, or is just held.
    pub fn is_running(&self) -> bool {
        matches!(self.state, State::Running { .. })
    }

    /// The time at which its next step begins: when it woke, or now, if it computes.
    fn time(&self, now: Timestamp) -> Timestamp {
        let begun = self.begun.as_ref().filter(|begun| !begun.is_busy);
        begun.map_or(now, |begun| begun.wakes.min(now))
    }

    /// So many steps as they count for it: with half a processor, each is two.
    fn weighed(&self, steps: usize) -> usize {
        match self.settings.nano_cpus {
            0 | WHOLE_CPU.. => steps,
            share => {
                let weighed = steps as u128 * u128::from(WHOLE_CPU) / u128::from(share);
                usize::try_from(weighed).unwrap_or(usize::MAX)
            }
        }
    }

    /// Whether it has something to do at this time.
    fn can_go_on(&self, now: Timestamp) -> bool {
        self.is_running() && !self.is_paused && self.begun.as_ref().is_some_and(|begun| begun.can_go_on(now))
    }
}

impl Engine {
    /// Lets all containers go on up to now: whoever wakes first goes first, those that compute take turns, and
    /// nobody has more than a fair share of the steps while others want some.
    pub fn advance(&mut self, around: &mut Around<'_>) {
        let mut live: BTreeMap<String, Live> = BTreeMap::new();
        let mut had: BTreeMap<String, usize> = BTreeMap::new();
        for _ in 0..limits::BACKGROUND_STEPS {
            self.restart_due(around);
            self.probe_due(around);
            let Some(id) = self.next_in_time(&had, around.now) else { break };
            *had.entry(id.clone()).or_default() += 1;
            let kept = live.remove(&id).or_else(|| self.containers.get(&id)?.resumed(around.processes));
            let still = kept.and_then(|kept| self.step(&id, kept, around));
            live.extend(still.map(|kept| (id, kept)));
        }
        for (id, kept) in live {
            self.park(&id, kept, around);
        }
    }

    /// Who goes on next, when each has had so many steps already.
    fn next_in_time(&self, had: &BTreeMap<String, usize>, now: Timestamp) -> Option<String> {
        let steps = |container: &Arc<Container>| container.weighed(had.get(&container.id).copied().unwrap_or(0));
        let all = limits::BACKGROUND_STEPS;
        let able: Vec<&Arc<Container>> =
            self.containers.values().filter(|container| container.can_go_on(now) && steps(container) < all).collect();
        let share = all / able.len().max(1);
        let turn = |container: &&Arc<Container>| {
            let steps = steps(container);
            (steps >= share, container.time(now), steps, container.id.clone())
        };
        able.into_iter().min_by_key(turn).map(|container| container.id.clone())
    }

    /// Lets a container go on by a step; if it cannot, one of the others, in turn.
    pub fn go_on(&mut self, id: &str, around: &mut Around<'_>) -> Watched {
        self.restart_due(around);
        self.probe_due(around);
        match self.containers.get(id).map(|container| container.state) {
            // Whoever watches sees one run, also of a container that is begun again.
            Some(State::Exited { code, .. } | State::Restarting { code, .. }) => return Watched::Ended { code },
            None | Some(State::Created) => return Watched::Gone,
            Some(State::Running { .. }) => {}
        }
        self.go_on_any(Some(id), around)
    }

    /// Lets the container that is meant go on by a step, or another if that cannot.
    pub fn go_on_any(&mut self, first: Option<&str>, around: &mut Around<'_>) -> Watched {
        let can = |id: &str| self.containers.get(id).is_some_and(|found| found.can_go_on(around.now));
        // Those after the one that had the last step, then those before it.
        let (after, before): (Vec<&String>, Vec<&String>) =
            self.containers.keys().partition(|id| **id > self.last_step);
        let mut others = after.into_iter().chain(before).map(String::as_str);
        let next = first.filter(|id| can(id)).or_else(|| others.find(|id| can(id))).map(str::to_owned);
        let Some(id) = next else {
            return self.next_wake().map_or(Watched::Waits, |until| Watched::Sleeps { until });
        };
        self.last_step.clone_from(&id);
        let Some(live) = self.containers.get(&id).and_then(|container| container.resumed(around.processes)) else {
            return Watched::Gone;
        };
        if let Some(live) = self.step(&id, live, around) {
            self.park(&id, live, around);
        }
        match first.and_then(|first| self.containers.get(first)).map(|container| container.state) {
            Some(State::Exited { code, .. } | State::Restarting { code, .. }) => Watched::Ended { code },
            None if first.is_some() => Watched::Ended { code: self.last_code },
            _ => Watched::Runs,
        }
    }

    /// Whether another container may run.
    pub fn has_room_to_run(&self) -> bool {
        self.containers.values().filter(|container| container.is_running()).count() < limits::RUNNING_CONTAINERS
    }

    /// When the first wakes of those who sleep, is started again, or is asked how it is.
    fn next_wake(&self) -> Option<Timestamp> {
        let wakes = |container: &Arc<Container>| match container.state {
            State::Restarting { until, .. } => Some(until),
            State::Running { .. } if !container.is_paused => {
                let begun = container.begun.as_ref().filter(|begun| !begun.is_idle).map(|begun| begun.wakes);
                begun.into_iter().chain(container.health.as_ref().map(|health| health.next)).min()
            }
            _ => None,
        };
        self.containers.values().filter_map(wakes).min()
    }

    pub(super) fn park(&self, id: &str, live: Live, around: &mut Around<'_>) {
        if let Some(begun) = self.containers.get(id).and_then(|container| container.begun.as_ref()) {
            begun.park(id, live, around.processes);
        }
    }

    /// One step of one program, and what follows from it, at the time of that program. None if it ended.
    fn step(&mut self, id: &str, mut live: Live, around: &mut Around<'_>) -> Option<Live> {
        let container = self.container_mut(id)?;
        let now = container.time(around.now);
        live.catch_up(container.begun.as_ref()?);
        let Around { files, processes, events, .. } = around;
        let around = &mut Around { now, files, processes: &mut **processes, events };
        let step = live.process.step(limits::SLICE_FUEL);
        let (output, news) = (live.process.take_output(), live.process.take_news());
        let begun = container.begun.as_mut()?;
        begun.steps += 1;
        begun.is_busy = step == Step::Running;
        begun.memory_bytes = live.process.memory_bytes();
        match step {
            Step::Slept { nanos } => begun.wakes = begun.wakes.after(std::time::Duration::from_nanos(nanos)),
            Step::Hungry => begun.is_idle = true,
            Step::Running | Step::Exited { .. } => {}
        }
        for output in output {
            self.wrote(id, output, around);
        }
        for news in news {
            self.heard(id, news, around);
        }
        self.keep_mounts(id, &mut live, around);
        if let Step::Exited { code } = step {
            self.ended(id, Some(live), code, around);
            return None;
        }
        // Only this one can have taken more, and it is the one that is killed.
        if self.memory_bytes() > limits::MACHINE_MEMORY_BYTES {
            self.ran_out_of_memory(id, around);
            self.ended(id, Some(live), KILLED, around);
            return None;
        }
        Some(live)
    }

    /// The memory that all containers take together, in bytes.
    fn memory_bytes(&self) -> usize {
        let running = self.containers.values().filter(|container| container.is_running());
        running.filter_map(|container| container.begun.as_ref()).map(|begun| begun.memory_bytes).sum()
    }

    /// A container is about to be killed because it wants more memory than there is.
    fn ran_out_of_memory(&mut self, id: &str, around: &mut Around<'_>) {
        if let Some(container) = self.container_mut(id) {
            container.is_out_of_memory = true;
        }
        self.note_container(around.now, "oom", id, &[]);
        let bytes = b"killed: out of memory\n".to_vec();
        self.wrote(id, Output { session: MAIN, stream: Stream::Stderr, bytes }, around);
    }

    fn wrote(&mut self, id: &str, output: Output, around: &mut Around<'_>) {
        let Output { session, stream, bytes } = output;
        let Some(container) = self.container_mut(id) else { return };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if session == MAIN {
            container.write(stream, &bytes.into(), around.now);
            (around.events)(Event::ContainerWrote { id: id.to_owned(), stream, text });
            return;
        }
        let entered = container.begun.as_mut().and_then(|begun| begun.entered.get_mut(&session));
        match entered.and_then(|entered| entered.output.as_mut()) {
            // Docker keeps so much of what a check of health says.
            Some(kept) => {
                let room = limits::HEALTH_OUTPUT_BYTES.saturating_sub(kept.len()).min(bytes.len());
                Arc::make_mut(kept).extend(&bytes[..room]);
            }
            None => (around.events)(Event::ExecWrote { id: id.to_owned(), exec: session, stream, text }),
        }
    }

    fn heard(&mut self, id: &str, news: News, around: &mut Around<'_>) {
        match news {
            News::Packet(packet) => self.carry(id, packet, around.now),
            News::OutOfMemory => self.ran_out_of_memory(id, around),
            News::Left { session, code } => self.left(id, session, code, around),
        }
    }
}
