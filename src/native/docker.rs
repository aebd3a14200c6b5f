//! `drydock build`, `images` and the other verbs of docker that need no
//! daemon: the same commands as at the prompt, but on the real disk and on an
//! image store that stays.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, Response};
use signal_hook::consts::SIGINT;
use signal_hook::flag;

use super::meter::Meter;
use super::options::Docker;
use super::outside::Outside;
use super::screen::{self, Screen};
use super::store::Store;
use super::{NativeError, Site, lists, tree};
use crate::cli::credentials_file;
use crate::fs::{FsError, FsPath, Metadata, Node, Tree};
use crate::host::{Host, Ingest, Job, Kept, SendError, Stopwatch};
use crate::lab::{Input, Machine, State, World};
use crate::limits;
use crate::oci::Timestamp;
use crate::registry::hub::Hub;
use crate::runtime::Modules;
use crate::session::{Execution, Tell};

/// The verbs that work without a daemon.
pub const VERBS: [&str; 15] = [
    "build", "builder", "buildx", "history", "image", "images", "inspect", "load", "manifest", "pull", "push", "rmi",
    "save", "system", "tag",
];

/// Runs docker's words; the exit code is docker's.
pub fn run(options: &Docker) -> Result<i32, NativeError> {
    let store = Store::open(&options.store)?;
    let folder = std::env::current_dir().map_err(NativeError::file("."))?;
    let interrupted = interruption()?;
    let network = Outside::new(Site::new(&options.site), Arc::clone(&interrupted)).keeping_in(store.blobs());
    let mut outside = Daemon { network, store, meter: Meter::default() };
    let mut machine = Machine::new("here", outside.now());
    machine.engine = outside.store.load()?;
    // The disk itself says when it is full.
    machine.capacity_bytes = u64::MAX;
    machine.files = tree::mounted(&Named::by(&options.words, &folder))?;
    machine.directory = tree::place(&folder)?;
    lend_credentials(&mut machine.files)?;
    lists::lend(&mut machine.files, &options.store)?;
    let before = machine.files.clone();
    let (mut state, code) = execute(machine, &options.words, &mut outside, &interrupted)?;
    if let Some(mut machine) = state.machines.pop() {
        lists::keep(&before, &mut machine.files, &options.store)?;
        tree::write_back(&before, &machine.files)?;
        outside.store.save(&machine.engine)?;
    }
    Ok(code)
}

/// The state afterwards, as far as a line that failed leaves something, and the exit code.
fn execute(
    machine: Machine,
    words: &[String],
    outside: &mut Daemon,
    interrupted: &AtomicBool,
) -> Result<(State, i32), NativeError> {
    let mut seed = [0; 8];
    outside.random(&mut seed);
    let mut world = World::new(u64::from_le_bytes(seed), outside.now(), &[], Hub::at("/hub/"));
    world.is_open = true;
    let input = Input::line(machine.name.clone(), line_of(words), 0);
    let state = State { machines: vec![machine], here: 0, world };
    let size = screen::size();
    let mut screen = Screen::real(size);
    let mut tell = |tell| {
        if let Tell::Printed(output) = tell {
            screen.print(&output);
        }
    };
    let mut modules = Modules::default();
    let begun = Execution::begin(state, input, outside, &mut modules, size.is_some(), &mut tell);
    let mut execution = begun.map_err(|reason| NativeError::Refused { reason })?;
    while !execution.step(limits::SLICE_FUEL, outside, &mut modules, &mut tell) {
        if interrupted.load(Ordering::Relaxed) {
            execution.interrupt(outside, &mut modules, &mut tell);
        }
    }
    if let Some(hint) = execution.hint() {
        screen.hint(&hint.to_owned().into());
    }
    screen.check()?;
    let (state, _, _, code) = execution.into_parts();
    Ok((state, code))
}

/// Set by Ctrl-C, which ends what runs between two pieces of it, and a body on its way; the second one ends this process.
fn interruption() -> Result<Arc<AtomicBool>, NativeError> {
    const CODE: i32 = 128 + SIGINT;
    let flag: Arc<AtomicBool> = Arc::default();
    let registered = flag::register_conditional_shutdown(SIGINT, CODE, Arc::clone(&flag))
        .and_then(|_| flag::register(SIGINT, Arc::clone(&flag)));
    registered.map_err(|error| NativeError::Terminal { reason: error.to_string() })?;
    Ok(flag)
}

/// Who the user is to registries, as docker or another tool has written it down; nothing of it is written back.
fn lend_credentials(files: &mut Tree) -> Result<(), NativeError> {
    let folder = std::env::var_os("DOCKER_CONFIG").map(PathBuf::from);
    let folder = folder.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".docker")));
    let Some(path) = folder.map(|folder| folder.join("config.json")).filter(|path| path.is_file()) else {
        return Ok(());
    };
    let bytes = std::fs::read(&path).map_err(NativeError::file(&path))?;
    let refused = |error: FsError| NativeError::Refused { reason: error.to_string() };
    let place = credentials_file();
    let folder = place.parent().unwrap_or_else(FsPath::root);
    files.make_directories(&folder, Metadata::directory(Timestamp::default())).map_err(refused)?;
    files.insert(&place, Node::file(Metadata::file(Timestamp::default()), bytes)).map_err(refused)
}

