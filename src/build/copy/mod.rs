//! COPY and ADD: which files, from where, to where, under which cache key.
//! <https://docs.docker.com/reference/dockerfile/#copy>

mod actions;
mod archive;
mod mode;
mod owner;
mod place;
mod source;

use std::io;

use super::checksum::{self, Checksum};
use super::convert::Plan;
use super::error::SolveError;
use crate::dockerfile::{Ignore, Transfer};
use crate::fs::{FsPath, Node, Tree};
use crate::host::Host;
use crate::oci::{Digest, Timestamp};
use mode::Mode;
pub(super) use owner::Owner;
pub(super) use source::NotFound;
use source::Source;
pub use source::{is_address, is_git};

/// A COPY or an ADD whose words are resolved.
#[derive(Debug, Clone)]
pub(super) struct Copy {
    sources: Vec<Source>,
    destination: FsPath,
    /// Whether the destination is a folder although it may not exist.
    into_directory: bool,
    /// The stage it reads, by number; the build context if none.
    pub from: Option<usize>,
    /// Whether its layer does not depend on what is below it.
    pub is_link: bool,
    owner: Option<Owner>,
    mode: Option<Mode>,
    excludes: Option<Ignore>,
    /// These patterns as written.
    excluded: Vec<String>,
    /// Whether an archive is unpacked.
    unpack: bool,
    checksum: Option<String>,
    time: Option<Timestamp>,
    /// Its line of the history, without `# buildkit`.
    pub history: String,
}

/// What a COPY takes, found.
#[derive(Default)]
pub(super) struct Found {
    items: Vec<Item>,
}

/// One thing a COPY takes.
pub(super) struct Item {
    /// The name it goes by in a folder.
    name: String,
    /// Where it was found, for what is asked of its files; none if it comes from elsewhere.
    at: Option<FsPath>,
    node: Node,
    /// Whether the folder's own time is known: the root of the context has none.
    is_root: bool,
}

impl Copy {
    /// Resolves `transfer` as the next step of `plan`; `from` is the stage it reads.
    pub(super) fn resolve(
        transfer: &Transfer,
        from: Option<usize>,
        is_add: bool,
        plan: &Plan,
    ) -> Result<Self, SolveError> {
        let word = |text: &String| plan.word(text);
        let sources = transfer.sources.iter().map(word).collect::<Result<Vec<_>, _>>()?;
        let destination = word(&transfer.destination)?;
        let chown = transfer.chown.as_ref().map(word).transpose()?;
        let chmod = transfer.chmod.as_ref().map(word).transpose()?;
        let checksum = transfer.checksum.as_ref().map(word).transpose()?;
        let excludes = transfer.excludes.iter().map(word).collect::<Result<Vec<_>, _>>()?;
        source::check_checksum(checksum.as_deref(), &sources, is_add)?;
        let history = history(transfer, is_add, chown.as_deref(), chmod.as_deref(), &sources, &destination);
        let several = sources.len() + transfer.files.len() > 1;
        let into_directory = several || destination.ends_with('/') || matches!(destination.as_str(), "." | "");
        let files = transfer.files.iter().map(|file| Source::inline(file, plan));
        let parsed = sources.iter().map(|text| Source::parse(text, is_add, transfer.parents));
        Ok(Self {
            sources: parsed.chain(files).collect::<Result<_, _>>()?,
            destination: plan.working_directory().join(&destination),
            into_directory,
            from,
            is_link: transfer.link && chmod.is_none(),
            owner: chown.as_deref().map(Owner::parse),
            mode: chmod.as_deref().map(Mode::parse).transpose()?,
            excludes: (!excludes.is_empty()).then(|| Ignore::of_patterns(&excludes)).transpose()?,
            excluded: excludes,
            unpack: transfer.unpack.unwrap_or(is_add),
            checksum,
            time: plan.epoch(),
            history,
        })
    }

    /// What the sources name in `tree`.
    pub(super) fn find(&self, tree: &Tree) -> Result<Found, NotFound> {
        let mut items = Vec::new();
        for source in &self.sources {
            items.extend(source.find(tree)?);
        }
        if let Some(excludes) = &self.excludes {
            for item in &mut items {
                item.node = place::pruned(&item.node, &|path| !excludes.excludes(path));
            }
        }
        Ok(Found { items })
    }

