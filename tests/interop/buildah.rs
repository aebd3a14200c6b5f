//! The same contexts, built by us and by buildah: the same files and the same
//! configuration, save for what `differences.md` lists and explains.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use bzip2::write::BzEncoder;
use drydock::fs::{self, Kind, Node, Tree};
use drydock::oci::{Descriptor, Digest, ImageConfig, Index, Manifest, REF_NAME, json};
use lzma_rust2::{XzOptions, XzWriter};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use super::contexts::{Base, CONTEXTS, Context};
use super::program::{folder, run};

/// A row of `differences.md`: which context, what, ours, theirs.
type Difference = (String, String, String, String);

#[test]
fn buildah_builds_the_same_save_for_what_is_explained() {
    let mut found = BTreeSet::new();
    for context in CONTEXTS {
        let folder = folder(&format!("buildah-{}", context.name.replace(' ', "-")));
        let files = folder.join("context");
        write(context, &files);
        let bases = bases(context, &folder);
        let (mut ours, mut theirs) = (ours(context, &folder, &files), theirs(&bases, &folder, &files));
        if context.base == Base::Shell {
            // The bases differ in their programs, and in what they say of themselves; what a RUN does to files counts.
            for facts in [&mut ours, &mut theirs] {
                facts.retain(|what, _| what.starts_with('/') && what != "/bin" && !what.starts_with("/bin/"));
            }
        }
        let keys: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
        for key in keys {
            let (one, two) = (value(&ours, key), value(&theirs, key));
            if one != two {
                found.insert((context.name.to_owned(), key.clone(), one, two));
            }
        }
    }
    let explained = explained();
    let missing: Vec<_> =
        found.iter().filter(|row| !explained.iter().any(|explained| covers(explained, row))).collect();
    assert!(missing.is_empty(), "not in differences.md: {missing:#?}");
    let stale: Vec<_> = explained.iter().filter(|row| !found.iter().any(|found| covers(row, found))).collect();
    assert!(stale.is_empty(), "in differences.md, but not so: {stale:#?}");
}

/// All that counts of an image, by what it is.
type Facts = BTreeMap<String, String>;

fn value(facts: &Facts, key: &str) -> String {
    facts.get(key).cloned().unwrap_or_else(|| "none".to_owned())
}

/// What builds for the one platform of a context write: programs of the shell are for WASI.
fn platform(context: &Context) -> &'static str {
    if context.base == Base::Shell { "wasi/wasm" } else { "linux/amd64" }
}

fn build(store: &Path, context: &Context, name: &str, folder: &Path) {
    let site = Path::new(env!("CARGO_MANIFEST_DIR")).join("www");
    let (store, site, folder) = (store.to_string_lossy(), site.to_string_lossy(), folder.to_string_lossy());
    let given = ["--platform", platform(context), "--provenance=false", "-t", name, &folder];
    run(env!("CARGO_BIN_EXE_drydock"), &[&["build", "-q", "--store", &store, "--site", &site], &given[..]].concat());
}

/// What stands in the storage of buildah before it builds: an image of a layout, or a Dockerfile to build.
enum Bases {
    None,
    Layout(String),
    Folder(PathBuf),
}

/// Makes the base of a context: ours in our store, and what buildah makes its own from.
fn bases(context: &Context, folder: &Path) -> Bases {
    let (store, place) = (folder.join("store"), folder.join("base"));
    match context.base {
        Base::None => Bases::None,
        Base::Image(dockerfile) => {
            write(&Context { dockerfile, ..*context }, &place);
            build(&store, context, "localhost/base:base", &place);
            Bases::Layout(format!("oci:{}:base", store.display()))
        }
        Base::Shell => {
            let ours = "FROM toolbox:1\n";
            write(&Context { dockerfile: ours, files: &[], ..*context }, &place);
            build(&store, context, "localhost/base:base", &place);
            let theirs = folder.join("busybox");
            let dockerfile = "FROM scratch\nCOPY . /bin/\nCMD [\"sh\"]\n";
            let ignore = &[(".dockerignore", 0o644, "Dockerfile\n.dockerignore\n")];
            write(&Context { dockerfile, files: ignore, ..*context }, &theirs);
            let busybox = run("sh", &["-c", "command -v busybox"]);
            let busybox = String::from_utf8(busybox).expect("a path");
            std::fs::copy(busybox.trim(), theirs.join("busybox")).expect("a static program: apt's busybox-static");
            for name in ["cat", "chmod", "head", "ln", "mkdir", "mv", "rm", "sh", "sort"] {
                std::os::unix::fs::symlink("busybox", theirs.join(name)).expect("a link");
            }
            Bases::Folder(theirs)
        }
    }
}

