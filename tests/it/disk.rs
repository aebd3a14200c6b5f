//! Docker's verbs on the real disk: folders become images in a store that
//! stays, whatever happens.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use drydock::fs::{self, FsPath, Tree};
use drydock::oci::{Digest, Index, Manifest, json};

/// A folder of its own for each test, with a store in it and a context.
pub struct Desk {
    pub folder: PathBuf,
}

impl Desk {
    pub fn new(test: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("disk").join(test);
        drop(std::fs::remove_dir_all(&folder));
        let desk = Self { folder };
        desk.write("context/Dockerfile", "FROM scratch\nWORKDIR /app\nCOPY . .\nCMD [\"/app/run\"]\n");
        desk.write("context/.dockerignore", "**/*.log\nDockerfile\n.dockerignore\n");
        desk.write("context/run", "#!/bin/sh\n");
        desk.write("context/data/one", "1");
        desk.write("context/data/noise.log", "no");
        desk
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        std::fs::create_dir_all(path.parent().expect("in the folder")).expect("made");
        std::fs::write(path, text).expect("written");
    }

    pub fn run(&self, line: &str) -> Output {
        self.command(line).output().expect("the command starts")
    }

    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_drydock"));
        command.args(line.split(' ')).args(["--store", "store"]).current_dir(&self.folder);
        command
    }

    /// Runs `drydock debug`; its exit code and what it prints on standard output.
    fn debug(&self, line: &str) -> (Option<i32>, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_drydock"));
        let output = command.arg("debug").args(line.split(' ')).current_dir(&self.folder).output();
        let output = output.expect("the command starts");
        (output.status.code(), String::from_utf8(output.stdout).expect("text"))
    }

    /// What a line that works prints on standard output.
    pub fn says(&self, line: &str) -> String {
        let output = self.run(line);
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    }

    /// Every file of the store by name, each blob checked against its own.
    pub fn store(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        for folder in ["store", "store/blobs/sha256"] {
            for entry in std::fs::read_dir(self.folder.join(folder)).expect("the store").flatten() {
                if entry.path().is_file() {
                    let name = entry.file_name().to_string_lossy().into_owned();
                    files.insert(name, std::fs::read(entry.path()).expect("readable"));
                }
            }
        }
        for (name, bytes) in files.iter().filter(|(name, _)| name.len() == 64) {
            assert_eq!(Digest::of(bytes).hex(), *name);
        }
        files
    }

    pub fn index(&self) -> Index {
        json::read(&self.store()["index.json"]).expect("an index")
    }

    /// The manifest of the first image, which has an index with its attestation around it.
    fn manifest(&self) -> Manifest {
        let store = self.store();
        let image: Index = json::read(&store[&self.index().manifests[0].digest.hex()]).expect("an index");
        json::read(&store[&image.manifests[0].digest.hex()]).expect("a manifest")
    }

    /// The files of that image.
    fn tree(&self) -> Tree {
        let store = self.store();
        self.manifest().layers.iter().fold(Tree::default(), |tree, layer| {
            let tar = fs::decompressed(&store[&layer.digest.hex()]).expect("gzip");
            fs::apply(&tree, &tar).expect("a layer")
        })
    }
}

fn paths(tree: &Tree) -> Vec<String> {
    tree.walk().map(|(path, _)| path.to_string()).collect()
}

#[test]
fn a_folder_of_the_disk_becomes_an_image_that_stays() {
    let desk = Desk::new("build");
    desk.says("build -q -t app:1 context");
    assert_eq!(paths(&desk.tree()), ["/app", "/app/data", "/app/data/one", "/app/run"]);
    assert!(desk.says("images").contains("app:1"));
    // What a layer takes is known in the next process too, and found out again if it is not.
    for _ in 0..2 {
        let history = desk.says("history app:1");
        let copy = history.lines().find(|line| line.contains("COPY . . # buildkit")).expect("a line");
        assert!(copy.contains("kB"), "{history}");
        std::fs::remove_file(desk.folder.join("store/.known.json")).expect("it was there");
        desk.says("tag app:1 app:1");
    }
    let id = desk.says("build -q -t app:2 context");
    assert!(desk.says("inspect app:2").contains(id.trim()));
    desk.says("tag app:2 other:3");
    assert_eq!(desk.index().manifests.len(), 3);
}