/// What of the disk a command may name. Which words are paths only their flags
/// know: one that is none is looked at in vain.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// Files that are there, and the folders that a build reads whole.
    pub present: BTreeSet<PathBuf>,
    /// Folders in which a file may be made.
    pub folders: BTreeSet<PathBuf>,
}

impl Named {
    /// By `words` typed in `folder`.
    fn by(words: &[String], folder: &Path) -> Self {
        let builds = words.iter().any(|word| word == "build");
        let mut named = Self::default();
        let values = words.iter().flat_map(|word| word.split([',', '=']));
        for value in values.filter(|value| !value.is_empty()).flat_map(places) {
            let path = clean(&folder.join(value));
            named.folders.extend(path.parent().filter(|parent| parent.is_dir()).map(Path::to_owned));
            if path.is_file() || builds && path.is_dir() {
                named.present.insert(path);
            }
        }
        // What is below a folder comes with it.
        let all = named.present.clone();
        named.present.retain(|path| !path.ancestors().skip(1).any(|above| all.contains(above)));
        named
    }
}

/// What of a value may be a path: a layout is named with a tag or a digest behind it.
fn places(value: &str) -> Vec<&str> {
    let Some(layout) = value.strip_prefix("oci-layout://") else { return vec![value] };
    let before = |text: &'static str| layout.rsplit_once(text).map(|(before, _)| before);
    let bare = layout.split_once('@').map_or(layout, |(before, _)| before);
    [Some(bare), bare.rsplit_once(':').map(|(before, _)| before), before("@")].into_iter().flatten().collect()
}

/// Without `.` and `..`, as the tree has it.
fn clean(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => drop(clean.pop()),
            part => clean.push(part),
        }
    }
    clean
}

/// One line that a shell cuts into `docker` and these words.
fn line_of(words: &[String]) -> String {
    let quoted = words.iter().map(|word| format!(" '{}'", word.replace('\'', r"'\''")));
    std::iter::once("docker".to_owned()).chain(quoted).collect()
}

/// The real time and chance, the site's hub, real registries, and a store for blobs.
struct Daemon {
    network: Outside,
    store: Store,
    meter: Meter,
}

impl Host for Daemon {
    fn now(&self) -> Timestamp {
        self.network.now()
    }

    fn random(&mut self, bytes: &mut [u8]) {
        self.network.random(bytes);
    }

    fn send(&mut self, request: Request<Bytes>) -> Result<Response<Bytes>, SendError> {
        self.network.send(request)
    }

    fn deliver(&mut self, request: Request<Kept>) -> Result<Response<Kept>, SendError> {
        let meter = &self.meter;
        self.network.deliver_telling(request, &|done, of| meter.show("transferring", done, of))
    }

    fn blob_limit(&self) -> u64 {
        self.network.blob_limit()
    }

    fn wait(&mut self, authority: &str, duration: Duration) {
        self.network.wait(authority, duration);
    }

    fn stopwatch(&self) -> Option<Stopwatch> {
        static BEGINNING: OnceLock<Instant> = OnceLock::new();
        Some(|| BEGINNING.get_or_init(Instant::now).elapsed())
    }

    fn share(&self, jobs: Vec<Job<'_>>) {
        self.network.share(jobs);
    }

    fn packing(&self, done: u64, of: u64) {
        self.meter.show("packing", done, of);
    }

    fn ingest(&mut self) -> io::Result<Box<dyn Ingest>> {
        self.store.ingest()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli;

    #[test]
    fn words_survive_the_prompt_as_they_are() {
        let words = ["build", "-t", "a b", "it's", "$x", "a|b", ""].map(str::to_owned);
        let line = cli::split(&line_of(&words)).expect("quoted");
        assert_eq!(line[1..], words);
    }

    #[test]
    fn a_folder_is_named_once_and_only_to_build() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let table: [(&str, &[&str]); 5] = [
            ("build -f src/lib.rs src", &["src"]),
            ("build --output type=oci,dest=/no/x.tar ./src/../src/fs", &["src/fs"]),
            ("build --build-context base=oci-layout://tests/it:v1@sha256:00 src/fs", &["src/fs", "tests/it"]),
            ("load -i Cargo.toml", &["Cargo.toml"]),
            ("save -o tests/new.tar src/fs", &[]),
        ];
        for (line, expected) in table {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            let named = Named::by(&words, root);
            assert_eq!(named.present, expected.iter().map(|path| root.join(path)).collect(), "{line}");
            assert_eq!(named.folders.contains(&root.join("tests")), line.contains("tests/"), "{line}");
        }
    }
}
