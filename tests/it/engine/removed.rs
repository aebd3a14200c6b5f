//! `docker rmi` of images that have several parts.

use drydock::engine::Removed;

use super::*;

fn remove(daemon: &mut Daemon, typed: &str, force: bool) -> Result<Vec<Removed>, String> {
    daemon.engine.remove_image(typed, force, &mut |_| ()).map_err(|error| error.to_string())
}

#[test]
fn the_last_name_of_an_index_takes_all_its_parts_along() {
    let mut daemon = Daemon::default();
    let root = daemon.index(&["wasi/wasm", "linux/amd64"], "both");
    daemon.name("both:1", &root);
    let removed = remove(&mut daemon, "both:1", false);
    assert_eq!(removed, Ok(vec![Removed::Untagged("both:1".to_owned()), Removed::Deleted(root.digest)]));
    assert!(daemon.engine.blobs.is_empty());
}

#[test]
fn what_another_image_needs_stays() {
    let mut daemon = Daemon::default();
    let (one, other) = (daemon.index(&["wasi/wasm"], "same"), daemon.manifest("wasi/wasm", "same"));
    daemon.name("one:1", &one);
    daemon.name("other:1", &other);
    assert!(remove(&mut daemon, "one:1", false).is_ok());
    assert!(daemon.engine.blobs.is_whole(&other));
    assert_eq!(daemon.engine.blobs.len(), 3);
}

#[test]
fn an_id_with_two_names_must_be_forced() {
    let mut daemon = Daemon::default();
    let root = daemon.manifest("wasi/wasm", "one");
    daemon.name("one:1", &root);
    daemon.name("one:2", &root);
    let id = root.digest.short();
    let words =
        format!("conflict: unable to delete {id} (must be forced) - image is referenced in multiple repositories");
    assert_eq!(remove(&mut daemon, &id, false), Err(words));
    let untagged = ["one:1", "one:2"].map(|name| Removed::Untagged(name.to_owned()));
    let all = [untagged.to_vec(), vec![Removed::Deleted(root.digest)]].concat();
    assert_eq!(remove(&mut daemon, &id, true), Ok(all));
}

#[test]
fn one_platform_is_taken_out_of_an_index() {
    let mut daemon = Daemon::default();
    let root = daemon.index(&["wasi/wasm", "linux/amd64"], "both");
    daemon.name("both:1", &root);
    let manifests = daemon.engine.blobs.manifests(&root);
    let mut remove = |platform: &str, force: bool| {
        let removed = daemon.engine.remove_platforms("both:1", &parsed(&[platform]), force);
        removed.map_err(|error| error.to_string())
    };
    let unforced = "Content will be removed from all images referencing this variant. Use —-force to force delete.";
    assert_eq!(remove("linux/amd64", false), Err(unforced.to_owned()));
    assert_eq!(remove("linux/amd64", true), Ok(vec![Removed::Deleted(manifests[1].digest)]));
    let words = format!(
        "failed to delete platform linux/amd64 for image {}: image with reference both:1 was found but does not provide the specified platform (linux/amd64)",
        root.digest
    );
    assert_eq!(remove("linux/amd64", true), Err(words));
    assert!(daemon.engine.blobs.is_whole(&manifests[0]));
    assert!(daemon.engine.image(&root).is_ok(), "the other platform can be used on");
}