fn ours(context: &Context, folder: &Path, files: &Path) -> Facts {
    let store = folder.join("store");
    build(&store, context, "x:1", files);
    // Others take it as it lies there.
    let layout = format!("oci:{}:1", store.display());
    run("skopeo", &["--insecure-policy", "copy", &layout, &format!("dir:{}", folder.join("copied").display())]);
    let rootfs = folder.join("rootfs");
    run(
        "umoci",
        &["raw", "unpack", "--rootless", "--image", &format!("{}:1", store.display()), &rootfs.to_string_lossy()],
    );
    facts(&store)
}

fn theirs(bases: &Bases, folder: &Path, context: &Path) -> Facts {
    let (root, runroot, layout) = (folder.join("root"), folder.join("run"), folder.join("theirs"));
    let (root, runroot, context) = (root.to_string_lossy(), runroot.to_string_lossy(), context.to_string_lossy());
    let store = ["--storage-driver", "vfs", "--root", &root, "--runroot", &runroot];
    let bud = |name: &str, folder: &str| {
        let build =
            ["bud", "--isolation", "chroot", "--format", "oci", "--platform", "linux/amd64", "-q", "-t", name, folder];
        run("buildah", &[&store[..], &build].concat());
    };
    match bases {
        Bases::None => {}
        Bases::Layout(layout) => {
            let storage = format!("containers-storage:[vfs@{root}+{runroot}]localhost/base:base");
            run("skopeo", &["--insecure-policy", "copy", layout, &storage]);
        }
        Bases::Folder(folder) => bud("localhost/base:base", &folder.to_string_lossy()),
    }
    bud("x:1", &context);
    let target = format!("oci:{}:1", layout.display());
    run("buildah", &[&store[..], &["push", "-q", "x:1", &target]].concat());
    facts(&layout)
}

fn facts(layout: &Path) -> Facts {
    let blob = |digest: &Digest| std::fs::read(layout.join("blobs/sha256").join(digest.hex())).expect("a blob");
    let index: Index = json::read(&std::fs::read(layout.join("index.json")).expect("an index")).expect("JSON");
    let is_built = |entry: &&Descriptor| entry.annotations.get(REF_NAME).is_none_or(|name| name == "1");
    let image = index.manifests.iter().find(is_built).expect("the image");
    let manifest: Manifest = json::read(&blob(&image.digest)).expect("a manifest");
    let config: ImageConfig = json::read(&blob(&manifest.config.digest)).expect("a configuration");
    let tree = manifest.layers.iter().fold(Tree::default(), |tree, layer| {
        fs::apply(&tree, &fs::decompressed(&blob(&layer.digest)).expect("gzip")).expect("a layer")
    });
    let mut facts: Facts = tree.walk().map(|(path, node)| (path.to_string(), shown(node))).collect();
    let config = serde_json::to_value(config).expect("JSON");
    for place in ["architecture", "os"] {
        facts.insert(place.to_owned(), config[place].to_string());
    }
    for (name, value) in config["config"].as_object().expect("an object") {
        match value.as_object() {
            None => drop(facts.insert(name.clone(), value.to_string())),
            Some(entries) => {
                facts.extend(entries.iter().map(|(key, value)| (format!("{name} {key}"), value.to_string())));
            }
        }
    }
    facts
}

