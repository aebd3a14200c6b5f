//! What RUN sees besides its image: `--mount`. A bind shows files of the
//! context or of a stage, a cache outlives the build, a tmpfs is empty and
//! forgotten, a secret is a file or a variable that no layer ever holds.
//! <https://docs.docker.com/reference/dockerfile/#run---mount>

use std::collections::BTreeMap;

use super::cache::Cache;
use super::convert::Plan;
use super::error::SolveError;
use super::process::script_node;
use super::run::Run;
use crate::dockerfile::{Mount, MountKind};
use crate::fs::{FsError, FsPath, Metadata, Node, Tree};

/// A secret is for its reader only.
const SECRET_MODE: u32 = 0o400;

/// A mount whose words are resolved.
#[derive(Debug, Clone)]
pub(super) struct Mounted {
    pub mount: Mount,
    /// Absolute.
    pub target: FsPath,
    /// The stage it reads, by number; the build context if none.
    pub source: Option<usize>,
}

impl Mounted {
    /// Resolves the `--mount` flags of one RUN.
    pub(super) fn resolve_all(flags: &[String], sources: &[usize], plan: &Plan) -> Result<Vec<Self>, SolveError> {
        let mut sources = sources.iter().copied();
        let resolve = |flag: &String| {
            // Each value on its own: what a variable brings is never another field.
            let mount = Mount::parse_with(flag, &|value| plan.expand(value))?;
            let source = mount.from.as_ref().and_then(|_| sources.next());
            let target = plan.working_directory().join(&target(&mount));
            if target == FsPath::root() && mount.env.is_none() {
                return Err(SolveError::MountTarget { target: mount.target.unwrap_or_default() });
            }
            Ok(Self { mount, target, source })
        };
        flags.iter().map(resolve).collect()
    }

    /// What of it goes into the key of the step: not what a cache or a secret holds.
    pub(super) fn identity(&self) -> String {
        format!("{:?} {} {:?} {:?}", self.mount.kind, self.target, self.mount.source, self.mount.env)
    }

    /// The name of a cache: asked for, or its target.
    pub(super) fn cache_id(&self) -> String {
        self.mount.id.clone().unwrap_or_else(|| self.target.to_string())
    }

    /// The variable that a secret is put in; its id, if none was named.
    pub(super) fn secret_variable(&self) -> Option<String> {
        let name = self.mount.env.clone().filter(|_| self.mount.kind == MountKind::Secret)?;
        Some(if name.is_empty() { self.secret_id() } else { name })
    }

    /// Whether it shows files of the build context.
    pub(super) fn reads_context(&self) -> bool {
        self.mount.kind == MountKind::Bind && self.mount.from.is_none()
    }

    /// The secret it shows, and whether that must be there.
    pub(super) fn secret(&self) -> Option<(String, bool)> {
        (self.mount.kind == MountKind::Secret).then(|| (self.secret_id(), self.mount.required))
    }

    /// The agent it reaches, and whether that must be there.
    pub(super) fn agent(&self) -> Option<(String, bool)> {
        (self.mount.kind == MountKind::Ssh).then(|| (self.agent_id(), self.mount.required))
    }

    /// The cache it shows.
    pub(super) fn cache(&self) -> Option<String> {
        (self.mount.kind == MountKind::Cache).then(|| self.cache_id())
    }

    fn agent_id(&self) -> String {
        self.mount.id.clone().unwrap_or_else(|| "default".to_owned())
    }

    /// The name of the secret: that of its source, asked for, or that of its target.
    fn secret_id(&self) -> String {
        let Mount { source, id, target, .. } = &self.mount;
        let base = || target.as_ref().map(|path| FsPath::from(path.as_str()).name().to_owned());
        source.clone().or_else(|| id.clone()).or_else(base).unwrap_or_default()
    }
}

/// A secret without a target is a file of that name below `/run/secrets`; an agent has its own place.
fn target(mount: &Mount) -> String {
    match (&mount.target, mount.kind) {
        (Some(target), _) => target.clone(),
        (None, MountKind::Secret) => {
            let id = mount.source.as_ref().or(mount.id.as_ref()).map_or("", String::as_str);
            format!("/run/secrets/{}", FsPath::from(id).name())
        }
        (None, MountKind::Ssh) => "/run/buildkit/ssh_agent.0".to_owned(),
        (None, _) => String::new(),
    }
}

