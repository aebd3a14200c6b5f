//! A process on wasmi. A paused one is a plain value; dropping it is how it is
//! interrupted.

use wasmi::{Error, Func, ResumableCall, ResumableCallHostTrap, ResumableCallOutOfFuel, Store, Val};

use super::calls::{self, Suspended};
use super::modules::{Module, Modules};
use super::output::Output;
use super::process::{Process, Program, StartError, Step};
use super::world::{Stop, World};
use crate::fs::Tree;
use crate::text::Stream;

/// What a shell says of a process that ended by `SIGABRT`, as after a trap.
const ABORTED: i32 = 134;
/// What a shell says of a process that ended by `SIGKILL`.
const KILLED: i32 = 137;

/// A running process, or one that has ended.
pub(super) struct Interpreted {
    store: Store<World>,
    state: State,
    fuel_left: u64,
    fuel_used: u64,
}

enum State {
    Ready(Func),
    OutOfFuel(ResumableCallOutOfFuel),
    Suspended(ResumableCallHostTrap),
    Exited(i32),
}

impl std::fmt::Debug for Interpreted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Interpreted").field("fuel_used", &self.fuel_used).finish_non_exhaustive()
    }
}

impl Process for Interpreted {
    fn step(&mut self, fuel: u64) -> Step {
        if let State::Exited(code) = self.state {
            return Step::Exited { code };
        }
        if self.fuel_left == 0 {
            return self.killed("out of time");
        }
        let input = &self.store.data().input;
        if input.waiting.is_some() && input.is_dry() {
            return Step::Hungry;
        }
        let result = self.run(fuel.min(self.fuel_left));
        match result {
            Ok(ResumableCall::Finished) => self.exited(0),
            Ok(ResumableCall::OutOfFuel(call)) => {
                self.state = State::OutOfFuel(call);
                Step::Running
            }
            Ok(ResumableCall::HostTrap(call)) => self.suspended(call),
            Err(error) => self.trapped(&error),
        }
    }

    fn feed(&mut self, bytes: &[u8]) {
        self.store.data_mut().input.feed(bytes);
    }

    fn take_output(&mut self) -> Vec<Output> {
        self.store.data_mut().output.take()
    }

    fn into_tree(self: Box<Self>) -> Tree {
        self.store.data().files.tree()
    }

    fn fuel_used(&self) -> u64 {
        self.fuel_used
    }
}

impl Interpreted {
    /// Makes a process; nothing of it has run yet.
    pub(super) fn start(modules: &Modules, module: &Module, program: Program) -> Result<Self, StartError> {
        let fuel_left = program.fuel;
        let mut store = Store::new(&modules.engine, World::new(program));
        store.limiter(|world| &mut world.bounds);
        let instance = modules.linker.instantiate_and_start(&mut store, &module.0);
        let instance = instance.map_err(|error| StartError::Instance { reason: error.to_string() })?;
        store.data_mut().memory = instance.get_memory(&store, "memory");
        let start = instance.get_func(&store, "_start").ok_or(StartError::NoStart)?;
        start.typed::<(), ()>(&store).map_err(|_| StartError::NoStart)?;
        Ok(Self { store, state: State::Ready(start), fuel_left, fuel_used: 0 })
    }

    /// Enters the interpreter with a tank of `fuel` and books what was burnt.
    fn run(&mut self, fuel: u64) -> Result<ResumableCall, Error> {
        let fuel = match &self.state {
            State::OutOfFuel(call) => fuel.max(call.required_fuel()),
            _ => fuel,
        };
        self.store.set_fuel(fuel)?;
        let result = match std::mem::replace(&mut self.state, State::Exited(ABORTED)) {
            State::Ready(start) => start.call_resumable(&mut self.store, &[], &mut []),
            State::OutOfFuel(call) => call.resume(&mut self.store, &mut []),
            State::Suspended(call) => {
                let answered = call.host_error().downcast_ref::<Suspended>().map_or(0, |suspended| suspended.answer);
                let answer = calls::read_again(&mut self.store).unwrap_or(answered);
                call.resume(&mut self.store, &[Val::I32(answer)], &mut [])
            }
            State::Exited(_) => Ok(ResumableCall::Finished),
        };
        let debt = std::mem::take(&mut self.store.data_mut().debt);
        let burnt = fuel.saturating_sub(self.store.get_fuel()?).saturating_add(debt);
        self.fuel_used = self.fuel_used.saturating_add(burnt);
        self.fuel_left = self.fuel_left.saturating_sub(burnt);
        result
    }

    fn suspended(&mut self, call: ResumableCallHostTrap) -> Step {
        let stop = self.store.data_mut().stop.take();
        match stop {
            Some(Stop::Exit(status)) => self.exited(i32::from(status.to_le_bytes()[0])),
            Some(Stop::Flood) => self.killed("too much output"),
            Some(Stop::Sleep(nanos)) => {
                self.state = State::Suspended(call);
                Step::Slept { nanos }
            }
            Some(Stop::Hungry) => {
                self.state = State::Suspended(call);
                Step::Hungry
            }
            Some(Stop::Yield) | None => {
                self.state = State::Suspended(call);
                Step::Running
            }
        }
    }

