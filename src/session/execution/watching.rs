//! Containers in the background: each line lets them go on a little, and a
//! line may wait for one of them, which Ctrl-C ends and the container does not
//! notice.

use super::{Execution, Going, INTERRUPTED};
use crate::cli::{Shown, Watching};
use crate::engine::Watched;
use crate::event::Event;
use crate::runtime::Processes;
use crate::session::Tells;
use crate::text::{Line, Output, Stream};

impl Execution {
    /// Those of every machine, up to the time of this line.
    pub(super) fn let_background_go_on(&mut self, processes: &mut dyn Processes, tells: Tells<'_>) {
        let now = self.state.world.clock;
        for machine in &mut self.state.machines {
            let record = &mut self.record;
            machine.engine.advance(now, processes, &mut |event| record.happen(event, tells));
        }
    }

    /// Lets the container go on by a step; the lab's time passes while it sleeps.
    pub(super) fn step_watched(&mut self, watching: Watching, processes: &mut dyn Processes, tells: Tells<'_>) {
        self.pieces += 1;
        let (now, here) = (self.state.world.clock, self.state.here);
        let mut written = Vec::new();
        let record = &mut self.record;
        let engine = &mut self.state.machines[here].engine;
        let watched = engine.go_on(&watching.container, now, processes, &mut |event| {
            if let Event::ContainerWrote { stream, text, .. } = &event {
                written.push((*stream, text.clone()));
            }
            record.happen(event, tells);
        });
        for (stream, text) in written.iter().filter(|_| watching.shown == Shown::Output) {
            self.print_bytes(*stream, text.as_bytes(), tells);
        }
        match watched {
            Watched::Ended { code } => self.tell_code(watching.shown, code, tells),
            Watched::Gone => {
                let line = Line::from("Error response from daemon: failed to start shim: there is no interpreter");
                self.record.print(Output { stream: Stream::Stderr, slot: None, line }, tells);
                self.code = 1;
            }
            Watched::Runs | Watched::Sleeps { .. } if self.is_interrupted_at(self.pieces) => self.code = INTERRUPTED,
            Watched::Runs | Watched::Sleeps { .. } => {
                if let Watched::Sleeps { until } = watched {
                    self.state.world.pass(until.since(now));
                }
                self.going = Some(Going::Watched(watching));
                return;
            }
        }
        self.print_rest(tells);
    }

    fn tell_code(&mut self, shown: Shown, code: i32, tells: Tells<'_>) {
        if shown == Shown::Code {
            let line = Line::from(code.to_string());
            self.record.print(Output { stream: Stream::Stdout, slot: None, line }, tells);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{begin_with, lab_with};
    use super::*;
    use crate::lab::{Input, Operation, State};
    use crate::limits;
    use crate::runtime::Modules;
    use crate::session::execution::tests::Nowhere;

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

    /// A learner's lines, one after the other, with one interpreter or with a new one for each.
    struct Prompt {
        state: State,
        modules: Modules,
        forgets: bool,
    }

    impl Prompt {
        fn new(program: &str, forgets: bool) -> Self {
            let mut prompt = Self { state: lab_with(program), modules: Modules::default(), forgets };
            prompt.line("docker build -t job:1 .", None);
            prompt
        }

        fn line(&mut self, line: &str, interrupted: Option<u64>) -> Operation {
            if self.forgets {
                self.modules = Modules::default();
            }
            let mut execution = begin_with(self.state.clone(), line, interrupted, &mut self.modules);
            execution.run_to_end(&mut Nowhere, &mut self.modules, &mut drop);
            let operation = execution.into_operation(&mut drop).expect(line);
            self.state = operation.after.clone();
            operation
        }

        fn printed(&mut self, line: &str) -> Vec<String> {
            self.line(line, None).output.iter().map(|output| output.line.text()).collect()
        }
    }

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
            lines.map(|line| prompt.line(line, None)).map(|operation| (operation.snapshot, operation.events))
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
        assert_eq!((again.snapshot, again.events), (live.snapshot, live.events));
        assert_eq!(prompt.printed("docker ps").len(), 2);
    }

    #[test]
    fn many_containers_share_the_time_and_there_are_not_too_many() {
        let mut prompt = Prompt::new(SPIN, false);
        for _ in 0..limits::BACKGROUND_CONTAINERS {
            prompt.line("docker run -d job:1", None);
        }
        let steps = |prompt: &Prompt| -> Vec<u64> {
            let containers = prompt.state.machine().engine.containers.values();
            containers.filter_map(|container| container.begun.as_ref()).map(|begun| begun.steps).collect()
        };
        let before = steps(&prompt);
        prompt.line("ls", None);
        let each = (limits::BACKGROUND_STEPS / limits::BACKGROUND_CONTAINERS) as u64;
        assert!(steps(&prompt).iter().zip(&before).all(|(after, before)| after - before == each));
        let one_more = begin_with(prompt.state.clone(), "docker run -d job:1", None, &mut prompt.modules);
        assert!(one_more.has_failed());
    }
}