/// Type, mode, owner, and content or target.
fn shown(node: &Node) -> String {
    let owner = format!("{}:{}", node.metadata.uid, node.metadata.gid);
    match &node.kind {
        Kind::Directory(_) => format!("folder {:o} {owner}", node.metadata.mode),
        Kind::Symlink(target) => format!("link {owner} {target}"),
        Kind::File(content) => {
            let digest = content.digest(drydock::oci::Algorithm::Sha256).expect("in memory");
            format!("file {:o} {owner} {}", node.metadata.mode, digest.short())
        }
    }
}

/// Owner and group of the context are root's, as these tests run: neither builder looks at them.
fn write(context: &Context, folder: &Path) {
    let mut files: Vec<(PathBuf, u32, &str)> = vec![(folder.join("Dockerfile"), 0o644, context.dockerfile)];
    files.extend(context.files.iter().map(|(path, mode, text)| (folder.join(path), *mode, *text)));
    for (path, mode, text) in files {
        std::fs::create_dir_all(path.parent().expect("in a folder")).expect("made");
        if let Some(target) = text.strip_prefix("-> ") {
            std::os::unix::fs::symlink(target, &path).expect("a link");
            continue;
        }
        let bytes = text.strip_prefix("tar").map_or_else(|| text.as_bytes().to_vec(), archive);
        std::fs::write(&path, bytes).expect("written");
        let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
        std::fs::set_permissions(&path, mode).expect("ours");
    }
}

/// An archive of `name=text`, somebody's files of long ago; compressed as its ending says.
fn archive(described: &str) -> Vec<u8> {
    let (ending, files) = described.split_once(' ').expect("files");
    let mut archive = tar::Builder::new(Vec::new());
    for (name, text) in files.split(' ').filter_map(|file| file.split_once('=')) {
        let mut header = tar::Header::new_ustar();
        header.set_size(text.len() as u64);
        header.set_mode(0o604);
        header.set_uid(33);
        header.set_gid(44);
        header.set_mtime(1_000_000_000);
        archive.append_data(&mut header, name, text.as_bytes()).expect("a Vec takes every byte");
    }
    let tar = archive.into_inner().expect("a Vec takes every byte");
    match ending {
        "" => tar,
        ".gz" => fs::gzip(&tar),
        ".bz2" => written(BzEncoder::new(Vec::new(), bzip2::Compression::default()), &tar, BzEncoder::finish),
        ".xz" => {
            let encoder = XzWriter::new(Vec::new(), XzOptions::with_preset(6)).expect("options");
            written(encoder, &tar, XzWriter::finish)
        }
        ".zst" => compress_to_vec(&tar[..], CompressionLevel::Fastest),
        _ => panic!("an archive of another kind: {ending}"),
    }
}

/// What `encoder` makes of `bytes`.
fn written<W: Write>(mut encoder: W, bytes: &[u8], finish: impl FnOnce(W) -> io::Result<Vec<u8>>) -> Vec<u8> {
    encoder.write_all(bytes).and_then(|()| finish(encoder)).expect("a Vec takes every byte")
}

/// The rows of the table in `differences.md`, without their reasons.
fn explained() -> Vec<Difference> {
    let text = include_str!("differences.md");
    let rows = text.lines().filter(|line| line.starts_with("| ")).skip(1);
    let cells =
        |row: &str| row.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`').to_owned()).collect();
    rows.map(cells)
        .map(|cells: Vec<String>| {
            assert!(cells.len() == 5 && !cells[4].is_empty(), "a row has five cells, the last says why: {cells:?}");
            (cells[0].clone(), cells[1].clone(), cells[2].clone(), cells[3].clone())
        })
        .collect()
}

/// `*` stands for any context, or any value of theirs.
fn covers(row: &Difference, found: &Difference) -> bool {
    let same = |row: &str, found: &str| row == "*" || row == found;
    same(&row.0, &found.0) && (&row.1, &row.2) == (&found.1, &found.2) && same(&row.3, &found.3)
}