    fn trapped(&mut self, error: &Error) -> Step {
        self.complain(&format!("wasm trap: {error}"));
        self.exited(ABORTED)
    }

    fn killed(&mut self, reason: &str) -> Step {
        self.complain(&format!("killed: {reason}"));
        self.exited(KILLED)
    }

    fn exited(&mut self, code: i32) -> Step {
        self.state = State::Exited(code);
        Step::Exited { code }
    }

    fn complain(&mut self, message: &str) {
        self.store.data_mut().output.push(Stream::Stderr, format!("{message}\n").as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fs::FsPath;
    use crate::limits;
    use crate::oci::Timestamp;
    use crate::runtime::Reach;

    fn program(fuel: u64) -> Program {
        Program {
            arguments: vec!["test".into()],
            environment: vec![],
            directory: FsPath::root(),
            tree: Tree::default(),
            reach: Reach::Everything,
            fed: false,
            started: Timestamp::default(),
            seed: 0,
            fuel,
        }
    }

    /// A process of a module with one page of memory, its imports and the body of `_start` as given.
    fn start(imports: &str, body: &str, fuel: u64) -> Result<Interpreted, StartError> {
        let text = format!("(module {imports} (memory (export \"memory\") 1) (func (export \"_start\") {body}))");
        let mut modules = Modules::default();
        let module = modules.load(&wat::parse_str(&text).unwrap()).unwrap();
        Interpreted::start(&modules, &module, program(fuel))
    }

    /// Runs to the end: the exit code and what was written to each stream.
    fn finish(process: &mut Interpreted) -> (i32, String, String) {
        let mut streams = [Vec::new(), Vec::new()];
        loop {
            let step = process.step(10_000);
            for output in process.take_output() {
                streams[usize::from(output.stream == Stream::Stderr)].extend(output.bytes);
            }
            if let Step::Exited { code } = step {
                let [stdout, stderr] = streams.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
                return (code, stdout, stderr);
            }
        }
    }

    fn check(imports: &str, body: &str, expected: (i32, &str, &str)) {
        let (code, stdout, stderr) = finish(&mut start(imports, body, 100_000_000).unwrap());
        assert_eq!((code, stdout.as_str(), stderr.as_str()), expected);
    }

    const WRITE: &str = r#"(import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (data (i32.const 0) "\08\00\00\00\03\00\00\00hi\0a")"#;
    const EXIT: &str = r#"(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))"#;
    const HELLO: &str = "(drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 12)))";

    #[test]
    fn a_program_writes_and_ends() {
        check(WRITE, HELLO, (0, "hi\n", ""));
        check(EXIT, "(call $exit (i32.const 3)) unreachable", (3, "", ""));
        check(EXIT, "(call $exit (i32.const 256)) unreachable", (0, "", ""));
    }

    #[test]
    fn a_trap_is_reported_as_an_engine_does() {
        check("", "unreachable", (134, "", "wasm trap: wasm `unreachable` instruction executed\n"));
        check("", "(drop (i32.load (i32.const -1)))", (134, "", "wasm trap: out of bounds memory access\n"));
        check("(func $f (call $f))", "(call $f)", (134, "", "wasm trap: call stack exhausted\n"));
    }

    #[test]
    fn not_a_number_has_the_same_bits_on_every_machine() {
        let zero = "(f32.load (i32.const 0))";
        let body = format!(
            "(if (i32.ne (i32.reinterpret_f32 (f32.div {zero} {zero})) (i32.const 0x7fc00000)) (then unreachable))"
        );
        check("", &body, (0, "", ""));
    }

    #[test]
    fn an_endless_loop_pauses_after_each_slice_and_ends_when_its_time_is_up() {
        let mut process = start("", "(loop (br 0))", 50_000).unwrap();
        assert_eq!(process.step(10_000), Step::Running);
        assert!((9_000..=11_000).contains(&process.fuel_used()), "{}", process.fuel_used());
        assert_eq!(finish(&mut process), (137, String::new(), "killed: out of time\n".to_owned()));
        assert!((49_000..=61_000).contains(&process.fuel_used()), "{}", process.fuel_used());
        assert_eq!(process.step(10_000), Step::Exited { code: 137 });
    }

    #[test]
    fn memory_cannot_grow_beyond_its_bound() {
        let pages = limits::GUEST_MEMORY_BYTES / 65_536;
        let grow = format!("(if (i32.ne (memory.grow (i32.const {pages})) (i32.const -1)) (then unreachable))");
        check("", &grow, (0, "", ""));
        let mut modules = Modules::default();
        let text = format!("(module (memory {}) (func (export \"_start\")))", pages + 1);
        let module = modules.load(&wat::parse_str(text).unwrap()).unwrap();
        let started = Interpreted::start(&modules, &module, program(1));
        assert!(matches!(started, Err(StartError::Instance { .. })), "{started:?}");
    }

    #[test]
    fn a_flood_of_output_is_cut_off() {
        let (code, stdout, stderr) = finish(&mut start(WRITE, &format!("(loop {HELLO} (br 0))"), u64::MAX).unwrap());
        assert_eq!((code, stderr.as_str()), (137, "killed: too much output\n"));
        assert_eq!(stdout.len(), limits::GUEST_OUTPUT_BYTES);
    }

    #[test]
    fn output_that_nobody_takes_pauses_the_process() {
        let mut process = start(WRITE, &format!("(loop {HELLO} (br 0))"), u64::MAX).unwrap();
        assert_eq!(process.step(u64::MAX), Step::Running);
        let pending: usize = process.take_output().iter().map(|output| output.bytes.len()).sum();
        assert!(pending <= limits::GUEST_OUTPUT_PENDING_BYTES + 3, "{pending}");
    }

    #[test]
    fn a_sleep_is_told_and_the_program_goes_on() {
        let imports = r#"(import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
            (data (i32.const 24) "\e8\03")"#;
        let body = "(if (call $poll (i32.const 0) (i32.const 100) (i32.const 1) (i32.const 200)) (then unreachable))
            (if (i32.ne (i32.load (i32.const 200)) (i32.const 1)) (then unreachable))";
        let mut process = start(imports, body, 100_000).unwrap();
        assert_eq!(process.step(10_000), Step::Slept { nanos: 1_000 });
        assert_eq!(finish(&mut process).0, 0);
    }

    #[test]
    fn slices_do_not_change_what_a_program_does() {
        let body = format!("(local i32) {} {HELLO}", "(local.set 0 (i32.add (local.get 0) (i32.const 1)))".repeat(50));
        let used = [1, 7, 100, 1_000_000].map(|slice| {
            let mut process = start(WRITE, &body, u64::MAX).unwrap();
            while process.step(slice) == Step::Running {}
            process.fuel_used()
        });
        assert_eq!(used, [used[0]; 4]);
    }

    #[test]
    fn every_call_of_preview_1_is_there_and_survives_wild_arguments() {
        let calls = "args_get 2 args_sizes_get 2 environ_get 2 environ_sizes_get 2 clock_res_get 2 clock_time_get 1j1 \
            fd_advise 1jj1 fd_allocate 1jj fd_close 1 fd_datasync 1 fd_fdstat_get 2 fd_fdstat_set_flags 2 \
            fd_fdstat_set_rights 1jj fd_filestat_get 2 fd_filestat_set_size 1j fd_filestat_set_times 1jj1 fd_pread 3j1 \
            fd_prestat_get 2 fd_prestat_dir_name 3 fd_pwrite 3j1 fd_read 4 fd_readdir 3j1 fd_renumber 2 fd_seek 1j2 \
            fd_sync 1 fd_tell 2 fd_write 4 path_create_directory 3 path_filestat_get 5 path_filestat_set_times 4jj1 \
            path_link 7 path_open 5jj2 path_readlink 6 path_remove_directory 3 path_rename 6 path_symlink 5 \
            path_unlink_file 3 poll_oneoff 4 sched_yield 0 random_get 2 sock_accept 3 sock_recv 6 \
            sock_send 5 sock_shutdown 2";
        let words: Vec<&str> = calls.split_whitespace().collect();
        assert_eq!(words.len() / 2, 44, "all but `proc_exit` and `proc_raise`, which end it");
        for wild in ["-1", "0", "3", "65530", "2147483647"] {
            let (imports, calls): (Vec<String>, Vec<String>) =
                words.chunks(2).map(|call| wild_call(call[0], call[1], wild)).unzip();
            check(&imports.join(" "), &calls.join(" "), (0, "", ""));
        }
    }

    /// The import of a call with these parameters, and the call with the same argument for each.
    fn wild_call(name: &str, parameters: &str, wild: &str) -> (String, String) {
        let kinds: Vec<&str> = parameters.chars().flat_map(kinds).collect();
        let arguments: Vec<String> = kinds.iter().map(|kind| format!("({kind}.const {wild})")).collect();
        let (kinds, arguments) = (kinds.join(" "), arguments.join(" "));
        let function = format!("(func ${name} (param {kinds}) (result i32))");
        let import = format!("(import \"wasi_snapshot_preview1\" \"{name}\" {function})");
        (import, format!("(drop (call ${name} {arguments}))"))
    }

    /// `3` is three 32-bit parameters, `j` one of 64 bits.
    fn kinds(word: char) -> Vec<&'static str> {
        word.to_digit(10).map_or_else(|| vec!["i64"], |count| vec!["i32"; count as usize])
    }

    #[test]
    fn what_cannot_start_says_why() {
        let unknown = start(r#"(import "env" "gpu" (func))"#, "", 1).unwrap_err();
        assert!(unknown.to_string().contains("gpu"), "{unknown}");
        let mut modules = Modules::default();
        for text in
            ["(module)", "(module (func (export \"_start\") (param i32)))", "(module (memory (export \"_start\") 1))"]
        {
            let module = modules.load(&wat::parse_str(text).unwrap()).unwrap();
            assert_eq!(Interpreted::start(&modules, &module, program(1)).unwrap_err(), StartError::NoStart);
        }
    }
}
