//! `drydock debug wasi`: runs one program of WASI preview 1, as a container
//! would, on real folders, for suites that judge a host of such programs. It
//! sees the folders it is given and nothing else. They are listed before it
//! starts, and written back when it has ended.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::usage;
use crate::fs::{FsPath, Node, Tree};
use crate::limits;
use crate::native::{NativeError, mirror, tree};
use crate::oci::Timestamp;
use crate::runtime::{Modules, Process, Processes, Program, Reach, Step};
use crate::text::Stream;

/// What is read of standard input at once, in bytes.
const INPUT_BYTES: usize = 64 << 10;

/// What the words ask for.
#[derive(Default)]
struct Asked {
    environment: Vec<String>,
    folders: Vec<Mounted>,
    module: PathBuf,
    arguments: Vec<String>,
}

/// A real folder, the name under which the program knows it, and what was in it.
struct Mounted {
    real: PathBuf,
    name: String,
    before: Tree,
}

/// `[--env K=V]… [--dir HOST::GUEST]… FILE.wasm ARGS…`; a folder without `::` keeps its name.
pub fn run(words: &[String]) -> Result<i32, NativeError> {
    let asked = read(words)?;
    let module = std::fs::read(&asked.module).map_err(NativeError::file(&asked.module))?;
    let refused =
        |error: &dyn std::fmt::Display| NativeError::Refused { reason: format!("{}: {error}", asked.module.display()) };
    let program = program(&asked).map_err(|error| refused(&error))?;
    let mut process = Modules::default().start(&module, program).map_err(|error| refused(&error))?;
    let code = finish(process.as_mut()).map_err(NativeError::file("-"))?;
    let left = process.into_tree();
    for (number, folder) in asked.folders.iter().enumerate() {
        let mut after = Tree::default();
        if let Some(node) = left.get(&place(number)) {
            after.insert(&FsPath::root(), node.clone()).map_err(|error| refused(&error))?;
        }
        mirror::write(&folder.real, &folder.before, &after)?;
    }
    Ok(code)
}

fn read(words: &[String]) -> Result<Asked, NativeError> {
    let mut asked = Asked::default();
    let mut words = words.iter();
    let wanted = || usage("'drydock debug wasi' wants [--env K=V]… [--dir HOST::GUEST]… FILE.wasm [ARG]…");
    while let Some(word) = words.next() {
        match word.as_str() {
            "--env" => asked.environment.push(words.next().ok_or_else(wanted)?.clone()),
            "--dir" => {
                let folder = words.next().ok_or_else(wanted)?;
                let (real, name) = folder.split_once("::").unwrap_or((folder, folder));
                let before = tree::listed(Path::new(real))?;
                asked.folders.push(Mounted { real: real.into(), name: name.to_owned(), before });
            }
            flag if flag.starts_with('-') => return Err(wanted()),
            file => {
                asked.module = file.into();
                asked.arguments = std::iter::once(word).chain(words).cloned().collect();
                return Ok(asked);
            }
        }
    }
    Err(wanted())
}

fn program(asked: &Asked) -> Result<Program, crate::fs::FsError> {
    let mut tree = Tree::default();
    for (number, folder) in asked.folders.iter().enumerate() {
        let root = folder.before.get(&FsPath::root()).cloned();
        let empty = || Node::directory(crate::fs::Metadata::directory(Timestamp::default()));
        tree.insert(&place(number), root.unwrap_or_else(empty))?;
    }
    let folders = asked.folders.iter().enumerate().map(|(number, folder)| (folder.name.clone(), place(number)));
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Ok(Program {
        arguments: asked.arguments.clone(),
        environment: asked.environment.clone(),
        tree,
        reach: Reach::Folders(folders.collect()),
        fed: true,
        started: Timestamp::default().after(since),
        seed: u64::try_from(since.as_nanos()).unwrap_or_default(),
        ..Program::default()
    })
}

/// Where in the program's tree its folder of this number is; it does not see that.
fn place(number: usize) -> FsPath {
    FsPath::root().child(&number.to_string())
}

/// Steps it to its end, its streams those of this process.
fn finish(process: &mut dyn Process) -> io::Result<i32> {
    loop {
        let step = process.step(limits::SLICE_FUEL);
        for output in process.take_output() {
            match output.stream {
                Stream::Stdout => io::stdout().write_all(&output.bytes)?,
                Stream::Stderr => io::stderr().write_all(&output.bytes)?,
            }
        }
        match step {
            Step::Exited { code } => return io::stdout().flush().map(|()| code),
            Step::Hungry => {
                io::stdout().flush()?;
                let mut bytes = vec![0; INPUT_BYTES];
                let count = io::stdin().read(&mut bytes)?;
                process.feed(&bytes[..count]);
            }
            Step::Running | Step::Slept { .. } => {}
        }
    }
}