#[cfg(unix)]
#[test]
fn links_modes_and_times_of_the_disk_arrive() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let desk = Desk::new("modes");
    let run = desk.folder.join("context/run");
    std::fs::set_permissions(&run, PermissionsExt::from_mode(0o4755)).expect("ours");
    let seconds = 1_600_000_000;
    let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
    std::fs::File::open(&run).and_then(|file| file.set_modified(time)).expect("ours");
    symlink("data/one", desk.folder.join("context/link")).expect("a link");
    symlink("/nowhere", desk.folder.join("context/dangling")).expect("a link");
    desk.says("build -q -t app:1 context");
    let tree = desk.tree();
    let run = tree.get(&FsPath::from("/app/run")).expect("there").metadata;
    assert_eq!((run.mode, run.uid, run.gid, run.modified.seconds()), (0o4755, 0, 0, seconds));
    assert_eq!(tree.read(&FsPath::from("/app/link")).expect("followed").as_slice(), b"1");
    assert!(paths(&tree).contains(&"/app/dangling".to_owned()));
}

#[test]
fn what_fails_or_was_killed_leaves_the_images_as_they_were() {
    let desk = Desk::new("failed");
    desk.says("build -q -t app:1 context");
    let before = desk.store();
    desk.write("context/Dockerfile", "FROM scratch\nCOPY data /data\nCOPY none /none\n");
    let failed = desk.run("build -t app:1 context");
    assert_eq!(failed.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&failed.stderr).contains("\"/none\": not found"));
    // What a process that is gone was writing, and a blob it had no time to name.
    desk.write("store/blobs/sha256/.unfinished-1-0", "half");
    let orphan = Digest::of(b"orphan").hex();
    desk.write(&format!("store/blobs/sha256/{orphan}"), "orphan");
    desk.says("tag app:1 app:2");
    desk.says("rmi app:2");
    let after = desk.store();
    assert_eq!(after["index.json"], before["index.json"]);
    assert!(after.keys().all(|name| !name.starts_with(".unfinished")));
}

/// Whether a build says of the step that it was known.
fn is_cached(build: &Output, step: &str) -> bool {
    let text = String::from_utf8_lossy(&build.stderr);
    let number = text.lines().find_map(|line| line.strip_suffix(step)?.split(' ').next());
    text.contains(&format!("{} CACHED", number.expect(&text)))
}

#[test]
fn a_build_that_fails_is_gone_on_with_by_the_next_one() {
    let desk = Desk::new("gone-on");
    desk.write("context/Dockerfile", "FROM scratch\nCOPY data /data\nCOPY none /none\n");
    assert_eq!(desk.run("build context").status.code(), Some(1));
    assert!(desk.index().manifests.is_empty(), "no image came of it");
    desk.write("context/none", "now it is there");
    let build = desk.run("build context");
    assert!(build.status.success());
    assert!(is_cached(&build, " [1/2] COPY data /data") && !is_cached(&build, " [2/2] COPY none /none"));
}

#[test]
fn ctrl_c_ends_a_build_and_keeps_the_steps_before() {
    let desk = Desk::new("interrupted");
    let endless = r#"(module (memory (export "memory") 1) (func (export "_start") (loop $on (br $on))))"#;
    std::fs::write(desk.folder.join("context/run"), wat::parse_str(endless).expect("a module")).expect("written");
    let dockerfile = "FROM scratch\nCOPY --chmod=755 run /run\n";
    desk.write("context/Dockerfile", &format!("{dockerfile}RUN [\"/run\"]\n"));
    let mut command = desk.command("build context");
    let mut child = command.stderr(Stdio::piped()).spawn().expect("the command starts");
    let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines().map(|line| line.expect("text"));
    assert!(lines.any(|line| line.contains("RUN [\"/run\"]")), "the program never began");
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill").success());
    let rest: Vec<String> = lines.collect();
    assert_eq!(child.wait().expect("it ends").code(), Some(130), "{rest:#?}");
    assert!(rest.iter().any(|line| line.ends_with("CANCELED")), "{rest:#?}");
    desk.write("context/Dockerfile", dockerfile);
    assert!(is_cached(&desk.run("build context"), " [1/1] COPY --chmod=755 run /run"));
}

#[test]
fn an_image_moves_to_another_store_as_a_file_and_leaves_nothing_when_it_goes() {
    let desk = Desk::new("moved");
    let id = desk.says("build -q -t app:1 context");
    desk.says("save -o app.tar app:1");
    desk.says("rmi app:1");
    // The build cache has its own.
    assert!(desk.store().contains_key(".build-cache.json"));
    desk.says("builder prune -a -f");
    assert_eq!(
        desk.store().keys().map(String::as_str).collect::<Vec<_>>(),
        [".known.json", ".lock", "index.json", "oci-layout"]
    );
    assert_eq!(desk.says("load -i app.tar"), "Loaded image: app:1\n");
    assert!(desk.says("inspect app:1").contains(id.trim()));
}

