//! A container in the foreground: stepped until it ends, what it writes
//! printed and logged.

use std::time::Duration;

use bytes::Bytes;

use super::{Execution, Going, INTERRUPTED};
use crate::cli::Attached;
use crate::engine::State as ContainerState;
use crate::event::Event;
use crate::runtime::Step;
use crate::session::Tells;

/// Fuel a modelled second of computing burns; about one unit is one instruction.
const FUEL_PER_SECOND: u64 = 1_000_000_000;

impl Execution {
    /// Steps the container's process. If the input says that Ctrl-C came, it comes again after the same fuel.
    pub(super) fn step_container(&mut self, mut attached: Attached, fuel: u64, tells: Tells<'_>) {
        let step = attached.process.step(fuel);
        self.take_output(&mut attached, tells);
        let used = self.pieces + attached.process.fuel_used();
        let ctrl_c = self.is_interrupted_at(used);
        match step {
            Step::Exited { code } => self.exited(attached, code, tells),
            _ if ctrl_c => self.exited(attached, INTERRUPTED, tells),
            step => {
                if let Step::Slept { nanos } = step {
                    self.state.world.pass(Duration::from_nanos(nanos));
                }
                self.going = Some(Going::Container(attached));
            }
        }
    }

    fn take_output(&mut self, attached: &mut Attached, tells: Tells<'_>) {
        let id = attached.container.clone();
        for output in attached.process.take_output() {
            let bytes = Bytes::from(output.bytes);
            let text = String::from_utf8_lossy(&bytes).into_owned();
            self.record.happen(Event::ContainerWrote { id: id.clone(), stream: output.stream, text }, tells);
            self.print_bytes(output.stream, &bytes, tells);
            let here = self.state.here;
            if let Some(container) = self.state.machines[here].engine.container_mut(&id) {
                container.write(output.stream, &bytes);
            }
        }
    }

    pub(super) fn exited(&mut self, attached: Attached, code: i32, tells: Tells<'_>) {
        self.print_rest(tells);
        let fuel = attached.process.fuel_used();
        self.pieces += fuel;
        let nanos = u128::from(fuel) * 1_000_000_000 / u128::from(FUEL_PER_SECOND);
        self.state.world.pass(Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX)));
        let at = self.state.world.clock;
        let here = self.state.here;
        let engine = &mut self.state.machines[here].engine;
        if let Some(container) = engine.container_mut(&attached.container) {
            container.tree = attached.process.into_tree();
            container.state = ContainerState::Exited { code, at };
        }
        let id = attached.container.clone();
        self.record.happen(Event::ContainerExited { id: id.clone(), code, fuel }, tells);
        if attached.remove {
            let record = &mut self.record;
            let removed = engine.remove_container(&id, true, &mut |event| record.happen(event, tells));
            debug_assert!(removed.is_ok(), "it was there a moment ago");
        }
        self.code = code;
    }
}
