//! What must hold for any bytes, one check a fuzz target. The project's own
//! tests run the same checks over the saved corpus.

use drydock::dockerfile::{self, Expander, Ignore};
use drydock::fs::{self, FsPath, Tree};
use drydock::oci::{ImageConfig, Index, Manifest, Reference, Timestamp, json};
use drydock::runtime::{Given, MAIN, Modules, Packet, Processes, Program, Reach, Step, Traffic};

/// What is done with any bytes; it panics if something does not hold.
pub type Check = fn(&[u8]);

/// Every check by the name of its target and its folder in `corpus/`.
pub const CHECKS: &[(&str, Check)] = &[
    ("dockerfile", dockerfile),
    ("expand", expand),
    ("ignore", ignore),
    ("reference", reference),
    ("apply", apply),
    ("documents", documents),
    ("calls", calls),
];

/// A Dockerfile is read or refused; what is refused is refused where it stands.
pub fn dockerfile(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let last = u32::try_from(text.lines().count().max(1)).expect("a short text");
    match dockerfile::parse(text) {
        Ok(file) => drop(dockerfile::lint(&file)),
        Err(error) => {
            let lines = error.lines();
            assert!(lines.is_none_or(|lines| lines.first <= lines.last && lines.first <= last), "{error}");
        }
    }
    drop(dockerfile::dump(text));
}

/// A word is resolved or refused; one without a variable, a quote or an escape is itself.
pub fn expand(bytes: &[u8]) {
    let Ok(word) = std::str::from_utf8(bytes) else { return };
    for escape in ['\\', '`'] {
        let lookup = |name: &str| match name {
            "A" => Some("a value".to_owned()),
            "EMPTY" => Some(String::new()),
            "TWICE" => Some("${TWICE}${TWICE}".to_owned()),
            _ => None,
        };
        let expander = Expander { escape, lookup: &lookup };
        // Go's scanner, and so BuildKit, drops a byte order mark.
        let plain = !word.contains(['$', '\'', '"', '\u{feff}', escape]);
        match expander.word(word) {
            Ok(text) => assert!(!plain || text == word),
            Err(error) => assert!(!plain, "{error}"),
        }
        drop(expander.words(word));
    }
}

/// The last line is a path, those before are patterns.
pub fn ignore(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (patterns, path) = text.rsplit_once('\n').unwrap_or((text, "a/b"));
    if let Ok(ignore) = Ignore::parse(patterns) {
        drop(ignore.matches(path));
        ignore.excludes(&FsPath::from(path));
    }
}

/// What a reference is written as reads as the same reference. Its familiar
/// form need not: without `docker.io/` a path may begin like a host.
pub fn reference(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(reference) = text.parse::<Reference>() {
        assert_eq!(reference.to_string().parse(), Ok(reference.clone()));
        drop(reference.familiar().parse::<Reference>());
    }
}

/// Whatever a layer says, the tree stays one: clean paths, and a layer of its own that says the same.
pub fn apply(bytes: &[u8]) {
    drop(fs::apply_literally(bytes));
    let Ok(tree) = fs::apply(&Tree::default(), bytes) else { return };
    for (path, _) in tree.walk() {
        assert!(path.components().all(|name| !matches!(name, "" | "." | "..")), "{path}");
    }
    let layer = fs::layer_tar(&tree, &fs::diff(&Tree::default(), &tree)).expect("all of it has a form");
    let again = fs::apply_literally(&layer).expect("our own layer");
    assert_eq!(tree.walk().count(), again.walk().count());
}

/// A document that is read is written as one that reads the same.
pub fn documents(bytes: &[u8]) {
    if let Ok(manifest) = json::read::<Manifest>(bytes) {
        assert_eq!(json::read::<Manifest>(&manifest.to_bytes()).expect("our own"), manifest);
    }
    if let Ok(index) = json::read::<Index>(bytes) {
        assert_eq!(json::read::<Index>(&index.to_bytes()).expect("our own"), index);
    }
    if let Ok(config) = json::read::<ImageConfig>(bytes) {
        assert_eq!(json::read::<ImageConfig>(&config.to_bytes()).expect("our own"), config);
    }
}

