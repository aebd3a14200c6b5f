//! Layers as they should be, as they should not be, and as somebody evil
//! would write them. The cases are those containerd's own tests know, and
//! what its reader refuses.

use ::tar::{EntryType, Header};
use proptest::prelude::*;

use super::super::{decompressed, diff, gzip, layer_tar};
use super::*;
use crate::oci::Timestamp;

/// One entry: type flag, name, and the text or the target of the link.
type Line<'a> = (char, &'a str, &'a str);

fn header(kind: char, name: &str, text: &str) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(EntryType::new(u8::try_from(kind).expect("ASCII")));
    header.set_mode(0o644);
    header.set_uid(0);
    header.set_gid(0);
    header.set_size(if matches!(kind, '0' | 'x' | 'g') { text.len() as u64 } else { 0 });
    header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
    if matches!(kind, '1' | '2') {
        header.as_old_mut().linkname[..text.len()].copy_from_slice(text.as_bytes());
    }
    header.set_cksum();
    header
}

fn append(archive: &mut Vec<u8>, header: &Header, bytes: &[u8]) {
    archive.extend_from_slice(header.as_bytes());
    archive.extend_from_slice(bytes);
    archive.resize(archive.len().next_multiple_of(512), 0);
}

/// An archive of these entries, names as they are.
fn archive(lines: &[Line<'_>]) -> Vec<u8> {
    let mut archive = Vec::new();
    for (kind, name, text) in lines {
        let bytes = if matches!(kind, '0' | 'x' | 'g') { text.as_bytes() } else { &[] };
        append(&mut archive, &header(*kind, name, text), bytes);
    }
    archive.resize(archive.len() + 1024, 0);
    archive
}

/// A PAX record, whose length counts itself.
fn record(key: &str, value: &str) -> String {
    let rest = format!(" {key}={value}\n").len();
    let length = (rest..rest + 9).find(|length| rest + length.to_string().len() == *length).expect("some length fits");
    format!("{length} {key}={value}\n")
}

/// `/d/`, `/f=text`, `/l>target`.
fn shown(tree: &Tree) -> String {
    let show = |(path, node): (FsPath, &Node)| match &node.kind {
        Kind::Directory(_) => format!("{path}/"),
        Kind::File(content) => {
            format!("{path}={}", String::from_utf8_lossy(&content.bytes().expect("in memory")))
        }
        Kind::Symlink(target) => format!("{path}>{target}"),
    };
    tree.walk().map(show).collect::<Vec<_>>().join(" ")
}

/// What becomes of `upper` over `lower`: the tree, or the error.
fn laid(lower: &[Line<'_>], upper: &[Line<'_>]) -> String {
    let base = apply(&Tree::default(), &archive(lower)).expect("the lower layer is sound");
    match apply(&base, &archive(upper)) {
        Ok(tree) => shown(&tree),
        Err(error) => error.to_string(),
    }
}

#[test]
fn no_name_and_no_link_leaves_the_root() {
    let etc: &[Line<'_>] = &[('5', "etc", ""), ('0', "etc/passwd", "in")];
    let table: &[(&[Line<'_>], &str)] = &[
        (&[('0', "../../x", "1"), ('0', "/y", "2"), ('0', "a/../../z", "3")], "/etc/ /etc/passwd=in /x=1 /y=2 /z=3"),
        (&[('0', "..", "1"), ('0', ".", "1"), ('5', "/", ""), ('2', "", "/etc")], "/etc/ /etc/passwd=in"),
        (&[('2', "l", "../../.."), ('0', "l/x", "1")], "/etc/ /etc/passwd=in /l>../../.. /x=1"),
        (&[('2', "l", "/etc"), ('0', "l/x", "1")], "/etc/ /etc/passwd=in /etc/x=1 /l>/etc"),
        (&[('2', "l", "/no/../../etc"), ('0', "l/passwd", "")], "/etc/ /etc/passwd= /l>/no/../../etc"),
        (
            &[('2', "l", "gone/deep"), ('0', "l/x", "1")],
            "/etc/ /etc/passwd=in /gone/ /gone/deep/ /gone/deep/x=1 /l>gone/deep",
        ),
        (&[('1', "h", "../../../etc/passwd")], "/etc/ /etc/passwd=in /h=in"),
        (&[('2', "l", "../../../etc"), ('1', "h", "l/passwd")], "/etc/ /etc/passwd=in /h=in /l>../../../etc"),
        (&[('2', "l", "/etc/passwd"), ('1', "h", "l")], "/etc/ /etc/passwd=in /h>/etc/passwd /l>/etc/passwd"),
        (&[('2', "l", "/l"), ('0', "l/x", "1")], "/l/x: too many levels of symbolic links"),
        (&[('0', "etc/passwd/x", "1")], "/etc/passwd: not a directory"),
    ];
    for (upper, expected) in table {
        assert_eq!(laid(etc, upper), *expected, "{upper:?}");
    }
}

#[test]
fn a_whiteout_hides_what_it_names_and_nothing_else() {
    let lower: &[Line<'_>] =
        &[('5', "d", ""), ('0', "d/a", "1"), ('5', "d/s", ""), ('0', "d/s/b", "2"), ('2', "l", "d")];
    let table: &[(&[Line<'_>], &str)] = &[
        (&[('0', "d/.wh.a", "")], "/d/ /d/s/ /d/s/b=2 /l>d"),
        (&[('0', ".wh.d", "")], "/l>d"),
        (&[('0', ".wh.l", "")], "/d/ /d/a=1 /d/s/ /d/s/b=2"),
        (&[('0', "l/.wh.a", "")], "/d/ /d/s/ /d/s/b=2 /l>d"),
        (&[('0', "x/../.wh.l", "")], "/d/ /d/a=1 /d/s/ /d/s/b=2"),
        (&[('0', ".wh.none", "")], "/d/ /d/a=1 /d/s/ /d/s/b=2 /l>d"),
        (&[('0', ".wh.d/x", "3")], "/.wh.d/ /.wh.d/x=3 /d/ /d/a=1 /d/s/ /d/s/b=2 /l>d"),
        (&[('0', ".wh.", "")], "invalid whiteout name: .wh.: invalid archive"),
        (&[('0', "d/.wh..", "")], "invalid whiteout name: .wh..: invalid archive"),
        (&[('0', "d/.wh...", "")], "invalid whiteout name: .wh...: invalid archive"),
    ];
    for (upper, expected) in table {
        assert_eq!(laid(lower, upper), *expected, "{upper:?}");
    }
}

#[test]
fn an_opaque_folder_hides_lower_layers_wherever_its_mark_stands() {
    let lower: &[Line<'_>] =
        &[('5', "d", ""), ('0', "d/a", "1"), ('5', "d/s", ""), ('0', "d/s/b", "2"), ('2', "l", "d")];
    let table: &[(&[Line<'_>], &str)] = &[
        (&[('0', "d/.wh..wh..opq", ""), ('0', "d/c", "3")], "/d/ /d/c=3 /l>d"),
        (&[('0', "d/c", "3"), ('0', "d/.wh..wh..opq", "")], "/d/ /d/c=3 /l>d"),
        (&[('0', "d/a", "3"), ('0', "d/.wh..wh..opq", "")], "/d/ /d/a=3 /l>d"),
        (&[('5', "d/s", ""), ('0', "d/s/c", "3"), ('0', "d/.wh..wh..opq", "")], "/d/ /d/s/ /d/s/c=3 /l>d"),
        (&[('0', "l/.wh..wh..opq", "")], "/d/ /l>d"),
        (&[('0', ".wh..wh..opq", "")], ""),
    ];
    for (upper, expected) in table {
        assert_eq!(laid(lower, upper), *expected, "{upper:?}");
    }
}

#[test]
fn of_two_entries_with_one_name_the_last_counts() {
    let table: &[(&[Line<'_>], &str)] = &[
        (&[('0', "f", "1"), ('0', "f", "2")], "/f=2"),
        (&[('5', "d", ""), ('0', "d/f", "1"), ('5', "d", "")], "/d/ /d/f=1"),
        (&[('5', "d", ""), ('0', "d/f", "1"), ('0', "d", "2")], "/d=2"),
        (&[('2', "d", "/"), ('5', "d", ""), ('0', "d/f", "1")], "/d/ /d/f=1"),
        (&[('5', "d", ""), ('0', "d/f", "1"), ('2', "d", "/"), ('0', "d/g", "2")], "/d>/ /g=2"),
        (&[('0', "f", "1"), ('1', "h", "f"), ('0', "f", "2")], "/f=2 /h=1"),
    ];
    for (layer, expected) in table {
        assert_eq!(laid(&[], layer), *expected, "{layer:?}");
    }
}

#[test]
fn what_a_tree_has_no_place_for_is_refused() {
    let table: &[(&[Line<'_>], &str)] = &[
        (&[('3', "null", "")], "/null: unsupported type '3' in a layer"),
        (&[('4', "sda", "")], "/sda: unsupported type '4' in a layer"),
        (&[('6', "pipe", "")], "/pipe: unsupported type '6' in a layer"),
        (&[('1', "h", "none")], "link none /h: no such file or directory"),
        (&[('0', "h", "1"), ('1', "h", "h")], "link h /h: no such file or directory"),
        (&[('0', "a/b", "1"), ('1', "a", "a/b")], "link a/b /a: no such file or directory"),
        (&[('5', "d", ""), ('1', "h", "d")], "link d /h: operation not permitted"),
        (&[('g', "pax_global_header", "13 comment=x\n"), ('0', "f", "1")], "/f=1"),
    ];
    for (layer, expected) in table {
        assert_eq!(laid(&[], layer), *expected, "{layer:?}");
    }
    let sparse = record("GNU.sparse.realsize", "9223372036854775807");
    assert_eq!(laid(&[], &[('x', "x", &sparse), ('0', "f", "")]), "/f: unsupported type 'S' in a layer");
    let mut damaged = archive(&[('0', "f", "content")]);
    assert!(apply(&Tree::default(), &damaged[..515]).is_err());
    damaged[0] ^= 1;
    assert!(apply(&Tree::default(), &damaged).is_err());
}

#[test]
fn a_hard_link_is_one_more_name_of_its_file() {
    let layer = [('0', "a", "1"), ('1', "b", "a"), ('1', "c", "b"), ('0', "d", "1"), ('2', "l", "a"), ('1', "m", "l")];
    let tree = apply(&Tree::default(), &archive(&layer)).expect("applied");
    let link = |path: &str| tree.get(&path.into()).expect("there").link;
    assert!(link("/a").is_some());
    assert_eq!(
        (link("/b"), link("/c"), link("/d"), link("/l"), link("/m")),
        (link("/a"), link("/a"), None, None, None)
    );
    let again = crate::fs::layer_tar(&tree, &diff(&Tree::default(), &tree)).expect("written");
    assert_eq!(apply(&Tree::default(), &again).expect("applied"), tree);
    let other = apply(&Tree::default(), &archive(&[('0', "a", "2"), ('1', "b", "a")])).expect("applied");
    assert_ne!(other.get(&"/a".into()).expect("there").link, link("/a"));
    // One of its names is replaced: the others stay what they were.
    let upper = apply(&tree, &archive(&[('0', "a", "new")])).expect("applied");
    assert_eq!(shown(&upper), "/a=new /b=1 /c=1 /d=1 /l>a /m>a");
    assert_eq!(upper.get(&"/a".into()).expect("there").link, None);
}

#[test]
fn names_have_the_lengths_of_linux() {
    let long = |length: usize| record("path", &"n".repeat(length));
    assert_eq!(laid(&[], &[('x', "x", &long(255)), ('0', "f", "1")]), format!("/{}=1", "n".repeat(255)));
    let refused = format!("/{}…: file name too long", "n".repeat(63));
    assert_eq!(laid(&[], &[('x', "x", &long(256)), ('0', "f", "1")]), refused);
    let deep = record("path", &"d/".repeat(2_048));
    assert!(laid(&[], &[('x', "x", &deep), ('0', "f", "1")]).ends_with("file name too long"));
    let target = record("linkpath", &"t/".repeat(2_048));
    assert!(laid(&[], &[('x', "x", &target), ('2', "l", "")]).ends_with("file name too long"));
    // Folders within folders reached by links are as long as their real path is.
    let deep = record("path", &"d/".repeat(1_500));
    let (way, end) = (record("linkpath", &"d/".repeat(1_500)), record("path", &format!("l/{}", "e/".repeat(1_000))));
    let layer =
        [('x', "x", deep.as_str()), ('5', "d", ""), ('x', "x", &way), ('2', "l", ""), ('x', "x", &end), ('5', "e", "")];
    assert!(laid(&[], &layer).ends_with("file name too long"));
    assert_eq!(laid(&[], &[('x', "x", &record("path", "a\0b")), ('0', "f", "")]), "archive/tar: a name is not UTF-8");
}

#[test]
fn sizes_are_bounded_before_memory_is_asked_for() {
    let mut announced = Vec::new();
    let mut huge = header('0', "huge", "");
    huge.set_size(u64::MAX / 2);
    huge.set_cksum();
    append(&mut announced, &huge, b"");
    assert_eq!(
        apply(&Tree::default(), &announced).expect_err("huge").to_string(),
        "archive/tar: more than 268435456 bytes"
    );
    let mut sparse = header('S', "sparse", "");
    let gnu = sparse.as_gnu_mut().expect("GNU");
    gnu.set_real_size(1 << 60);
    gnu.sparse[0].set_offset(1 << 60);
    gnu.sparse[0].set_length(0);
    sparse.set_cksum();
    announced.clear();
    append(&mut announced, &sparse, b"");
    assert!(apply(&Tree::default(), &announced).is_err());
    // A gzip bomb ends at the bound of a layer.
    let members = usize::try_from(limits::LAYER_BYTES >> 20).expect("fits") + 1;
    let bomb = gzip(&vec![0; 1 << 20]).repeat(members);
    assert!(bomb.len() < 1 << 20);
    assert_eq!(decompressed(&bomb).expect_err("a bomb").to_string(), "gzip: more than 268435456 bytes come out");
}

#[test]
fn owners_modes_and_times_survive_and_attributes_are_told() {
    let pax: String = [
        ("uid", "3000000"),
        ("mtime", "7.5"),
        ("SCHILY.xattr.security.capability", "v"),
        ("LIBARCHIVE.xattr.user.note", "bm90ZQ"),
    ]
    .map(|(key, value)| record(key, value))
    .concat();
    let mut tar = Vec::new();
    append(&mut tar, &header('x', "x", &pax), pax.as_bytes());
    let mut file = header('0', "su", "");
    file.set_mode(0o106_755);
    file.set_gid(7);
    file.set_cksum();
    append(&mut tar, &file, b"");
    let mut told = Vec::new();
    let tree = apply_telling(&Tree::default(), tar.as_slice(), &mut |left| told.push(left.attribute)).expect("applied");
    let expected = Metadata { mode: 0o6755, uid: 3_000_000, gid: 7, modified: Timestamp { nanos: 7_500_000_000 } };
    assert_eq!(tree.get(&"/su".into()).expect("there").metadata, expected);
    assert_eq!(told, ["security.capability", "user.note"]);
    let far = record("uid", "4294967296");
    assert_eq!(laid(&[], &[('x', "x", &far), ('0', "f", "")]), "archive/tar: /f: invalid uid");
}

fn arbitrary_tree() -> impl Strategy<Value = Tree> {
    let file = ("[ab](/[ab]){0,2}", prop::collection::vec(any::<u8>(), 0..4), 0_u32..0o777, 0_u64..9);
    prop::collection::vec(file, 0..6).prop_map(|files| {
        let mut tree = Tree::default();
        for (path, content, mode, seconds) in files {
            let path = FsPath::from(path);
            let modified = Timestamp::from_seconds(seconds);
            let parent = path.parent().expect("not the root");
            if tree.make_directories(&parent, Metadata::directory(Timestamp::default())).is_ok() {
                let metadata = Metadata { mode, ..Metadata::file(modified) };
                tree.insert(&path, Node::file(metadata, content)).expect("its parent is a folder");
            }
        }
        tree
    })
}

/// Entries whose names and targets climb, cross and repeat.
fn arbitrary_layer() -> impl Strategy<Value = Vec<(char, String, String)>> {
    let name = "(/|\\.\\./|a/|b/|l/){0,3}(a|b|l|\\.\\.|\\.wh\\.a|\\.wh\\.l|\\.wh\\.\\.|\\.wh\\.\\.wh\\.\\.opq)";
    let target = "(/|\\.\\./|a/|l/){0,4}(a|b|l|\\.\\.)";
    let kind = prop::sample::select(vec!['0', '1', '2', '5', '3', 'g']);
    prop::collection::vec((kind, name, target), 0..12)
}

proptest! {
    #[test]
    fn the_difference_of_two_trees_applied_to_the_first_is_the_second(
        before in arbitrary_tree(),
        after in arbitrary_tree(),
    ) {
        let tar = layer_tar(&after, &diff(&before, &after)).expect("written");
        prop_assert_eq!(apply(&before, &tar).expect("applied"), after);
    }

    #[test]
    fn whatever_a_layer_says_the_tree_stays_one(layer in arbitrary_layer(), base in arbitrary_tree()) {
        let lines: Vec<Line<'_>> = layer.iter().map(|(kind, name, text)| (*kind, &**name, &**text)).collect();
        let before = base.clone();
        if let Ok(tree) = apply(&base, &archive(&lines)) {
            for (path, node) in tree.walk() {
                let clean = path.components().all(|name| !matches!(name, "" | "." | ".."));
                prop_assert!(clean && tree.get(&path) == Some(node), "{}", path);
            }
            let again = apply(&Tree::default(), &layer_tar(&tree, &diff(&Tree::default(), &tree)).expect("written"));
            prop_assert_eq!(again.expect("our own layer"), tree);
        }
        prop_assert_eq!(base, before);
    }

    #[test]
    fn no_bytes_make_it_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..2048), at in 0_usize..512, value: u8) {
        drop(apply(&Tree::default(), &bytes));
        bytes = archive(&[('0', "a/b", "text"), ('2', "l", "a"), ('1', "h", "a/b")]);
        bytes[at] = value;
        drop(apply(&Tree::default(), &bytes));
    }
}

/// An archive that the host keeps.
#[derive(Debug)]
struct Outside(Vec<u8>);

impl Lent for Outside {
    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    fn open(&self, offset: u64) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(&self.0[usize::try_from(offset).expect("small")..]))
    }
}

#[test]
fn of_an_archive_that_the_host_keeps_the_files_are_parts() {
    let long = record("path", "d/long");
    let lines = [
        ('5', "d/", ""),
        ('0', "d/a", "first"),
        ('x', "pax", &long),
        ('0', "d/l", "second"),
        ('1', "b", "d/a"),
        ('0', "e", ""),
    ];
    let tar = archive(&lines);
    let outside = |tar: Vec<u8>| Kept::Lent(Arc::new(Outside(tar)));
    let laid = apply_kept(&Tree::default(), &outside(tar.clone())).expect("sound");
    assert_eq!(laid, apply(&Tree::default(), &tar).expect("sound"));
    let inside = laid.get(&"/d/long".into()).and_then(Node::content).expect("a file");
    assert!(matches!(inside, Content::Lent(_)));
    assert_eq!(inside.bytes().expect("there").as_slice(), b"second");
    let cut = tar[..512 * 3 + 2].to_vec();
    assert!(apply_kept(&Tree::default(), &outside(cut)).is_err());
    assert_eq!(
        literally_kept(&Kept::Memory(tar.clone().into())).expect("sound"),
        apply_literally(&tar).expect("sound")
    );
}