    /// The addresses to fetch before anything can be found.
    pub(super) fn addresses(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.sources.iter().filter_map(|source| Some((source.address()?, self.checksum.as_deref())))
    }

    /// Gives what was fetched from `address` to the source that named it.
    pub(super) fn fetched(&mut self, address: &str, bytes: &[u8], modified: Timestamp) {
        for source in &mut self.sources {
            source.fetched(address, bytes, modified);
        }
    }

    /// Whether it takes files of the tree it reads, and not only texts and addresses.
    pub(super) fn reads_files(&self) -> bool {
        self.sources.iter().any(Source::is_file)
    }

    /// The texts that stand in the Dockerfile itself.
    pub(super) fn inline_files(&self) -> usize {
        self.sources.iter().filter(|source| source.is_inline()).count()
    }

    /// The key of the step upon `state`: what is copied, where to and how; no times.
    pub(super) fn key(&self, state: &Digest, found: &Found) -> io::Result<Digest> {
        let sum = Checksum::default().field(b"copy");
        let sum = if self.is_link { sum.field(b"link") } else { sum.field(state.bytes()) };
        let sum = sum.field(self.destination.as_str().as_bytes()).field(&[u8::from(self.into_directory)]);
        let sum = sum.field(format!("{:?} {:?} {}", self.owner, self.mode, self.unpack).as_bytes());
        let add = |sum: Checksum, item: &Item| {
            Ok(sum.field(item.name.as_bytes()).field(checksum::of_node(&item.node)?.bytes()))
        };
        found.items.iter().try_fold(sum, add).map(Checksum::finish)
    }

    /// The key of the same step by where it reads instead of what is there, which need not be looked at
    /// then; none if it takes something else too, such as a text of the Dockerfile.
    pub(super) fn shortcut(&self, state: &Digest, source: &Digest) -> Option<Digest> {
        if !self.sources.iter().all(Source::is_file) {
            return None;
        }
        let sum = Checksum::default().field(b"copy from").field(state.bytes()).field(source.bytes());
        let sum = sum.field(self.history.as_bytes()).field(self.destination.as_str().as_bytes());
        let sum = sum.field(&[u8::from(self.is_link), u8::from(self.into_directory)]);
        Some(self.excluded.iter().fold(sum, |sum, pattern| sum.field(pattern.as_bytes())).finish())
    }

    /// Puts what was found into `tree`, at the time `now`.
    pub(super) fn place(
        &self,
        tree: &mut Tree,
        found: &Found,
        now: Timestamp,
        host: &mut dyn Host,
    ) -> Result<(), SolveError> {
        let now = self.time.unwrap_or(now);
        let owner = self.owner.as_ref().map(|owner| owner.look_up(tree));
        let how = place::How { now, owner, mode: self.mode.as_ref(), time: self.time };
        for item in &found.items {
            let destination = tree.resolve(&self.destination)?;
            if self.unpack
                && let Some(content) = item.node.content()
                && archive::is_archive(content)
            {
                *tree = archive::unpacked(content, owner, now, tree, &destination, host)?;
            } else if item.node.entries().is_some() {
                how.place_contents(tree, &destination, item)?;
            } else {
                how.place_file(tree, destination, item, self.into_directory)?;
            }
        }
        Ok(())
    }
}

impl Found {
    /// Where in the tree it is.
    pub(super) fn paths(&self) -> impl Iterator<Item = &FsPath> {
        self.items.iter().filter_map(|item| item.at.as_ref())
    }

    /// Bytes of the files.
    pub(super) fn bytes(&self) -> u64 {
        self.items.iter().map(|item| place::size_of(&item.node)).sum()
    }
}

fn history(
    transfer: &Transfer,
    is_add: bool,
    chown: Option<&str>,
    chmod: Option<&str>,
    sources: &[String],
    destination: &str,
) -> String {
    let mut words = vec![if is_add { "ADD" } else { "COPY" }.to_owned()];
    words.extend(transfer.parents.then(|| "--parents".to_owned()));
    words.extend(chown.map(|owner| format!("--chown={owner}")));
    words.extend(chmod.map(|mode| format!("--chmod={mode}")));
    words.extend(sources.iter().cloned());
    words.extend(transfer.files.iter().map(|file| format!("<<{}", file.name)));
    words.push(destination.to_owned());
    words.join(" ")
}