/// The calls of preview 1 but `proc_exit`, then those beside it with their module, each with its parameters: so many
/// of 32 bits, `j` one of 64.
const CALLS: &str = "args_get 2 args_sizes_get 2 environ_get 2 environ_sizes_get 2 clock_res_get 2 clock_time_get 1j1 \
    fd_advise 1jj1 fd_allocate 1jj fd_close 1 fd_datasync 1 fd_fdstat_get 2 fd_fdstat_set_flags 2 \
    fd_fdstat_set_rights 1jj fd_filestat_get 2 fd_filestat_set_size 1j fd_filestat_set_times 1jj1 fd_pread 3j1 \
    fd_prestat_get 2 fd_prestat_dir_name 3 fd_pwrite 3j1 fd_read 4 fd_readdir 3j1 fd_renumber 2 fd_seek 1j2 fd_sync 1 \
    fd_tell 2 fd_write 4 path_create_directory 3 path_filestat_get 5 path_filestat_set_times 4jj1 path_link 7 \
    path_open 5jj2 path_readlink 6 path_remove_directory 3 path_rename 6 path_symlink 5 path_unlink_file 3 \
    poll_oneoff 4 proc_raise 1 sched_yield 0 random_get 2 sock_accept 3 sock_recv 6 sock_send 5 sock_shutdown 2 \
    drydock_net.listen 2 drydock_net.connect 4 drydock_net.peer 4 drydock_process.spawn 2 drydock_process.wait 3 \
    drydock_process.pipe 1 drydock_process.kill 2 drydock_process.ignore 2 drydock_process.catch 2 \
    drydock_process.caught 1 drydock_process.pid 1 drydock_process.mode 3 drydock_process.set_mode 3 \
    drydock_process.user 2 drydock_process.groups 3 drydock_process.owner 3 drydock_process.set_owner 4";
/// Bytes of a call: which, and one for each of at most nine arguments.
const CALL_BYTES: usize = 10;
/// Arguments beside the small ones.
const WILD: &[u64] = &[0xffff, 0x1_0000, 0x7fff_ffff, 0xffff_fff0, 0xffff_ffff, 1 << 40, u64::MAX >> 1, u64::MAX];

/// Whatever calls a program makes with whatever arguments, it ends, and what it leaves is a tree.
pub fn calls(bytes: &[u8]) {
    let metadata = fs::Metadata::directory(Timestamp::default());
    let mut tree = Tree::default();
    tree.make_directories(&"/d/e".into(), metadata).expect("fresh");
    tree.insert(&"/f".into(), fs::Node::file(metadata, b"hello".to_vec())).expect("the root");
    tree.insert(&"/l".into(), fs::Node::symlink(metadata, "d/../f")).expect("the root");
    let confined = bytes.len().is_multiple_of(2);
    let program = Program {
        arguments: vec!["calls".into()],
        environment: vec!["A=b".into()],
        directory: "/d".into(),
        tree,
        reach: if confined { Reach::Folders(vec![("/".into(), "/d".into())]) } else { Reach::Everything },
        fed: true,
        ports: vec![80],
        networked: true,
        started: Timestamp::from_seconds(1_000),
        seed: 1,
        fuel: 10_000_000,
        ..Program::default()
    };
    let mut process = Modules::default().start(&caller(), program).expect("a sound module");
    process.feed(&records(bytes));
    let mut from_outside = OUTSIDE.iter();
    loop {
        match process.step(100_000) {
            Step::Exited { .. } => break,
            Step::Hungry => match from_outside.next() {
                Some(give) => process.give(&give(), Timestamp::default()),
                None => process.give(&Given::Signal(9), Timestamp::default()),
            },
            Step::Running | Step::Slept { .. } => drop((process.take_output(), process.take_news())),
        }
    }
    let left = process.into_tree();
    let layer = fs::layer_tar(&left, &fs::diff(&Tree::default(), &left)).expect("all of it has a form");
    let again = fs::apply_literally(&layer).expect("our own layer");
    assert_eq!(left.walk().count(), again.walk().count());
    assert!(!confined || left.read(&"/f".into()).is_ok_and(|bytes| *bytes == b"hello"), "it left its folder");
}

