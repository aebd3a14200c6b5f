//! What one process built, the next one knows: the build cache of a store.

use drydock::oci::{Digest, Index, json};

use super::disk::Desk;

const STAGES: &str = "FROM scratch AS one\nCOPY data /data\n\
                      FROM scratch\nWORKDIR /app\nCOPY --from=one /data /app/data\nCOPY --link run /run\nCOPY run .\n";

const STEPS: usize = 5;

/// The manifest of the image that `docker build` made last, which the provenance beside it does not change.
fn manifest(desk: &Desk) -> Digest {
    let root = desk.index().manifests[0].digest;
    json::read::<Index>(&desk.store()[&root.hex()]).expect("an index").manifests[0].digest
}

/// Builds; the steps that were known, and the manifest.
fn build(desk: &Desk) -> (usize, Digest) {
    let output = desk.run("build --progress plain -t app:1 context");
    let said = String::from_utf8(output.stderr).expect("text");
    assert!(output.status.success(), "{said}");
    (said.lines().filter(|line| line.ends_with(" CACHED")).count(), manifest(desk))
}

#[test]
fn a_process_knows_the_steps_of_the_one_before_and_unpacks_nothing() {
    let desk = Desk::new("known");
    desk.write("context/Dockerfile", STAGES);
    let first = build(&desk);
    assert_eq!(first.0, 0);
    assert_eq!(build(&desk), (STEPS, first.1));
    // Even if the image is gone, and nobody can read its layers.
    desk.says("rmi app:1");
    for (name, bytes) in desk.store().iter().filter(|(name, _)| name.len() == 64) {
        desk.write(&format!("store/blobs/sha256/{name}"), &"?".repeat(bytes.len()));
    }
    let output = desk.run("build -q -t app:1 context");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_step_goes_on_where_one_of_another_process_ended() {
    let desk = Desk::new("on");
    desk.write("context/Dockerfile", STAGES);
    build(&desk);
    desk.write("context/Dockerfile", &format!("{STAGES}COPY --from=one /data/one /app/\nCOPY --from=one /data /run\n"));
    let output = desk.run("build --progress plain -t app:1 context");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(said.lines().filter(|line| line.ends_with(" CACHED")).count(), STEPS, "{said}");
    assert!(said.contains("cannot copy to non-directory: /run"), "{said}");
    // The step before the one that failed is known from now on.
    desk.write("context/Dockerfile", &format!("{STAGES}COPY --from=one /data/one /app/\n"));
    assert_eq!(build(&desk).0, STEPS + 1);
}

#[test]
fn what_was_pruned_is_made_again() {
    let desk = Desk::new("pruned");
    desk.write("context/Dockerfile", STAGES);
    let first = build(&desk);
    assert!(desk.says("system df").lines().any(|line| line.starts_with("Build Cache     5 ")));
    desk.says("builder prune -a -f");
    assert!(desk.says("system df").lines().any(|line| line.starts_with("Build Cache     0 ")));
    assert!(!desk.store().contains_key(".build-cache.json"));
    assert_eq!(build(&desk).0, 0);
    assert_eq!(build(&desk).0, STEPS);
    assert_ne!(manifest(&desk), first.1, "it has new times");
}

#[test]
fn a_file_that_is_no_cache_is_none() {
    let desk = Desk::new("foreign");
    desk.write("context/Dockerfile", STAGES);
    build(&desk);
    let known = String::from_utf8(desk.store()[".build-cache.json"].clone()).expect("text");
    let (half, newer) = (&known[..known.len() / 2], known.replace("\"version\":1", "\"version\":9"));
    for text in ["\0\u{7f}garbage", "", "[]", "{\"version\":1}", half, &newer] {
        desk.write("store/.build-cache.json", text);
        let output = desk.run("build --progress plain -t app:1 context");
        let said = String::from_utf8(output.stderr).expect("text");
        assert!(output.status.success() && !said.contains("CACHED"), "{said}");
        assert!(said.starts_with("drydock: store/.build-cache.json: ignored: "), "{said}");
        assert_eq!(build(&desk).0, STEPS);
    }
    // A layer that somebody took away is made again, and so is what lies upon it.
    let known = String::from_utf8(desk.store()[".build-cache.json"].clone()).expect("text");
    let layer = known.split("\"digest\":\"sha256:").nth(1).expect("a layer").split('"').next().expect("its digits");
    std::fs::remove_file(desk.folder.join("store/blobs/sha256").join(layer)).expect("it is a blob");
    assert!(build(&desk).0 < STEPS);
    assert_eq!(build(&desk).0, STEPS);
}

#[test]
fn what_a_cache_mount_holds_outlives_the_process() {
    let desk = Desk::new("mounts");
    let tool = wat::parse_str(include_str!("../../src/build/tests/tool.wat")).expect("a module");
    std::fs::write(desk.folder.join("context/tool"), tool).expect("written");
    desk.write(
        "context/Dockerfile",
        "FROM scratch\nARG V\nENV PATH=/bin\nCOPY --chmod=755 tool /bin/tool\n\
         RUN --mount=type=cache,target=/c [\"tool\", \"add\", \"/c/x\"]\n\
         RUN --mount=type=cache,target=/c [\"tool\", \"cat\", \"/c/x\"]\n",
    );
    for times in [1, 2, 3] {
        let output = desk.run(&format!("build --progress plain --build-arg V={times} context"));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        assert_eq!(said.lines().filter(|line| line.ends_with(" more")).count(), times, "{said}");
    }
}
