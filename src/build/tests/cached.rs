//! What breaks the cache and what does not.

use super::*;

fn check_cache(change: impl Fn(&mut Desk), expected: &[&str]) {
    let mut desk = Desk::lesson();
    desk.write(".dockerignore", "Dockerfile\n.dockerignore\nnotes.txt\n");
    desk.rebuild();
    change(&mut desk);
    let steps = desk.rebuild().0;
    let short = |step: &String| step.split(" docker.io").next().unwrap_or_default().to_owned();
    assert_eq!(steps.iter().map(short).collect::<Vec<_>>(), expected);
}

const ALL_CACHED: [&str; 4] = [
    "CACHED [1/4] FROM",
    "CACHED [2/4] WORKDIR /app",
    "CACHED [3/4] COPY model.bin sample.json ./",
    "CACHED [4/4] COPY . .",
];

#[test]
fn touching_a_file_changes_nothing() {
    check_cache(|desk| desk.put("model.bin", "weights", 0o644, NOON), &ALL_CACHED);
}

#[test]
fn content_or_mode_of_a_file_runs_its_copy_and_what_follows() {
    let again = [ALL_CACHED[0], ALL_CACHED[1], &ALL_CACHED[2][7..], &ALL_CACHED[3][7..]];
    check_cache(|desk| desk.write("model.bin", "other weights"), &again);
    check_cache(|desk| desk.put("model.bin", "weights", 0o755, NOON), &again);
}

#[test]
fn an_unrelated_file_runs_only_the_copy_that_takes_everything() {
    let last = [ALL_CACHED[0], ALL_CACHED[1], ALL_CACHED[2], &ALL_CACHED[3][7..]];
    check_cache(|desk| desk.write("README.md", "new"), &last);
    check_cache(|desk| desk.write("src/predict.rs", "fn main() { }"), &last);
}

#[test]
fn an_ignored_file_changes_nothing() {
    check_cache(|desk| desk.write("notes.txt", "new"), &ALL_CACHED);
}

#[test]
fn metadata_and_comments_change_no_layer() {
    let text = DOCKERFILE.replace("ENV MODEL=model.bin", "# note\nENV MODEL=other.bin\nLABEL a=b\nEXPOSE 1");
    check_cache(|desk| desk.write("Dockerfile", &text), &ALL_CACHED);
}

#[test]
fn a_variable_matters_to_a_copy_that_uses_it() {
    let mut desk = Desk::lesson();
    let text = |name: &str| format!("FROM scratch\nENV F={name}\nCOPY $F /x\nCOPY src /src\n");
    desk.write("Dockerfile", &text("model.bin"));
    desk.rebuild();
    desk.write("Dockerfile", &text("sample.json"));
    assert_eq!(desk.rebuild().0, ["[1/2] COPY sample.json /x", "[2/2] COPY src /src"]);
}

#[test]
fn another_workdir_runs_everything_that_is_relative_to_it() {
    let text = DOCKERFILE.replace("/app", "/srv");
    let again = [ALL_CACHED[0], "[2/4] WORKDIR /srv", "[3/4] COPY model.bin sample.json ./", "[4/4] COPY . ."];
    check_cache(|desk| desk.write("Dockerfile", &text), &again);
}

#[test]
fn another_base_runs_everything() {
    let again = ALL_CACHED.map(|step| &step[7..]);
    check_cache(|desk| desk.base = "another program", &again);
}

#[test]
fn without_cache_only_copies_run_again() {
    let again = [ALL_CACHED[0], ALL_CACHED[1], &ALL_CACHED[2][7..], &ALL_CACHED[3][7..]];
    check_cache(|desk| desk.no_cache = true, &again);
}

#[test]
fn going_back_finds_the_earlier_results_even_if_the_image_was_deleted() {
    let back = |desk: &mut Desk| {
        desk.write("model.bin", "other weights");
        desk.rebuild();
        desk.write("model.bin", "weights");
        desk.blobs = Blobs::default();
    };
    check_cache(back, &ALL_CACHED);
}

#[test]
fn a_cached_rebuild_is_the_same_image_with_its_blobs() {
    let mut desk = Desk::lesson();
    let (_, first) = desk.rebuild();
    desk.blobs = Blobs::default();
    let (_, second) = desk.rebuild();
    assert_eq!(first.manifest, second.manifest);
    assert!(second.document.layers.iter().skip(1).all(|layer| desk.blobs.has(&layer.digest)));
}