/// What reaches a program that waits: the end of its input, then somebody who connects.
const OUTSIDE: [fn() -> Given; 4] = [
    || Given::Input { session: MAIN, bytes: Vec::new().into() },
    || packet(Traffic::Open { host: "10.0.0.9:5".into(), port: 80 }),
    || packet(Traffic::Bytes(b"hello".to_vec().into())),
    || packet(Traffic::Closed),
];

fn packet(what: Traffic) -> Given {
    Given::Packet(Packet { connection: 2, what })
}

/// Each call as the program reads it: eight bytes which, and eight for each argument.
fn records(bytes: &[u8]) -> Vec<u8> {
    let number = |byte: &u8| WILD.get(255 - usize::from(*byte)).copied().unwrap_or(u64::from(*byte));
    bytes.chunks_exact(CALL_BYTES).flat_map(|call| call.iter().flat_map(|byte| number(byte).to_le_bytes())).collect()
}

/// A program that reads calls and makes them. Its memory begins with a piece
/// of a scattered buffer at each multiple of eight, and with paths behind them.
fn caller() -> Vec<u8> {
    let words: Vec<&str> = CALLS.split_whitespace().collect();
    let calls = words.chunks(2).enumerate().map(|(index, call)| imported_and_made(index, call[0], call[1]));
    let (imports, made): (Vec<String>, Vec<String>) = calls.unzip();
    let (imports, made) = (imports.concat(), made.concat());
    let pieces = r"\80\00\00\00\10\00\00\00".repeat(16);
    let text = format!(
        "(module {imports} (memory (export \"memory\") 1) (data (i32.const 0) \"{pieces}\")
         (data (i32.const 128) \"f/../d/e/../g/l/new/../..\") (data (i32.const 0x7000) \"\\00\\80\\00\\00\\50\")
         (func (export \"_start\") (loop $next
             (br_if 1 (call $fd_read (i32.const 0) (i32.const 0x7000) (i32.const 1) (i32.const 0x7010)))
             (br_if 1 (i32.ne (i32.load (i32.const 0x7010)) (i32.const 80)))
             {made} (i64.store (i32.const 0x7000) (i64.const 0x5000008000)) (br $next))))"
    );
    wat::parse_str(text).expect("a module")
}

/// The import of a call with these parameters, and the call made if it is the one that was read.
fn imported_and_made(index: usize, name: &str, parameters: &str) -> (String, String) {
    let kinds: Vec<&str> = parameters.chars().flat_map(kinds).collect();
    let arguments: String = kinds.iter().enumerate().map(|(at, kind)| argument(kind, 0x8008 + 8 * at)).collect();
    let kinds = kinds.join(" ");
    let (module, plain) = name.split_once('.').unwrap_or(("wasi_snapshot_preview1", name));
    let import = format!("(import \"{module}\" \"{plain}\" (func ${name} (param {kinds}) (result i32)))\n");
    let count = CALLS.split_whitespace().count() / 2;
    let is_it = format!("(i32.eq (i32.rem_u (i32.load (i32.const 0x8000)) (i32.const {count})) (i32.const {index}))");
    (import, format!("(if {is_it} (then (drop (call ${name} {arguments}))))\n"))
}

fn kinds(word: char) -> Vec<&'static str> {
    word.to_digit(10).map_or_else(|| vec!["i64"], |count| vec!["i32"; count as usize])
}

/// The argument that lies at an address.
fn argument(kind: &str, at: usize) -> String {
    format!("({kind}.load (i32.const {at}))")
}