#[test]
fn a_blob_that_changed_on_the_disk_is_not_read() {
    let desk = Desk::new("damaged");
    desk.says("build -q -t app:1 context");
    let root = desk.index().manifests[0].digest;
    desk.write(&format!("store/blobs/sha256/{}", root.hex()), "{}");
    let output = desk.run("inspect app:1");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_sound_layout_has_no_problems_and_damage_is_found_where_it_is() {
    let desk = Desk::new("validate");
    desk.says("build -q -t app:1 context");
    desk.says("save -o app.tar app:1");
    for layout in ["store", "app.tar"] {
        let (code, lines) = desk.debug(&format!("validate {layout}"));
        assert_eq!(code, Some(0), "{lines}");
        assert!(lines.lines().count() >= 5 && lines.lines().all(|line| line.ends_with("\"problems\":[]}")), "{lines}");
    }
    let layer = desk.manifest().layers.pop().expect("a layer").digest;
    desk.write(&format!("store/blobs/sha256/{}", layer.hex()), "damaged");
    let (code, lines) = desk.debug("validate store");
    let wrong: Vec<&str> = lines.lines().filter(|line| !line.ends_with("\"problems\":[]}")).collect();
    assert_eq!((code, wrong.len()), (Some(1), 1), "{lines}");
    assert!(wrong[0].contains(&layer.to_string()) && wrong[0].contains("has 7 bytes, not "), "{lines}");
    assert!(wrong[0].contains("/layers/1\""), "{lines}");
}

#[test]
fn a_layer_is_laid_over_an_archive_by_itself() {
    let desk = Desk::new("apply");
    desk.says("build -q -t app:1 context");
    let layers = desk.manifest().layers;
    let blob = |at: usize| format!("store/blobs/sha256/{}", layers[at].digest.hex());
    let (code, said) = desk.debug(&format!("apply --base {} {} -o out.tar", blob(0), blob(1)));
    assert_eq!((code, said.as_str()), (Some(0), ""));
    let out = std::fs::read(desk.folder.join("out.tar")).expect("written");
    assert_eq!(fs::apply(&Tree::default(), &out).expect("an archive"), desk.tree());
    assert_eq!(desk.debug("apply context/run -o no.tar").0, Some(1));
    assert!(!desk.folder.join("no.tar").exists());
    assert_eq!(desk.debug("apply").0, Some(2));
}

#[test]
fn the_steps_of_one_store_are_known_to_another_by_a_folder() {
    let desk = Desk::new("cache");
    desk.says("build -q -t app:1 --cache-to type=local,dest=cache context");
    let first = desk.store();
    std::fs::remove_dir_all(desk.folder.join("store")).expect("the store");
    let output = desk.run("build --progress plain -t app:1 --cache-from type=local,src=cache context");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && told.matches(" CACHED").count() == 2, "{told}");
    let second = desk.store();
    for layer in desk.manifest().layers {
        let name = layer.digest.hex();
        assert_eq!((first.get(&name), first.contains_key(&name)), (second.get(&name), true));
    }
}

/// A file of zeros that takes no room on the disk, and a process that may not have half of it in memory.
#[cfg(target_os = "linux")]
#[test]
fn a_context_larger_than_memory_is_built_and_saved() {
    const FILE_BYTES: u64 = 512 << 20;
    const MEMORY_KIB: u64 = 240 << 10;
    let desk = Desk::new("large");
    let large = std::fs::File::create(desk.folder.join("context/large")).expect("made");
    large.set_len(FILE_BYTES).expect("sparse");
    let mut header = ::tar::Header::new_gnu();
    header.set_path("inside").expect("short");
    header.set_mode(0o644);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_size(FILE_BYTES);
    header.set_cksum();
    let mut archive = std::fs::File::create(desk.folder.join("context/archive.tar")).expect("made");
    archive.write_all(header.as_bytes()).expect("written");
    archive.set_len(FILE_BYTES + 3 * 512).expect("sparse");
    let dockerfile =
        |last: &str| format!("FROM scratch\nCOPY --link large /large\nADD archive.tar /\nWORKDIR {last}\n");
    desk.write("context/Dockerfile", &dockerfile("/one"));
    let lines = [
        "build -q -t large:1 context",
        "save -o large.tar large:1",
        "build -q -t large:2 context",
        "build -q --build-arg SOURCE_DATE_EPOCH=1 --output type=oci,dest=epoch.tar,rewrite-timestamp=true context",
    ];
    for line in lines {
        let drydock = format!("ulimit -v {MEMORY_KIB}; exec '{}' {line} --store store", env!("CARGO_BIN_EXE_drydock"));
        let mut command = Command::new("sh");
        // Each thread would reserve an arena of its own, which counts although nothing is in it.
        let command = command.args(["-c", &drydock]).env("MALLOC_ARENA_MAX", "1").current_dir(&desk.folder);
        let output = command.output().expect("sh starts");
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        // The next process goes on where the steps of this one ended.
        desk.write("context/Dockerfile", &dockerfile("/two"));
    }
    for written in ["large.tar", "epoch.tar"] {
        assert_eq!(desk.debug(&format!("validate {written}")).0, Some(0), "{written}");
    }
}
