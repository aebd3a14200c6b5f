//! Containers go on with each line, a little, and a line may wait for one of
//! them. The program of one that is in the foreground hears of Ctrl-C; of one
//! that is only watched it ends the watching, and the container does not notice.

use std::time::Duration;

use super::{Execution, Going, INTERRUPTED};
use crate::cli::{Watch, Watching};
use crate::engine::{Around, Engine, Watched};
use crate::event::Event;
use crate::lab::{Input, Machine};
use crate::runtime::Processes;
use crate::session::Tells;
use crate::text::{Line, Output, Stream};

/// How long a host may rest that shows somebody a container which waits for others.
const REST: Duration = Duration::from_secs(1);

/// What was seen of a container while it went on.
#[derive(Default)]
pub(super) struct Seen {
    written: Vec<(Stream, String)>,
    /// The fuel that its program used, if it ended.
    fuel: Option<u64>,
}

impl Execution {
    /// Those of every machine, up to the time of this line.
    pub(super) fn let_background_go_on(&mut self, processes: &mut dyn Processes, tells: Tells<'_>) {
        let now = self.state.world.clock;
        for Machine { engine, files, .. } in &mut self.state.machines {
            let record = &mut self.record;
            let events = &mut |event| record.happen(event, tells);
            let mut around = Around { now, files, processes, events };
            engine.share_folders(&mut around);
            engine.advance(&mut around);
        }
    }

    /// Lets the container, or another, go on by a step; the lab's time passes while all of them sleep.
    pub(super) fn step_watched(&mut self, watching: Watching, processes: &mut dyn Processes, tells: Tells<'_>) {
        self.passed = Duration::ZERO;
        if !self.hit_again(&watching, processes, tells) || self.leaves(&watching, processes, tells) {
            return;
        }
        let settings = self.state.machine().engine.containers.get(&watching.container);
        let settings = settings.map(|container| container.settings.clone()).unwrap_or_default();
        let (watched, seen) =
            self.with_engine(&watching, processes, tells, |engine, around| go_on(engine, &watching, around));
        for (stream, text) in seen.written {
            self.print_watched(watching.watch, stream, &text, tells);
        }
        if let Some(fuel) = seen.fuel.filter(|_| watching.watch == Watch::Program) {
            self.state.world.pass(settings.computing(fuel));
        }
        // Who only waits does no work: how long somebody looked on is nothing that could be done again.
        self.idles = watched == Watched::Waits;
        self.pieces += u64::from(!self.idles);
        match watched {
            Watched::Ended { code } => self.tell_code(watching.watch, code, tells),
            Watched::Gone => {
                let line = Line::from("Error response from daemon: failed to start shim: there is no interpreter");
                self.record.print(Output { stream: Stream::Stderr, slot: None, line }, tells);
                self.code = 1;
            }
            _ if self.is_interrupted_here() => return self.interrupt_again(watching, processes, tells),
            Watched::Runs | Watched::Sleeps { .. } | Watched::Waits => {
                let now = self.state.world.clock;
                match watched {
                    Watched::Sleeps { until } => self.state.world.pass(until.since(now)),
                    Watched::Waits => self.passed = REST,
                    _ => {}
                }
                self.going = Some(Going::Watched(watching));
                return;
            }
        }
        self.print_rest(tells);
    }

    /// Whether Ctrl-C comes now; where everybody waits, there will be no more work after which it could.
    fn is_interrupted_here(&mut self) -> bool {
        self.is_interrupted_at(if self.idles { u64::MAX } else { self.pieces })
    }

    /// Ctrl-C comes again. Of a program, older logs say only when it came; now it is among what was typed.
    fn interrupt_again(&mut self, watching: Watching, processes: &mut dyn Processes, tells: Tells<'_>) {
        self.going = Some(Going::Watched(watching));
        if !self.interrupt_program(processes, tells) {
            if let Some(Going::Watched(watching)) = self.going.take() {
                self.interrupt_watched(&watching, processes, tells);
            }
        } else if let Input::Line { interrupted, .. } = &mut self.input {
            *interrupted = None;
        }
    }

    /// Ctrl-C while a container is waited for that does not hear of it.
    pub(super) fn interrupt_watched(&mut self, watching: &Watching, processes: &mut dyn Processes, tells: Tells<'_>) {
        self.print_rest(tells);
        if let Watch::Entered(session) = watching.watch {
            self.with_engine(watching, processes, tells, |engine, around| {
                engine.leave(&watching.container, session, around);
            });
        }
        self.code = INTERRUPTED;
    }

