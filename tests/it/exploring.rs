//! An image looked through: what each layer does, which bytes nobody sees, and
//! what a file of a layer says.

use drydock::oci::Digest;
use drydock::session::{Ask, Exploration, Explored, How, Peeked, Tell};

use crate::lab::Lab;

const DOCKERFILE: &str = "FROM toolbox:1
COPY sample.json /data/a
COPY sample.json /data/b
COPY Dockerfile /data/a
RUN rm /data/b
";

/// A lab that has built the Dockerfile.
fn built() -> (Lab, Digest) {
    let mut lab = Lab::open();
    let path = "/home/learner/mlmodel/Dockerfile".to_owned();
    lab.ask(Ask::WriteFile { machine: "laptop".into(), path, text: DOCKERFILE.into() });
    lab.line("docker build -t layers:1 .");
    let images = &lab.snapshot.machines[0].images;
    let image =
        images.iter().find(|image| image.references.iter().any(|name| name == "layers:1")).expect("it was built");
    let id = image.id;
    (lab, id)
}

fn explored(lab: &mut Lab, image: Digest) -> Result<Exploration, String> {
    let told = lab.ask(Ask::Explore { image }).into_iter().find_map(|tell| match tell {
        Tell::Explored(Explored { image: of, found }) if of == image => Some(found),
        _ => None,
    });
    told.expect("the question is answered")
}

fn peeked(lab: &mut Lab, layer: Digest, path: &str) -> Result<String, String> {
    let told = lab.ask(Ask::Peek { layer, path: path.into() }).into_iter().find_map(|tell| match tell {
        Tell::Peeked(Peeked { text, .. }) => Some(text),
        _ => None,
    });
    told.expect("the question is answered")
}

/// What the layer, counted from the last one, does to a path, and the size it says.
fn done(found: &Exploration, from_last: usize, path: &str) -> Option<(How, u64)> {
    let layer = &found.layers[found.layers.len() - 1 - from_last];
    layer.changes.iter().find(|change| change.file.path == path).map(|change| (change.how, change.file.size))
}

#[test]
fn each_layer_tells_what_it_does_and_which_instruction_made_it() {
    let (mut lab, image) = built();
    let found = explored(&mut lab, image).expect("the image is there");
    let sample = done(&found, 3, "/data/a").expect("it was copied").1;
    assert_eq!(done(&found, 3, "/data/a"), Some((How::Added, sample)));
    assert_eq!(done(&found, 2, "/data/b"), Some((How::Added, sample)));
    assert_eq!(done(&found, 1, "/data/a"), Some((How::Changed, DOCKERFILE.len() as u64)));
    assert_eq!(done(&found, 0, "/data/b"), Some((How::Removed, sample)));
    let last = found.layers.last().expect("there are layers");
    assert!(last.created_by.contains("rm /data/b"), "{}", last.created_by);
}

#[test]
fn what_is_removed_or_replaced_later_is_wasted_to_the_byte() {
    let (mut lab, image) = built();
    let found = explored(&mut lab, image).expect("the image is there");
    let sample = done(&found, 2, "/data/b").expect("it was copied").1;
    let wasted: Vec<_> = found.wasted.iter().map(|of| (of.path.as_str(), of.bytes, of.times)).collect();
    assert_eq!(wasted, [("/data/a", sample, 2), ("/data/b", sample, 1)]);
    assert_eq!(found.stored - found.shown, 2 * sample);
}

#[test]
fn a_file_is_read_as_the_layer_has_it() {
    let (mut lab, image) = built();
    let found = explored(&mut lab, image).expect("the image is there");
    let layer = |from_last: usize| found.layers[found.layers.len() - 1 - from_last].blob.digest;
    assert_eq!(peeked(&mut lab, layer(1), "/data/a").as_deref(), Ok(DOCKERFILE));
    assert_ne!(peeked(&mut lab, layer(3), "/data/a").as_deref(), Ok(DOCKERFILE));
    assert_eq!(peeked(&mut lab, layer(0), "/data/b"), Err("this layer has no such file".to_owned()));
}

#[test]
fn an_image_that_is_not_there_is_said_not_to_be() {
    let (mut lab, image) = built();
    lab.ask(Ask::Jump { position: 0 });
    let reason = explored(&mut lab, image).expect_err("it was not built yet");
    assert!(reason.contains("at this point of the history"), "{reason}");
    let no_image = Digest::of(b"nothing");
    assert!(explored(&mut lab, no_image).is_err());
}

#[test]
fn a_pushed_image_is_the_same_in_the_registry() {
    let (mut lab, _) = built();
    lab.line("docker tag layers:1 registry.example.com/layers:1");
    lab.line("docker push registry.example.com/layers:1");
    let here = lab.snapshot.machines[0].images.iter().find(|image| image.references.len() == 2).expect("two names").id;
    let before = explored(&mut lab, here);
    lab.line("docker rmi layers:1 registry.example.com/layers:1");
    assert_eq!(explored(&mut lab, here), before);
}
