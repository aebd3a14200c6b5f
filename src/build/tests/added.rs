//! ADD, and what COPY takes besides files of the context: owners, modes,
//! exclusions, parents, links, texts of the Dockerfile.

use super::*;

/// The files after `instructions`, as `mode uid:gid path`.
fn placed(instructions: &str) -> Vec<String> {
    let mut desk = Desk::lesson();
    desk.write("Dockerfile", &format!("FROM scratch\n{instructions}\n"));
    desk.write("src/deep/a.txt", "a");
    desk.put_bytes("files.tgz", fs::gzip(&archive()), 0o644, NOON);
    desk.put_bytes("files.tar", archive(), 0o644, NOON);
    let built = desk.rebuild().1;
    let line = |(path, node): (FsPath, &Node)| {
        let Metadata { mode, uid, gid, .. } = node.metadata;
        format!("{mode:o} {uid}:{gid} {path}")
    };
    built.tree().walk().filter(|(_, node)| node.entries().is_none()).map(line).collect()
}

fn archive() -> Vec<u8> {
    let mut tree = Tree::default();
    let metadata = Metadata { mode: 0o600, uid: 5, gid: 6, ..Metadata::file(Timestamp::from_seconds(NOON)) };
    tree.make_directories(&"/in".into(), Metadata::directory(Timestamp::from_seconds(NOON))).expect("fresh");
    tree.insert(&"/in/file".into(), Node::file(metadata, b"content".to_vec())).expect("a folder");
    fs::layer_tar(&tree, &fs::diff(&Tree::default(), &tree)).expect("written")
}

#[test]
fn flags_say_how_files_arrive() {
    let table: [(&str, &[&str]); 9] = [
        ("COPY --chown=7:8 model.bin /m", &["644 7:8 /m"]),
        ("COPY --chmod=u=rwx,go=r model.bin /m", &["744 0:0 /m"]),
        ("COPY --exclude=*.rs src /s", &["644 0:0 /s/deep/a.txt"]),
        ("COPY --exclude=** --exclude=!deep/a.txt src /s", &["644 0:0 /s/deep/a.txt"]),
        ("COPY --parents src/deep/a.txt /p", &["644 0:0 /p/src/deep/a.txt"]),
        ("COPY --parents src/./deep/*.txt /p/", &["644 0:0 /p/deep/a.txt"]),
        ("COPY --link model.bin /l/", &["644 0:0 /l/model.bin"]),
        ("COPY <<a <<b /d/\n$HOME\na\nx\nb", &["644 0:0 /d/a", "644 0:0 /d/b"]),
        ("ADD model.bin /m", &["644 0:0 /m"]),
    ];
    for (instructions, expected) in table {
        assert_eq!(placed(instructions), expected, "{instructions}");
    }
}

#[test]
fn an_archive_is_unpacked_by_add_alone() {
    let table: [(&str, &[&str]); 5] = [
        ("ADD files.tgz /x", &["600 5:6 /x/in/file"]),
        ("ADD files.tar /x", &["600 5:6 /x/in/file"]),
        ("ADD --chown=1:2 files.tar /x", &["600 1:2 /x/in/file"]),
        ("ADD --unpack=false files.tar /x", &["644 0:0 /x"]),
        ("COPY files.tar /x", &["644 0:0 /x"]),
    ];
    for (instructions, expected) in table {
        assert_eq!(placed(instructions), expected, "{instructions}");
    }
}

#[test]
fn a_text_of_the_dockerfile_has_its_variables_replaced_unless_it_is_quoted() {
    let mut desk = Desk::new("FROM scratch\nENV V=x\nCOPY <<EOF <<'RAW' /d/\n\"$V\" \\$V\nEOF\n$V\nRAW\n");
    let outcome = desk.build();
    let tree = outcome.result.as_ref().expect("built").images[0].files.tree().expect("sound");
    let text = |path: &str| String::from_utf8(tree.read(&path.into()).expect("there").to_vec()).expect("text");
    assert_eq!(text("/d/EOF"), "\"x\" $V\n");
    assert_eq!(text("/d/RAW"), "$V\n");
    assert!(outcome.plain().contains("[internal] preparing inline document\n"));
}

#[test]
fn a_linked_layer_survives_another_base() {
    let mut desk = Desk::lesson();
    desk.write("Dockerfile", "FROM mlserve:1\nCOPY --link model.bin /m\n");
    let first = desk.rebuild().1;
    desk.base = "another program";
    let (steps, second) = desk.rebuild();
    assert!(steps[1].starts_with("CACHED"), "{steps:?}");
    assert_eq!(first.document.layers[1], second.document.layers[1]);
    assert!(second.tree().get(&"/usr/bin/mlserve".into()).is_some() && second.tree().get(&"/m".into()).is_some());
}

#[test]
fn an_address_that_does_not_answer_fails_the_step() {
    let mut desk = Desk::new("FROM scratch\nADD https://example.com/model.bin /m\n");
    assert_eq!(
        desk.build().error(),
        "failed to solve: failed to load cache key: Get \"https://example.com/model.bin\": this host has no network"
    );
    let mut desk = Desk::new("FROM scratch\nCOPY https://example.com/model.bin /m\n");
    assert_eq!(desk.build().error(), "failed to solve: source can't be a URL for COPY");
}

#[test]
fn a_context_comes_from_an_address_as_a_dockerfile_or_as_an_archive() {
    let mut desk = Desk::new("");
    let elsewhere = |desk: &Desk, dockerfile: &str| {
        let remote = Some("https://example.com/context".to_owned());
        let provenance = Some(Provenance::default());
        Request { context: FsPath::root(), remote, dockerfile: dockerfile.into(), provenance, ..desk.request() }
    };
    desk.page = Some(Bytes::from_static(b"FROM scratch\nCOPY . /all/\n"));
    let outcome = desk.run(&elsewhere(&desk, "/"));
    let shown = outcome.plain();
    assert!(shown.contains("#1 [internal] load remote build context\n#1 DONE") && !shown.contains("load build"));
    let tree = outcome.result.expect("built").images[0].tree();
    assert!(tree.get(&"/all/context".into()).is_some(), "it is the only file of its context");
    let mut files = Tree::default();
    let file = |text: &str| Node::file(Metadata::file(Timestamp::from_seconds(NOON)), text.as_bytes().to_vec());
    files.insert(&"/Other".into(), file("FROM scratch\nCOPY data /data\n")).expect("the root is a folder");
    files.insert(&"/data".into(), file("1")).expect("the root is a folder");
    let tar = fs::layer_tar(&files, &fs::diff(&Tree::default(), &files)).expect("written");
    desk.page = Some(fs::gzip(&tar).into());
    let outcome = desk.run(&elsewhere(&desk, "Other"));
    assert!(outcome.plain().contains("#2 copy /context /\n#2 DONE"), "{}", outcome.plain());
    assert!(outcome.result.expect("built").images[0].tree().get(&"/data".into()).is_some());
    let missing = desk.run(&elsewhere(&desk, "/")).error();
    assert_eq!(missing, "failed to solve: failed to read dockerfile: open Dockerfile: no such file or directory");
    desk.page = None;
    let unreachable = desk.run(&elsewhere(&desk, "/")).error();
    assert!(
        unreachable.starts_with("failed to solve: failed to read downloaded context: failed to load cache key: Get")
    );
}