    /// Lets `work` use the daemon here, and sees what is watched of it.
    pub(super) fn with_engine<R>(
        &mut self,
        watching: &Watching,
        processes: &mut dyn Processes,
        tells: Tells<'_>,
        work: impl FnOnce(&mut Engine, &mut Around<'_>) -> R,
    ) -> (R, Seen) {
        let (now, here) = (self.state.world.clock, self.state.here);
        let Machine { engine, files, .. } = &mut self.state.machines[here];
        let (record, mut seen) = (&mut self.record, Seen::default());
        let events = &mut |event| {
            seen.see(watching, &event);
            record.happen(event, tells);
        };
        let result = work(engine, &mut Around { now, files, processes, events });
        (result, seen)
    }

    fn print_watched(&mut self, watch: Watch, stream: Stream, text: &str, tells: Tells<'_>) {
        if watch == (Watch::Output { timed: true }) {
            let at = self.state.world.clock;
            let timed: Vec<String> = text.split_inclusive('\n').map(|line| format!("{at} {line}")).collect();
            return self.print_bytes(stream, timed.concat().as_bytes(), tells);
        }
        self.print_bytes(stream, text.as_bytes(), tells);
    }

    fn tell_code(&mut self, watch: Watch, code: i32, tells: Tells<'_>) {
        match watch {
            Watch::Code => {
                let line = Line::from(code.to_string());
                self.record.print(Output { stream: Stream::Stdout, slot: None, line }, tells);
            }
            Watch::Program | Watch::Entered(_) => self.code = code,
            Watch::Output { .. } => {}
        }
    }
}

impl Seen {
    fn see(&mut self, watching: &Watching, event: &Event) {
        match (event, watching.watch) {
            (Event::ExecWrote { id, exec, stream, text }, Watch::Entered(session))
                if *id == watching.container && *exec == session =>
            {
                self.written.push((*stream, text.clone()));
            }
            (Event::ContainerWrote { id, stream, text }, Watch::Program | Watch::Output { .. })
                if *id == watching.container =>
            {
                self.written.push((*stream, text.clone()));
            }
            (Event::ContainerExited { id, fuel, .. }, _) if *id == watching.container => self.fuel = Some(*fuel),
            _ => {}
        }
    }
}

/// Lets what is watched go on, and says what became of it.
fn go_on(engine: &mut Engine, watching: &Watching, around: &mut Around<'_>) -> Watched {
    let Watch::Entered(session) = watching.watch else { return engine.go_on(&watching.container, around) };
    let ended = |engine: &Engine| engine.exit_of(&watching.container, session).map(|code| Watched::Ended { code });
    if let Some(ended) = ended(engine) {
        return ended;
    }
    let watched = engine.go_on(&watching.container, around);
    ended(engine).unwrap_or(watched)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Nowhere, Prompt, begin_with};
    use super::*;
    use crate::limits;

