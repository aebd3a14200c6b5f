//! What lists and `docker system df` say of images of several parts.

use super::*;

#[test]
fn a_list_shows_platforms_and_counts_attestations_only_as_content() {
    let mut daemon = Daemon::default();
    let root = daemon.index(&["wasi/wasm", "linux/amd64"], "both");
    daemon.name("r.test/both:1", &root);
    let summaries = daemon.engine.summaries();
    let [summary] = &summaries[..] else { panic!("one image") };
    let platforms: Vec<String> = summary.platforms.iter().map(|found| found.platform.to_string()).collect();
    assert_eq!(platforms, ["wasi/wasm", "linux/amd64"]);
    assert!(summary.platforms.iter().all(|found| found.available && found.containers == 0));
    let listed: u64 = summary.platforms.iter().map(|found| found.content_size).sum();
    assert!(summary.content_size > listed, "attestations are content too");
    assert_eq!(summary.disk_usage(), summary.content_size, "nothing is unpacked");
    let own = |platform: &str| platform.parse::<Platform>().expect("a platform");
    assert_eq!(summary.config().map(ImageConfig::platform), Some(own("wasi/wasm")), "the one for this machine");
}

#[test]
fn a_platform_that_was_not_fetched_takes_no_room() {
    let mut daemon = Daemon::default();
    let root = daemon.index(&["wasi/wasm", "linux/amd64"], "both");
    daemon.name("r.test/both:1", &root);
    let absent = daemon.engine.blobs.manifests(&root)[1].clone();
    daemon.engine.blobs.remove(&absent.digest);
    let summary = daemon.engine.summary(&root);
    assert!(summary.platforms[0].available && summary.platforms[0].content_size > 0);
    assert!(!summary.platforms[1].available && summary.platforms[1].content_size == 0);
}

#[test]
fn what_two_images_share_is_counted_once() {
    let mut daemon = Daemon::default();
    let (one, two) = (daemon.manifest("wasi/wasm", "same"), daemon.manifest("linux/amd64", "same"));
    daemon.name("one", &one);
    daemon.name("two", &two);
    let usage = daemon.engine.disk_usage();
    let sizes: u64 = usage.each_image.iter().map(|(image, _)| image.disk_usage()).sum();
    let shared = usage.each_image[0].1;
    assert!(shared > 0 && usage.each_image[1].1 == shared, "the layer");
    assert_eq!(usage.images.size, sizes - shared);
    assert_eq!((usage.images.total, usage.images.active), (2, 0));
    assert_eq!(usage.images.reclaimable, sizes - 2 * shared, "docker takes nothing for free that two need");
}
