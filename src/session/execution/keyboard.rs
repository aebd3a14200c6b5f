//! What is typed while a line follows a container goes to its program. It is
//! kept with the line, and comes again just there when the line is done again.

use std::collections::VecDeque;

use super::{Execution, Going};
use crate::cli::{Keyboard, Watch, Watching};
use crate::host::Host;
use crate::lab::{Input, Keyed, Keys};
use crate::limits;
use crate::runtime::{MAIN, Processes};
use crate::session::{NOBODY, Reader, Tell, Tells};
use crate::text::{Line, Output, Stream};

/// The Ctrl-C in a row after which docker's client no longer waits for the program.
const ENOUGH: u32 = 3;
const FORCED: &str = "got 3 SIGTERM/SIGINTs, forcefully exiting";
/// What leaving a terminal is to the client.
const LEFT: &str = "read escape sequence";
const TOO_MUCH: &str = "this is more than may be typed to one command; Ctrl-C ends it";

/// What was typed, as far as somebody asks for it later.
#[derive(Debug, Default)]
pub(super) struct Typing {
    /// What the log says is to come yet.
    again: VecDeque<Keyed>,
    /// What all that was typed takes to be kept, in bytes.
    bytes: usize,
    /// Ctrl-C in a row.
    interrupts: u32,
    /// Whether the program is left alone at the next step.
    leaves: bool,
    /// What the host was told last of who reads.
    told: Option<Reader>,
}

/// What came of keys.
enum Hit {
    /// The program has them.
    Heard,
    /// It was given too much already.
    Refused,
    /// The line follows it no longer.
    Left,
}

impl Typing {
    /// For a line that is done again, with what was typed then.
    pub(super) fn again(keyed: Vec<Keyed>) -> Self {
        Self { again: keyed.into(), ..Self::default() }
    }

    /// Whether these may still be typed.
    fn has_room(&self, keys: &Keys) -> bool {
        self.bytes + keys.size() <= limits::KEYED_BYTES
    }
}

impl Execution {
    /// Who reads what is typed now, if somebody does.
    pub fn reader(&self) -> Option<Reader> {
        let watching = self.watched().filter(|watching| watching.keyboard.feeds)?;
        let container = self.state.machine().engine.containers.get(&watching.container)?.name.clone();
        let begun = [Stream::Stdout, Stream::Stderr].map(|stream| self.partial.get(&stream).map(Vec::as_slice));
        let begun = String::from_utf8_lossy(&begun.map(Option::unwrap_or_default).concat()).into_owned();
        let Keyboard { is_terminal, leave, .. } = &watching.keyboard;
        Some(Reader { container, begun, leave: if *is_terminal { leave.clone() } else { String::new() } })
    }

    /// Whether nothing goes on until somebody types.
    pub fn waits_for_keys(&self) -> bool {
        self.idles && self.watched().is_some_and(|watching| watching.keyboard.feeds)
    }

