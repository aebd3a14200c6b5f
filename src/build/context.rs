//! The build context: a folder of the machine without what the
//! `.dockerignore` keeps at home.

use std::collections::BTreeSet;

use super::error::{BuildError, SolveError};
use super::request::Request;
use super::wire;
use crate::dockerfile::Ignore;
use crate::fs::{FsError, FsPath, Kind, Node, Tree};

/// What says in a context what stays at home.
const IGNORE: &str = ".dockerignore";

/// What a build may read.
#[derive(Debug, Default)]
pub(super) struct Context {
    /// The files that travel, from the root of the context.
    pub tree: Tree,
    /// What is kept at home.
    pub ignore: Ignore,
    /// Bytes that the `.dockerignore` took to travel.
    pub ignore_bytes: u64,
}

/// Bytes that `paths` of `tree` take to travel, with what is below them and the
/// folders above: only what a COPY names is sent.
pub(super) fn bytes_of(tree: &Tree, paths: &BTreeSet<FsPath>) -> u64 {
    let wanted = |path: &FsPath| {
        let below = paths.iter().any(|wanted| path.below(wanted).is_some());
        below || paths.iter().any(|wanted| wanted.below(path).is_some())
    };
    let travels = tree.walk().filter(|(path, _)| wanted(path));
    travels.map(|(path, node)| wire::size_of(path.relative(), node)).sum::<u64>() + wire::END
}

/// Refuses a context that is not a folder.
pub(super) fn check(request: &Request) -> Result<(), BuildError> {
    let typed = || request.context_typed.clone();
    let path = request.files.resolve(&request.context).map_err(|_| BuildError::ContextMissing { typed: typed() })?;
    match request.files.get(&path).map(|node| &node.kind) {
        Some(Kind::Directory(_)) => Ok(()),
        Some(_) => Err(BuildError::ContextNotDirectory { typed: typed() }),
        None => Err(BuildError::ContextMissing { typed: typed() }),
    }
}

/// The text of the Dockerfile and the bytes it takes to travel.
pub(super) fn dockerfile(request: &Request) -> Result<(String, u64), SolveError> {
    let name = || request.dockerfile.name().to_owned();
    let path = request.files.resolve(&request.dockerfile)?;
    let node = request.files.get(&path).ok_or_else(|| SolveError::DockerfileMissing { name: name() })?;
    node.content().ok_or_else(|| SolveError::DockerfileDirectory { name: name() })?;
    let text =
        String::from_utf8(request.files.read(&path)?.to_vec()).map_err(|_| SolveError::NotText { name: name() })?;
    Ok((text, wire::size_of(&name(), node) + wire::END))
}

/// The context, filtered.
pub(super) fn load(request: &Request) -> Result<Context, SolveError> {
    if request.remote.is_some() {
        // What comes from an address is taken as it is.
        return load_folder(&request.files, &request.context, &[]);
    }
    let own = FsPath::from(format!("{}.dockerignore", request.dockerfile));
    load_folder(&request.files, &request.context, &[own, request.context.child(IGNORE)])
}

/// A folder that a name stands for, which has a `.dockerignore` of its own.
pub(super) fn load_named(files: &Tree, folder: &FsPath) -> Result<Context, SolveError> {
    load_folder(files, folder, &[folder.child(IGNORE)])
}

fn load_folder(files: &Tree, folder: &FsPath, ignores: &[FsPath]) -> Result<Context, SolveError> {
    let (ignore, ignore_bytes) = load_ignore(files, ignores)?;
    let root = files.resolve(folder)?;
    let folder = files.get(&root).ok_or(FsError::NotFound { path: root })?;
    let mut whole = Tree::default();
    whole.insert(&FsPath::root(), folder.clone())?;
    let tree = if ignore == Ignore::default() { whole } else { filtered(&whole, &ignore)? };
    Ok(Context { tree, ignore, ignore_bytes })
}

/// The first of `places` that is there: for the main context
/// `<Dockerfile>.dockerignore` beside the Dockerfile, then its `.dockerignore`.
fn load_ignore(files: &Tree, places: &[FsPath]) -> Result<(Ignore, u64), SolveError> {
    for path in places {
        let Ok(content) = files.read(path) else { continue };
        let name = path.name().to_owned();
        let text = std::str::from_utf8(&content).map_err(|_| SolveError::NotText { name: name.clone() })?;
        let bytes = files.get(path).map_or(0, |node| wire::size_of(&name, node));
        return Ok((Ignore::parse(text)?, bytes + wire::END));
    }
    Ok((Ignore::default(), wire::END))
}

fn filtered(whole: &Tree, ignore: &Ignore) -> Result<Tree, FsError> {
    let mut tree = Tree::default();
    for (path, node) in whole.walk().filter(|(path, _)| !ignore.excludes(path)) {
        keep(&mut tree, whole, &path, node)?;
    }
    Ok(tree)
}

/// Puts `node` in `tree` with the folders above it, which may be excluded themselves.
fn keep(tree: &mut Tree, whole: &Tree, path: &FsPath, node: &Node) -> Result<(), FsError> {
    if let Some(parent) = path.parent()
        && tree.get(&parent).is_none()
        && let Some(above) = whole.get(&parent)
    {
        keep(tree, whole, &parent, above)?;
    }
    let copy = match &node.kind {
        Kind::Directory(_) => Node::directory(node.metadata),
        _ => node.clone(),
    };
    tree.insert(path, copy)
}
