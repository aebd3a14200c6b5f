//! The command line of `drydock`, read by hand: our own commands and a handful
//! of flags. What docker knows is handed on as it is.

use std::path::{Path, PathBuf};

use super::given::{Given, usage};
use super::serve::{Collect, Scrub, Serve};
use super::{NativeError, docker};

const HELP: &str = "\
Usage:  drydock COMMAND

A docker daemon, an image store and a registry that really execute, without a daemon

Commands:
  shell [OPTIONS] [FILE]      Run lines at the prompt of a lesson's lab: typed, from FILE, or given with -c
  save [OPTIONS] -o FILE IMAGE
                              Run lines, then write an image of the lab to FILE as a tar of an OCI layout
                              (with --steps, --lesson or -c; without them it is docker's, below)
  serve [OPTIONS]             Serve a registry to docker, skopeo and whoever speaks HTTP
  gc --root DIR [OPTIONS]     Take away what no repository of a registry's folder needs
  scrub --root DIR            Hash everything in a registry's folder again; what is wrong is put aside
  lesson [--site DIR] FILE    Check a lesson, and print it as a site carries it; with a site, run all it says
  reference                   Print the commands of docker as a page of the site
  hub build [OPTIONS]         Build a base image into a static OCI layout
  debug COMMAND               The plumbing, for scripts: JSON lines in and out (`drydock debug` lists it)

Commands of docker, on files of this disk and a store of images that stays:
  build, builder, buildx, history, image, images, inspect, load, manifest, pull, push, rmi, save, system, tag
                              As in docker; `drydock build --help` tells more. Registries are real ones

Options of docker's commands, anywhere among their own:
      --store DIR             The store, an OCI layout (default $XDG_DATA_HOME/drydock/store,
                              else ~/.local/share/drydock/store)
      --site DIR              The folder whose hub/ is docker.io (default www)

Options of shell and save:
  -c LINE                     Run this line; can be given several times
      --classic-store         shell: the machines keep images as docker 28 does, as configured in their
                              /etc/docker/daemon.json
      --lesson ID             The lesson whose lab is used (default container-registries-for-ml)
      --open LAB              shell: go on with a lab of the page: the file of it, or the link to it
      --registry NAME=URL     This name is a real registry, such as localhost:5000=http://localhost:5000
      --site DIR              The folder that holds lessons/ and hub/ (default www)
      --steps N               Run the first N steps of the lesson before anything else
      --trace json            shell: print events and snapshots as JSON lines instead of the output
  -o, --output FILE           save: the file to write

Options of serve:
      --addr ADDRESS:PORT     Where to listen (default 127.0.0.1:5000)
      --allow-origin SITE     Pages of this site may read the answers, such as https://lab.example.com or *
      --root DIR              The folder that keeps everything, or memory (default memory)
      --htpasswd FILE         The users and their bcrypt passwords; everybody, without it
      --realm URL             With --htpasswd: give tokens out there, such as https://registry.example.com/token
      --anonymous PATTERN     With --htpasswd: repositories that may be pulled without a name, such as public/*
      --read-only             Nothing can be changed
      --immutable PATTERN     Tags that stay what they are, such as v*; can be given several times
      --except PATTERN        Of those the ones that may move
      --log FORM              The line of a request: common, json or none (default common)

Options of gc:
      --delete-untagged       Also manifests that no tag leads to
      --dry-run               Only say what would go
      --grace DURATION        How long what came stays in any case (default 2h)

Options of hub build:
      --source DIR            The build context (default hub/mlserve)
      --out DIR               The folder of the layout (default www/hub)
      --add NAME              Add the image by this name to those in the layout (default: mlserve:1 alone)

In a terminal, `drydock shell` without FILE and -c is a prompt: Tab completes, Ctrl-C ends a running
container, Ctrl-D leaves, `help` lists the words it knows, `drydock save -o FILE IMAGE` writes an image out.";

const VERSION: &str = concat!("drydock ", env!("CARGO_PKG_VERSION"));

/// What the command line asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// To print this.
    Say(&'static str),
    /// To run a command of docker on this disk.
    Docker(Docker),
    /// To run lines.
    Shell(Shell),
    /// To write an image out.
    Save(Save),
    /// To build the base image.
    BuildHub(Hub),
    /// To print the page of commands.
    Reference,
    /// To read a lesson's file.
    ReadLesson {
        /// The file.
        file: PathBuf,
        /// The site in whose lab it is held to its word.
        site: Option<PathBuf>,
    },
    /// To serve a registry.
    Serve(Serve),
    /// To take garbage out of a registry's folder.
    Collect(Collect),
    /// To read all of a registry's folder again.
    Scrub(Scrub),
    /// To run a tool of the plumbing.
    Debug(Vec<String>),
}

/// `drydock build` and the like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Docker {
    /// The folder of the image store.
    pub store: PathBuf,
    /// The folder with the hub.
    pub site: PathBuf,
    /// The words after `docker`.
    pub words: Vec<String>,
}

/// Which lab, and what is done in it first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lab {
    /// The lesson's id.
    pub lesson: String,
    /// The folder with the lessons and the hub.
    pub site: PathBuf,
    /// Steps of the lesson to run.
    pub steps: usize,
    /// Lines to run after them.
    pub lines: Vec<String>,
    /// Whether its daemons keep images as docker 28 does.
    pub classic_store: bool,
    /// Names that mean real registries, each with its address: `NAME=URL`.
    pub registries: Vec<String>,
    /// The lab to go on with: a file, or a link.
    pub opened: Option<String>,
}

/// `drydock shell`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shell {
    /// The lab.
    pub lab: Lab,
    /// Whether the trace is printed instead of the output.
    pub trace: bool,
    /// Lines come from this file, `-` for standard input.
    pub file: Option<PathBuf>,
}

/// `drydock save`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Save {
    /// The lab.
    pub lab: Lab,
    /// The file to write.
    pub output: PathBuf,
    /// The image as typed.
    pub image: String,
}

/// `drydock hub build`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hub {
    /// The build context.
    pub source: PathBuf,
    /// Where the layout goes.
    pub out: PathBuf,
    /// The name of an image that joins those in the layout; else `mlserve:1` takes their place.
    pub added: Option<String>,
}

/// Reads the words after `drydock`.
pub fn read(words: &[String]) -> Result<Command, NativeError> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if let Some(words) = of_docker(&words)? {
        return Ok(Command::Docker(words));
    }
    if words.iter().any(|word| matches!(*word, "--help" | "-h")) {
        return Ok(Command::Say(HELP));
    }
    match words.as_slice() {
        [] | ["help", ..] => Ok(Command::Say(HELP)),
        ["--version" | "-V" | "version"] => Ok(Command::Say(VERSION)),
        ["shell", rest @ ..] => shell(rest),
        ["save", rest @ ..] => Ok(Command::Save(save(rest)?)),
        ["lesson", "--site", site, file] => {
            Ok(Command::ReadLesson { file: PathBuf::from(file), site: Some(PathBuf::from(site)) })
        }
        ["lesson", file] => Ok(Command::ReadLesson { file: PathBuf::from(file), site: None }),
        ["lesson", ..] => Err(usage("'drydock lesson' requires 1 argument: the lesson's file")),
        ["reference"] => Ok(Command::Reference),
        ["reference", ..] => Err(usage("'drydock reference' accepts no arguments")),
        ["debug", rest @ ..] => Ok(Command::Debug(rest.iter().map(|word| (*word).to_owned()).collect())),
        ["serve", rest @ ..] => Ok(Command::Serve(Serve::read(rest)?)),
        ["gc", rest @ ..] => Ok(Command::Collect(Collect::read(rest)?)),
        ["scrub", rest @ ..] => Ok(Command::Scrub(Scrub::read(rest)?)),
        ["hub", "build", rest @ ..] => hub(rest),
        ["hub", ..] => Err(usage("'drydock hub' has one command: build")),
        [word, ..] => Err(usage(format!("unknown command: drydock {word}"))),
    }
}

/// What is docker's: our two flags taken out, the rest as it is.
fn of_docker(words: &[&str]) -> Result<Option<Docker>, NativeError> {
    let mut kept: Vec<String> = Vec::new();
    let (mut store, mut site) = (None, None);
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let (flag, value) = word.split_once('=').map_or((*word, None), |(flag, value)| (flag, Some(value)));
        let place = match flag {
            "--store" => &mut store,
            "--site" => &mut site,
            _ => {
                kept.push((*word).to_owned());
                continue;
            }
        };
        let value = value.or_else(|| rest.next().copied());
        *place = Some(PathBuf::from(value.ok_or_else(|| usage(format!("flag needs an argument: {flag}")))?));
    }
    let of_lab = |word: &String| matches!(word.split('=').next(), Some("--steps" | "--lesson" | "-c"));
    let is_lab = kept.first().is_some_and(|verb| verb == "save") && kept.iter().any(of_lab);
    if is_lab || !kept.first().is_some_and(|verb| docker::VERBS.contains(&verb.as_str())) {
        return Ok(None);
    }
    let store = store.map_or_else(default_store, Ok)?;
    Ok(Some(Docker { store, site: site.unwrap_or_else(|| project("www")), words: kept }))
}

/// Where programs keep what is the user's and not for others to read.
fn default_store() -> Result<PathBuf, NativeError> {
    let from = |name: &str, below: &str| {
        let folder = std::env::var_os(name).filter(|value| !value.is_empty())?;
        Some(Path::new(&folder).join(below).join("drydock/store"))
    };
    let store = from("XDG_DATA_HOME", "").or_else(|| from("HOME", ".local/share")).or_else(|| from("LOCALAPPDATA", ""));
    store.ok_or_else(|| usage("there is no home folder for the store: say --store DIR"))
}

fn shell(words: &[&str]) -> Result<Command, NativeError> {
    let (words, classic_store) = Given::switch(words, "--classic-store");
    let mut given = Given::read(&words, &["-c", "--lesson", "--open", "--registry", "--site", "--steps", "--trace"])?;
    let trace = match given.last("--trace").as_deref() {
        None => false,
        Some("json") => true,
        Some(other) => return Err(usage(format!("--trace: there is no form '{other}', only json"))),
    };
    let file = given.arguments.pop().map(PathBuf::from);
    given.no_more_arguments()?;
    let lab = Lab { classic_store, ..lab_of(&given)? };
    Ok(Command::Shell(Shell { lab, trace, file }))
}

/// The words after `drydock save`, of the lab.
pub fn save(words: &[&str]) -> Result<Save, NativeError> {
    let mut given = Given::read(words, &["-c", "--lesson", "--registry", "--site", "--steps", "-o", "--output"])?;
    let output = given.last("-o").or_else(|| given.last("--output"));
    let output = output.ok_or_else(|| usage("'drydock save' needs -o FILE"))?.into();
    let image = given.arguments.pop().ok_or_else(|| usage("'drydock save' requires 1 argument: the image"))?;
    given.no_more_arguments()?;
    Ok(Save { lab: lab_of(&given)?, output, image })
}

fn hub(words: &[&str]) -> Result<Command, NativeError> {
    let given = Given::read(words, &["--source", "--out", "--add"])?;
    given.no_more_arguments()?;
    let source = given.last("--source").map_or_else(|| project("hub/mlserve"), PathBuf::from);
    let added = given.last("--add");
    let out = given.last("--out").map_or_else(|| project("www/hub"), PathBuf::from);
    Ok(Command::BuildHub(Hub { source, out, added }))
}

/// `path` below the current directory if it is there, else below this crate's sources.
fn project(path: &str) -> PathBuf {
    let top = Path::new(path).components().next().map_or(Path::new(path), |first| Path::new(first.as_os_str()));
    if top.is_dir() { PathBuf::from(path) } else { Path::new(env!("CARGO_MANIFEST_DIR")).join(path) }
}

/// The flags that say which lab it is.
fn lab_of(given: &Given) -> Result<Lab, NativeError> {
    let steps = given.last("--steps").unwrap_or_else(|| "0".to_owned());
    let steps = steps.parse().map_err(|_| usage(format!("--steps: '{steps}' is no number")))?;
    let lines = given.all("-c");
    let lesson = given.last("--lesson").unwrap_or_else(|| "container-registries-for-ml".to_owned());
    let site = given.last("--site").map_or_else(|| project("www"), PathBuf::from);
    let (registries, opened) = (given.all("--registry"), given.last("--open"));
    Ok(Lab { lesson, site, steps, lines, classic_store: false, registries, opened })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_line(line: &str) -> Result<Command, String> {
        let words: Vec<String> = line.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        read(&words).map_err(|error| error.to_string().lines().next().unwrap_or_default().to_owned())
    }

    #[test]
    fn flags_and_arguments_are_told_apart() {
        let Ok(Command::Shell(shell)) = read_line("shell --steps=2 -c pwd --trace json -c ls x.txt") else {
            panic!("a shell");
        };
        assert_eq!((shell.lab.steps, shell.trace), (2, true));
        assert!(!shell.lab.classic_store);
        let classic = read_line("shell --classic-store -c ls");
        assert!(matches!(classic, Ok(Command::Shell(shell)) if shell.lab.classic_store && shell.lab.lines == ["ls"]));
        assert_eq!(shell.lab.lines, ["pwd", "ls"]);
        assert_eq!(shell.file, Some(PathBuf::from("x.txt")));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let table = [
            ("shell --nope", "drydock: unknown flag: --nope"),
            ("shell --steps", "drydock: flag needs an argument: --steps"),
            ("shell --steps two", "drydock: --steps: 'two' is no number"),
            ("shell --trace xml", "drydock: --trace: there is no form 'xml', only json"),
            ("shell a b", "drydock: unexpected argument: a"),
            ("save --steps 1 -o x.tar", "drydock: 'drydock save' requires 1 argument: the image"),
            ("save --steps 1 mlmodel:1.0", "drydock: 'drydock save' needs -o FILE"),
            ("images --store", "drydock: flag needs an argument: --store"),
            ("hub", "drydock: 'drydock hub' has one command: build"),
            ("foo", "drydock: unknown command: drydock foo"),
        ];
        for (line, message) in table {
            assert_eq!(read_line(line), Err(message.to_owned()), "{line}");
        }
    }

    #[test]
    fn no_words_and_help_explain() {
        assert_eq!(read_line(""), Ok(Command::Say(HELP)));
        assert_eq!(read_line("shell --help"), Ok(Command::Say(HELP)));
    }

    #[test]
    fn what_docker_knows_is_handed_on_without_our_flags() {
        let Ok(Command::Docker(docker)) = read_line("build -t x --store=s --output out --site w . --help") else {
            panic!("docker's");
        };
        assert_eq!(docker.words, ["build", "-t", "x", "--output", "out", ".", "--help"]);
        assert_eq!((docker.store, docker.site), (PathBuf::from("s"), PathBuf::from("w")));
        assert!(matches!(read_line("save -o x.tar --store s mlmodel:1.0"), Ok(Command::Docker(_))));
        assert!(matches!(read_line("save --steps 1 -o x.tar mlmodel:1.0"), Ok(Command::Save(_))));
    }
}