    /// Lets the program that is followed read what is typed, or says why it cannot.
    pub fn press(&mut self, keys: Keys, processes: &mut dyn Processes, tells: Tells<'_>) -> Result<(), &'static str> {
        let watching = self.watched().filter(|watching| watching.keyboard.feeds).cloned().ok_or(NOBODY)?;
        if keys.size() > limits::LINE_BYTES || !self.typing.has_room(&keys) {
            return Err(TOO_MUCH);
        }
        let hit = self.hit(&watching, keys, processes, tells);
        self.tell_reader(tells);
        if matches!(hit, Hit::Refused) { Err(TOO_MUCH) } else { Ok(()) }
    }

    /// A step while nobody types: what waits for that finds its input at the end.
    pub fn step_alone(&mut self, outside: &mut dyn Host, processes: &mut dyn Processes, tells: Tells<'_>) -> bool {
        if self.waits_for_keys() && self.press(Keys::End, processes, tells).is_err() {
            self.interrupt(outside, processes, tells);
        }
        self.step(limits::SLICE_FUEL, outside, processes, tells)
    }

    /// Tells who reads what is typed, if that has changed.
    pub(super) fn tell_reader(&mut self, tells: Tells<'_>) {
        let reader = self.reader();
        if self.typing.told != reader {
            self.typing.told.clone_from(&reader);
            tells(Tell::Reads(reader));
        }
    }

    /// What was typed then, at this point, comes again. False: the line follows the container no longer.
    pub(super) fn hit_again(&mut self, watching: &Watching, processes: &mut dyn Processes, tells: Tells<'_>) -> bool {
        // While everybody waits, nothing else can happen.
        while let Some(next) = self.typing.again.pop_front_if(|next| self.idles || next.after <= self.pieces) {
            if matches!(self.hit(watching, next.keys, processes, tells), Hit::Left) {
                return false;
            }
        }
        true
    }

    /// Ctrl-C, if what is followed is a program that hears of it.
    pub(super) fn interrupt_program(&mut self, processes: &mut dyn Processes, tells: Tells<'_>) -> bool {
        let hears = |watching: &&Watching| match watching.watch {
            Watch::Program => true,
            Watch::Entered(_) => watching.keyboard.is_terminal,
            Watch::Output { .. } | Watch::Code => false,
        };
        let Some(watching) = self.watched().filter(hears).cloned() else { return false };
        if matches!(self.hit(&watching, Keys::Interrupt, processes, tells), Hit::Left) {
            self.going = None;
        }
        true
    }

    fn watched(&self) -> Option<&Watching> {
        if let Some(Going::Watched(watching)) = &self.going { Some(watching) } else { None }
    }

    /// Keys reach the program, and are kept if they do.
    fn hit(&mut self, watching: &Watching, keys: Keys, processes: &mut dyn Processes, tells: Tells<'_>) -> Hit {
        let hit = match &keys {
            Keys::Text(text) => self.feed(watching, text, processes, tells),
            Keys::End => self.feed(watching, "", processes, tells),
            Keys::Interrupt => self.signal(watching, processes, tells),
            Keys::Leave if watching.keyboard.is_terminal => {
                self.typing.leaves = true;
                Hit::Heard
            }
            // A program without one reads them.
            Keys::Leave => self.feed(watching, &watching.keyboard.leave, processes, tells),
        };
        self.idles = false;
        if let (Hit::Heard | Hit::Left, Input::Line { keyed, .. }) = (&hit, &mut self.input) {
            self.typing.bytes += keys.size();
            keyed.push(Keyed { after: self.pieces, keys });
        }
        hit
    }

    fn feed(&mut self, watching: &Watching, text: &str, processes: &mut dyn Processes, tells: Tells<'_>) -> Hit {
        let bytes = bytes::Bytes::copy_from_slice(text.as_bytes());
        let (id, session) = (&watching.container, session(watching));
        let (is_fed, _) =
            self.with_engine(watching, processes, tells, |engine, around| engine.feed(id, session, bytes, around.now));
        if !is_fed {
            return Hit::Refused;
        }
        self.typing.interrupts = 0;
        if !watching.keyboard.is_terminal {
            self.show_typed(text, tells);
        }
        Hit::Heard
    }

    /// Without a terminal of its own the program alone hears of Ctrl-C, and so does the shell, which gives the line up.
    fn signal(&mut self, watching: &Watching, processes: &mut dyn Processes, tells: Tells<'_>) -> Hit {
        let Keyboard { feeds, is_terminal, .. } = watching.keyboard;
        if !is_terminal {
            self.typed.stop();
        }
        let (id, session) = (&watching.container, session(watching));
        // Whoever asks for the next line has got on with it, as long as one may come.
        let asks = is_terminal && feeds && self.state.machine().engine.is_idle(id);
        let asks = asks && self.typing.has_room(&Keys::Interrupt);
        self.typing.interrupts = if asks { 0 } else { self.typing.interrupts + 1 };
        let (is_given, _) = self.with_engine(watching, processes, tells, |engine, around| {
            if !is_terminal && session == MAIN {
                engine.stop_restarting(id);
            }
            engine.interrupt(id, session, around.now)
        });
        if is_given && self.typing.interrupts < ENOUGH {
            return Hit::Heard;
        }
        self.print_rest(tells);
        self.record.print(Output { stream: Stream::Stderr, slot: None, line: FORCED.into() }, tells);
        self.typed.stop();
        self.code = 1;
        Hit::Left
    }

    /// Whether the program goes on with nobody before it. The command is at its end then, which is a failure of one that
    /// only joined it.
    pub(super) fn leaves(&mut self, watching: &Watching, processes: &mut dyn Processes, tells: Tells<'_>) -> bool {
        if !std::mem::take(&mut self.typing.leaves) {
            return false;
        }
        self.with_engine(watching, processes, tells, |engine, _| engine.leave_alone(&watching.container));
        self.print_rest(tells);
        self.code = 0;
        if !watching.keyboard.begins {
            self.record.print(Output { stream: Stream::Stderr, slot: None, line: LEFT.into() }, tells);
            self.code = 1;
        }
        true
    }

    /// Where the program has no terminal, the learner's own shows what is typed, behind what stands on its last line.
    fn show_typed(&mut self, text: &str, tells: Tells<'_>) {
        for line in text.lines() {
            let begun = self.partial.remove(&Stream::Stdout).unwrap_or_default();
            let line = Line::from(String::from_utf8_lossy(&begun).into_owned() + line);
            self.record.show(Output { stream: Stream::Stdout, slot: None, line }, tells);
        }
    }
}

/// The number of the program that is followed, in its container.
fn session(watching: &Watching) -> u32 {
    if let Watch::Entered(session) = watching.watch { session } else { MAIN }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Nowhere, Prompt, begin_input, begin_with};
    use super::*;
    use crate::lab::Operation;