    /// Writes a line, sleeps ten seconds, three times over; then ends with 4.
    const TICKER: &str = r#"(module
        (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (memory (export "memory") 1)
        (data (i32.const 0) "\10\00\00\00\05\00\00\00")
        (data (i32.const 16) "tick\0a")
        (data (i32.const 88) "\00\e4\0b\54\02")
        (func (export "_start") (local $left i32)
            (local.set $left (i32.const 3))
            (loop $on
                (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
                (drop (call $poll (i32.const 64) (i32.const 128) (i32.const 1) (i32.const 256)))
                (br_if $on (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
            (call $exit (i32.const 4))))"#;
    const SPIN: &str = r#"(module (memory (export "memory") 1) (func (export "_start") (loop $on (br $on))))"#;

    fn logs(prompt: &mut Prompt) -> usize {
        prompt.printed("docker logs job").len()
    }

    #[test]
    fn a_container_in_the_background_goes_on_as_the_clock_does() {
        for forgets in [false, true] {
            let mut prompt = Prompt::new(TICKER, forgets);
            assert_eq!(prompt.printed("docker run -d --name job job:1")[0].len(), 64);
            assert_eq!(logs(&mut prompt), 1);
            assert!(prompt.printed("docker ps")[1].contains("Up 2 seconds"), "forgets: {forgets}");
            for _ in 0..9 {
                prompt.line("ls", None);
            }
            assert_eq!(logs(&mut prompt), 2);
            assert_eq!(prompt.printed("docker wait job"), ["4"]);
            assert_eq!((logs(&mut prompt), prompt.printed("docker ps").len()), (3, 1));
            assert!(prompt.printed("docker ps -a")[1].contains("Exited (4)"));
            // Started again, it begins anew; its log goes on.
            assert_eq!(prompt.printed("docker start job"), ["job"]);
            assert_eq!(prompt.printed("docker wait job"), ["4"]);
            assert_eq!(logs(&mut prompt), 6);
        }
    }

    #[test]
    fn what_a_process_was_is_the_same_whether_it_was_kept_or_run_again() {
        let lines =
            ["docker run -d --name job job:1", "ls", "docker run -d job:1", "docker logs job", "docker stop job", "ls"];
        let ran = |forgets| {
            let mut prompt = Prompt::new(TICKER, forgets);
            lines.map(|line| prompt.line(line, None)).map(|operation| (operation.after.snapshot(), operation.events))
        };
        assert_eq!(ran(false), ran(true));
    }

    #[test]
    fn an_endless_program_is_stopped_killed_and_begun_again() {
        let mut prompt = Prompt::new(SPIN, false);
        prompt.line("docker run -d --name job job:1", None);
        let before = prompt.state.world.clock;
        assert_eq!(prompt.printed("docker stop job"), ["job"]);
        assert_eq!(prompt.state.world.clock.since(before).as_secs(), 11);
        assert!(prompt.printed("docker ps -a")[1].contains("Exited (137)"));
        prompt.line("docker restart job", None);
        assert!(prompt.printed("docker ps")[1].contains("Up 1 second"));
        assert_eq!(prompt.printed("docker kill -s TERM job"), ["job"]);
        assert_eq!(prompt.printed("docker ps").len(), 2, "the first process of a container is spared");
        assert_eq!(prompt.printed("docker kill job"), ["job"]);
        assert_eq!(prompt.printed("docker ps").len(), 1);
    }

    #[test]
    fn ctrl_c_ends_the_waiting_and_not_the_container_and_comes_again() {
        let mut prompt = Prompt::new(SPIN, false);
        prompt.line("docker run -d --name job job:1", None);
        let mut waiting = begin_with(prompt.state.clone(), "docker logs -f job", None, &mut prompt.modules);
        for _ in 0..5 {
            assert!(!waiting.step(limits::SLICE_FUEL, &mut Nowhere, &mut prompt.modules, &mut drop));
        }
        waiting.interrupt(&mut Nowhere, &mut prompt.modules, &mut drop);
        let live = waiting.into_operation(&mut drop).expect("it is kept");
        assert_eq!(live.code, INTERRUPTED);
        let Input::Line { interrupted, .. } = live.input else { panic!("it was a line") };
        let again = prompt.line("docker logs -f job", interrupted);
        assert_eq!((again.after.snapshot(), again.events), (live.after.snapshot(), live.events));
        assert_eq!(prompt.printed("docker ps").len(), 2);
    }

    #[test]
    fn a_part_of_a_processor_is_a_part_of_the_steps() {
        let mut prompt = Prompt::new(SPIN, false);
        prompt.line("docker run -d --name whole job:1", None);
        prompt.line("docker run -d --name part --cpus 0.25 job:1", None);
        let steps = |prompt: &Prompt, name: &str| {
            let mut containers = prompt.state.machine().engine.containers.values();
            let found = containers.find(|container| container.name == name);
            found.and_then(|container| container.begun.as_ref()).expect("it runs").steps
        };
        let before = (steps(&prompt, "whole"), steps(&prompt, "part"));
        prompt.line("ls", None);
        let (whole, part) = (steps(&prompt, "whole") - before.0, steps(&prompt, "part") - before.1);
        assert!(part > 0 && whole >= 3 * part, "{whole} {part}");
        prompt.line("docker rm -f whole", None);
        let before = steps(&prompt, "part");
        prompt.line("ls", None);
        assert_eq!(steps(&prompt, "part") - before, limits::BACKGROUND_STEPS as u64 / 4);
    }

    #[test]
    fn many_containers_share_the_time_and_there_are_not_too_many() {
        let mut prompt = Prompt::new(SPIN, false);
        for _ in 0..limits::RUNNING_CONTAINERS {
            prompt.line("docker run -d job:1", None);
        }
        let steps = |prompt: &Prompt| -> Vec<u64> {
            let containers = prompt.state.machine().engine.containers.values();
            containers.filter_map(|container| container.begun.as_ref()).map(|begun| begun.steps).collect()
        };
        let before = steps(&prompt);
        prompt.line("ls", None);
        let each = (limits::BACKGROUND_STEPS / limits::RUNNING_CONTAINERS) as u64;
        assert!(steps(&prompt).iter().zip(&before).all(|(after, before)| after - before == each));
        let one_more = begin_with(prompt.state.clone(), "docker run -d job:1", None, &mut prompt.modules);
        assert!(one_more.has_failed());
    }
}