/// What was put among the files of an image for a RUN, to be taken away after it.
#[derive(Debug, Default)]
pub(super) struct Placed {
    /// Variables that hold secrets, as `NAME=value`.
    pub variables: Vec<String>,
    /// Where something was put, what was there before, and the first folder made for it.
    places: Vec<Place>,
    /// The caches among them: their name, and where they are.
    caches: Vec<(String, FsPath)>,
}

#[derive(Debug)]
struct Place {
    path: FsPath,
    before: Option<Node>,
    first_made: Option<FsPath>,
}

impl Placed {
    /// Puts the mounts of `run` into `tree`; `contents` are what its binds show.
    pub(super) fn place(
        run: &Run,
        contents: &[Option<Node>],
        cache: &Cache,
        secrets: &BTreeMap<String, Vec<u8>>,
        tree: &mut Tree,
        made: Metadata,
    ) -> Result<Self, SolveError> {
        let mut placed = Self::default();
        for (mounted, content) in run.mounts.iter().zip(contents) {
            let Mount { mode, uid, gid, required, .. } = &mounted.mount;
            let owned = |usual: u32| Metadata {
                mode: mode.unwrap_or(usual),
                uid: uid.unwrap_or(0),
                gid: gid.unwrap_or(0),
                ..made
            };
            match mounted.mount.kind {
                MountKind::Tmpfs => placed.put(tree, &mounted.target, Node::directory(owned(0o1777)), made)?,
                MountKind::Cache => {
                    let id = mounted.cache_id();
                    let fresh = || content.clone().unwrap_or_else(|| Node::directory(owned(made.mode)));
                    let node = cache.mount(&id).cloned().unwrap_or_else(fresh);
                    placed.put(tree, &mounted.target, node, made)?;
                    placed.caches.push((id, mounted.target.clone()));
                }
                MountKind::Bind => {
                    let path = || mounted.mount.source.clone().unwrap_or_default();
                    let node = content.clone().ok_or_else(|| SolveError::MountSource { path: path() })?;
                    placed.put(tree, &mounted.target, node, made)?;
                }
                MountKind::Secret => {
                    let id = mounted.secret_id();
                    match secrets.get(&id) {
                        Some(value) => placed.put_secret(tree, mounted, value, owned(SECRET_MODE), made)?,
                        None if *required => return Err(SolveError::NoSecret { id }),
                        None => {}
                    }
                }
                MountKind::Ssh if *required => return Err(SolveError::NoAgent { id: mounted.agent_id() }),
                // Nobody gives a build an agent here, and without one it is left out.
                MountKind::Ssh => {}
            }
        }
        if let Some((path, text)) = &run.script {
            placed.put(tree, path, script_node(text, made), made)?;
        }
        Ok(placed)
    }

    fn put_secret(
        &mut self,
        tree: &mut Tree,
        mounted: &Mounted,
        value: &[u8],
        owned: Metadata,
        made: Metadata,
    ) -> Result<(), SolveError> {
        if let Some(name) = mounted.secret_variable() {
            self.variables.push(format!("{name}={}", String::from_utf8_lossy(value)));
        }
        if mounted.mount.env.is_none() || mounted.mount.target.is_some() {
            self.put(tree, &mounted.target, Node::file(owned, value.to_vec()), made)?;
        }
        Ok(())
    }

    fn put(&mut self, tree: &mut Tree, path: &FsPath, node: Node, made: Metadata) -> Result<(), SolveError> {
        let path = tree.resolve(path)?;
        let parent = path.parent().unwrap_or_else(FsPath::root);
        let above: Vec<FsPath> = std::iter::successors(Some(path.clone()), FsPath::parent).collect();
        let first_made = above.into_iter().rfind(|path| tree.get(path).is_none());
        let before = tree.get(&path).cloned();
        tree.make_directories(&parent, made)?;
        tree.insert(&path, node)?;
        self.places.push(Place { path, before, first_made });
        Ok(())
    }

    /// What caches hold is kept for the next build, whatever became of this step.
    pub(super) fn keep_caches(&self, tree: &Tree, cache: &mut Cache) {
        for (id, path) in &self.caches {
            if let Some(node) = tree.resolve(path).ok().and_then(|path| tree.get(&path).cloned()) {
                cache.keep_mount(id, node);
            }
        }
    }

    /// Takes everything away again.
    pub(super) fn take_away(&self, tree: &mut Tree) -> Result<(), FsError> {
        for Place { path, before, first_made } in self.places.iter().rev() {
            match (before, first_made) {
                (Some(before), _) => tree.insert(path, before.clone())?,
                // The program may have removed it itself.
                (None, made) => drop(tree.remove(made.as_ref().unwrap_or(path))),
            }
        }
        Ok(())
    }
}