    /// Copies what it reads until there is no more. With an argument it hears of Ctrl-C, and then ends with 7.
    const CAT: &str = r#"(module
        (import "wasi_snapshot_preview1" "args_sizes_get" (func $args (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (import "drydock_process" "catch" (func $catch (param i32 i32) (result i32)))
        (memory (export "memory") 1)
        (func (export "_start")
            (drop (call $args (i32.const 32) (i32.const 36)))
            (if (i32.gt_u (i32.load (i32.const 32)) (i32.const 1))
                (then (drop (call $catch (i32.const 2) (i32.const 1)))))
            (loop $more
                (i32.store (i32.const 0) (i32.const 1024))
                (i32.store (i32.const 4) (i32.const 1024))
                (if (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)) (then (call $exit (i32.const 7))))
                (i32.store (i32.const 4) (i32.load (i32.const 8)))
                (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 12)))
                (br_if $more (i32.load (i32.const 8))))))"#;
    /// Hears of every Ctrl-C, and goes on for ever.
    const DEAF: &str = r#"(module
        (import "drydock_process" "catch" (func $catch (param i32 i32) (result i32)))
        (memory (export "memory") 1)
        (func (export "_start") (drop (call $catch (i32.const 2) (i32.const 1))) (loop $on (br $on))))"#;

    /// Reads on behind every end.
    const GREEDY: &str = r#"(module
        (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 1)
        (func (export "_start") (loop $on
            (i32.store (i32.const 0) (i32.const 64))
            (i32.store (i32.const 4) (i32.const 64))
            (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
            (br $on))))"#;

    /// Hears of every Ctrl-C, and reads on behind every end.
    const STUBBORN: &str = r#"(module
        (import "drydock_process" "catch" (func $catch (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 1)
        (func (export "_start") (drop (call $catch (i32.const 2) (i32.const 1))) (loop $on
            (i32.store (i32.const 0) (i32.const 64))
            (i32.store (i32.const 4) (i32.const 64))
            (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
            (br $on))))"#;

    fn text(text: &str) -> Keys {
        Keys::Text(text.to_owned())
    }

    /// Types the keys, each once everybody waits, and lets the line come to its end.
    fn typed(prompt: &mut Prompt, line: &str, keys: &[Keys]) -> Operation {
        let mut live = begin_with(prompt.state.clone(), line, None, &mut prompt.modules);
        let modules = &mut prompt.modules;
        for keys in keys {
            while !live.waits_for_keys() {
                assert!(!live.step(limits::SLICE_FUEL, &mut Nowhere, modules, &mut drop), "{line} ended");
            }
            match keys {
                Keys::Interrupt => live.interrupt(&mut Nowhere, modules, &mut drop),
                keys => live.press(keys.clone(), modules, &mut drop).expect("it reads"),
            }
        }
        while live.is_waiting() {
            live.step(limits::SLICE_FUEL, &mut Nowhere, modules, &mut drop);
        }
        live.into_operation(&mut drop).expect(line)
    }

    /// What was printed and the exit code, typed now and as the log has it, with the processes kept or run again.
    fn check(line: &str, keys: &[Keys], expected: (&str, i32)) {
        let mut prompt = Prompt::new(CAT, false);
        prompt.line("docker run -di --name job job:1", None);
        let live = typed(&mut prompt, line, keys);
        let printed: Vec<String> = live.output.iter().map(|output| output.line.text()).collect();
        assert_eq!((printed.join("|").as_str(), live.code), expected, "{line}");
        for modules in [&mut prompt.modules, &mut crate::runtime::Modules::default()] {
            let mut again = begin_input(prompt.state.clone(), live.input.clone(), modules);
            again.run_to_end(&mut Nowhere, modules, &mut drop);
            let again = again.into_operation(&mut drop).expect(line);
            assert_eq!((&again.input, again.code, &again.output), (&live.input, live.code, &live.output), "{line}");
            assert_eq!((again.after.snapshot(), &again.events), (live.after.snapshot(), &live.events), "{line}");
        }
    }

    #[test]
    fn what_is_typed_is_read_and_comes_again() {
        let keys = [text("one\n"), text("two\n"), Keys::End];
        check("docker run -i job:1", &keys, ("one|one|two|two", 0));
        check("docker run -it job:1", &keys, ("one|one|two|two", 0));
        check("docker exec -it job /spin", &keys, ("one|one|two|two", 0));
        check("docker attach job", &keys, ("one|one|two|two", 0));
        check("docker run -i job:1 > f && cat f", &keys, ("one|two|one|two", 0));
        check("docker create -i --name new job:1 > f; docker start -ai new", &keys, ("one|one|two|two", 0));
    }

    #[test]
    fn ctrl_c_goes_to_the_program_whose_own_code_it_is() {
        check("docker run -i job:1", &[Keys::Interrupt], ("", 130));
        check("docker run -i job:1 /spin hears; ls", &[text("x\n"), Keys::Interrupt], ("x|x", 7));
        check("docker run -it job:1 /spin hears", &[Keys::Interrupt], ("^C", 7));
        check("docker exec -it job /spin hears", &[Keys::Interrupt], ("^C", 7));
        check("docker exec -i job /spin hears", &[Keys::Interrupt], ("", 130));
    }

    #[test]
    fn a_terminal_can_be_left_to_its_program() {
        check("docker run -it --name left job:1; docker ps -q | wc -l", &[text("x\n"), Keys::Leave], ("x|x|2", 0));
        check("docker create -it --name left job:1 > f; docker start -ai left", &[Keys::Leave], ("", 0));
        check("docker exec -it job /spin", &[text("x\n"), Keys::Leave], ("x|x|read escape sequence", 1));
        let again = "docker run -dit --name left job:1 > f; docker attach left";
        check(again, &[text("x\n"), Keys::Leave], ("x|x|read escape sequence", 1));
        check("docker run -i job:1", &[Keys::Leave, Keys::End], ("\x10\x11|\x10\x11", 0));
        check("docker run -i --detach-keys=ctrl-x,q job:1", &[Keys::Leave, Keys::End], ("\x18q|\x18q", 0));
    }

    #[test]
    fn the_keys_that_leave_a_terminal_are_those_that_were_chosen() {
        let mut prompt = Prompt::new(CAT, false);
        let mut leave = |line| {
            let live = begin_with(prompt.state.clone(), line, None, &mut prompt.modules);
            live.reader().expect("it reads").leave
        };
        assert_eq!(leave("docker run -it job:1"), "\x10\x11");
        assert_eq!(leave("docker run -it --detach-keys ctrl-x,q job:1"), "\x18q");
        assert_eq!(leave("docker run -it --detach-keys '' job:1"), "\x10\x11");
        assert_eq!(leave("docker run -i job:1"), "");
        assert_eq!(prompt.refused("docker run --rm --detach-keys shift-a job:1"), 1);
    }

    #[test]
    fn nobody_waits_for_a_program_that_survives_ctrl_c_three_times() {
        let mut prompt = Prompt::new(DEAF, false);
        let mut live = begin_with(prompt.state.clone(), "docker run --name deaf job:1", None, &mut prompt.modules);
        for _ in 0..ENOUGH {
            assert!(!live.step(limits::SLICE_FUEL, &mut Nowhere, &mut prompt.modules, &mut drop));
            live.interrupt(&mut Nowhere, &mut prompt.modules, &mut drop);
        }
        assert!(!live.is_waiting());
        let operation = live.into_operation(&mut drop).expect("it is kept");
        assert_eq!((operation.code, operation.output[0].line.text().as_str()), (1, FORCED));
        prompt.state = operation.after;
        assert!(prompt.printed("docker ps")[1].contains("deaf"));
    }

    #[test]
    fn who_reads_on_behind_every_end_is_interrupted_in_the_end() {
        let mut prompt = Prompt::new(GREEDY, false);
        assert_eq!(prompt.line("docker run -it job:1", None).code, 130);
    }

    #[test]
    fn who_also_survives_every_ctrl_c_is_left_in_the_end_and_so_when_it_is_done_again() {
        let mut prompt = Prompt::new(STUBBORN, false);
        let modules = &mut prompt.modules;
        let mut live = begin_with(prompt.state.clone(), "docker run -it job:1", None, modules);
        for _ in 0..=ENOUGH {
            while !live.waits_for_keys() {
                assert!(!live.step(limits::SLICE_FUEL, &mut Nowhere, modules, &mut drop), "it reads on");
            }
            live.interrupt(&mut Nowhere, modules, &mut drop);
        }
        live.run_to_end(&mut Nowhere, modules, &mut drop);
        let live = live.into_operation(&mut drop).expect("it is kept");
        assert_eq!((live.code, live.output.last().expect("why").line.text().as_str()), (1, FORCED));
        let mut again = begin_input(prompt.state.clone(), live.input.clone(), modules);
        again.run_to_end(&mut Nowhere, modules, &mut drop);
        let again = again.into_operation(&mut drop).expect("it is kept");
        assert_eq!((&again.input, &again.output, again.code), (&live.input, &live.output, live.code));
    }

    #[test]
    fn nobody_types_where_a_line_runs_alone_and_there_is_a_bound() {
        let mut prompt = Prompt::new(CAT, false);
        assert_eq!(prompt.line("docker run -it job:1", None).code, 0);
        let mut live = begin_with(prompt.state.clone(), "docker run -i job:1", None, &mut prompt.modules);
        let flood = text(&"x".repeat(limits::LINE_BYTES / 2));
        let modules = &mut prompt.modules;
        let times = (0..100).take_while(|_| live.press(flood.clone(), modules, &mut drop).is_ok()).count();
        assert!(times > 0 && times <= 2 * limits::KEYED_BYTES / limits::LINE_BYTES);
        assert_eq!(prompt.refused("docker run -it job:1 < Dockerfile"), 1);
        let none = begin_with(prompt.state.clone(), "docker run job:1", None, &mut prompt.modules);
        assert_eq!(none.reader(), None);
    }
}
