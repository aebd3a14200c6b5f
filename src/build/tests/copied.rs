//! What COPY does with files and folders.

use super::*;

/// The files of an image from scratch, and their contents.
fn copied(instructions: &str) -> Vec<String> {
    let mut desk = Desk::lesson();
    desk.write("Dockerfile", &format!("FROM scratch\n{instructions}\n"));
    desk.write(".dockerignore", "Dockerfile\n.dockerignore\n");
    let tree = desk.rebuild().1.tree();
    let files = tree.walk().filter(|(_, node)| node.content().is_some());
    files.map(|(path, _)| path.to_string()).collect()
}

#[test]
fn copy_follows_the_rules_of_its_destination() {
    let table: [(&str, &[&str]); 10] = [
        ("COPY model.bin /m", &["/m"]),
        ("COPY model.bin /m/", &["/m/model.bin"]),
        ("WORKDIR /app\nCOPY model.bin .", &["/app/model.bin"]),
        ("WORKDIR /app\nCOPY model.bin /app", &["/app/model.bin"]),
        ("COPY model.bin sample.json /d", &["/d/model.bin", "/d/sample.json"]),
        ("COPY src /s", &["/s/predict.rs"]),
        ("COPY . /all", &["/all/model.bin", "/all/sample.json", "/all/src/predict.rs"]),
        ("COPY *.bin s?c /d/", &["/d/model.bin", "/d/predict.rs"]),
        ("COPY src/*.rs ../model.bin /d/", &["/d/model.bin", "/d/predict.rs"]),
        ("COPY *.nothing /d/", &[]),
    ];
    for (instructions, expected) in table {
        assert_eq!(copied(instructions), expected, "{instructions}");
    }
}

#[test]
fn files_keep_mode_and_time_and_new_folders_are_of_the_build() {
    let mut desk = Desk::new("FROM scratch\nCOPY run.sh /bin/\n");
    desk.put("run.sh", "#!", 0o750, NOON - 99);
    let tree = desk.rebuild().1.tree();
    let file = tree.get(&"/bin/run.sh".into()).expect("copied").metadata;
    let owner = (file.uid, file.gid);
    assert_eq!((file.mode, owner, file.modified), (0o750, (0, 0), Timestamp::from_seconds(NOON - 99)));
    let folder = tree.get(&"/bin".into()).expect("made").metadata;
    assert_eq!((folder.mode, folder.modified), (0o755, Timestamp::from_seconds(NOON)));
}
