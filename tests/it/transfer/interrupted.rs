//! What breaks, and what is given up: both go on where they were.

use drydock::registry::{Fault, Mishap, Part};
use drydock::transfer::{Pull, Push, classic};

use super::*;

fn broken(machine: &Machine, method: Method, part: Part, mishap: Mishap, times: u32) -> World {
    let mut world = World::new();
    if method == Method::GET {
        pushed(&mut world, machine, "r.test/px:1.0");
    }
    let fault =
        Fault { method: Some(method), part: Some(part), repositories: "*".to_owned(), mishap, times_left: Some(times) };
    world.registries.get_mut("r.test").expect("it is there").faults = vec![fault];
    world
}

fn header<'e>(exchange: &'e Exchange, name: &str) -> Option<&'e str> {
    exchange.request_headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

#[test]
fn a_fetch_whose_connection_breaks_goes_on_with_the_next_byte() {
    let machine = Machine::with_layers(&[1_000]);
    let mut world = broken(&machine, Method::GET, Part::Blobs, Mishap::Cut { after_bytes: 10 }, 4);
    let mut blobs = Blobs::default();
    let (pulled, seen) = pull_into(&mut world, &mut blobs, None, "r.test/px:1.0");
    assert!(pulled.is_ok(), "{pulled:?}");
    let ranges: Vec<&str> = seen.exchanges.iter().filter_map(|exchange| header(exchange, "range")).collect();
    assert_eq!(ranges, ["bytes=10-", "bytes=10-", "bytes=20-", "bytes=30-"]);
    let parts = seen.exchanges.iter().filter(|exchange| exchange.status == 206).count();
    assert_eq!(parts, 4);
    assert_eq!(blobs, machine.blobs);
}

#[test]
fn a_connection_on_which_nothing_comes_is_given_up_after_three_more_attempts() {
    let machine = Machine::with_image();
    let mut world = broken(&machine, Method::GET, Part::Blobs, Mishap::Cut { after_bytes: 0 }, 99);
    let (words, _) = refused(&mut world, "r.test/px:1.0");
    assert_eq!(words, "failed to read expected number of bytes: unexpected EOF");
}

#[test]
fn a_question_that_a_used_connection_leaves_unanswered_is_asked_once_more() {
    let machine = Machine::with_image();
    let mut world = broken(&machine, Method::GET, Part::Blobs, Mishap::Crash, 1);
    let mut blobs = Blobs::default();
    let (pulled, seen) = pull_into(&mut world, &mut blobs, None, "r.test/px:1.0");
    assert!(pulled.is_ok(), "{pulled:?}");
    assert_eq!((seen.exchanges.iter().filter(|exchange| exchange.status == 0).count(), blobs), (1, machine.blobs));
    // The second connection is a new one, which is not tried again.
    let machine = Machine::with_image();
    let mut world = broken(&machine, Method::GET, Part::Blobs, Mishap::Crash, 2);
    let (words, _) = refused(&mut world, "r.test/px:1.0");
    assert!(words.starts_with("failed to copy: httpReadSeeker: failed open:") && words.ends_with(": EOF"), "{words}");
}

#[test]
fn an_upload_whose_connection_breaks_goes_on_where_the_registry_says() {
    let machine = Machine::with_layers(&[1_000]);
    let mut world = World { breaks_after: Some(7), ..World::new() };
    let seen = pushed(&mut world, &machine, "r.test/px:1.0");
    let lines = seen.lines(&[]);
    let broke = lines.iter().position(|line| line.ends_with(" 0")).expect("one broke");
    let after: Vec<&str> = lines[broke + 1..].iter().map(|line| line.split(' ').next().expect("a method")).collect();
    assert_eq!(after, ["PUT", "GET", "PATCH", "PUT", "HEAD", "PUT"], "{lines:#?}");
    let rest = seen.exchanges.iter().find(|exchange| exchange.method == "PATCH").expect("the rest");
    assert_eq!((header(rest, "content-range"), rest.sent), (Some("7-14"), 8), "{rest:?}");
    assert_eq!(world.registries["r.test"].blobs(), &machine.blobs);
}

#[test]
fn an_upload_of_which_nothing_came_begins_anew() {
    let machine = Machine::with_image();
    for mishap in [Mishap::Cut { after_bytes: 3 }, Mishap::Crash] {
        let mut world = broken(&machine, Method::PUT, Part::Uploads, mishap, 2);
        pushed(&mut world, &machine, "r.test/px:1.0");
        assert_eq!(world.registries["r.test"].blobs(), &machine.blobs);
    }
}

#[test]
fn a_registry_that_has_too_much_to_do_is_asked_five_times_more_and_one_that_failed_once() {
    for (mishap, times, succeeds) in
        [("status=429/1", 5, true), ("status=429/1", 6, false), ("status=500", 1, true), ("status=500", 2, false)]
    {
        let machine = Machine::with_image();
        let mut world = broken(&machine, Method::HEAD, Part::Manifests, mishap.parse().expect("a mishap"), times);
        let (result, _) = push_as(&mut world, &machine, "r.test/px:1.0", None, &[]);
        assert_eq!(result.is_ok(), succeeds, "{mishap} {times} times: {result:?}");
    }
}

/// A line of a byte a millisecond.
fn slow(mut world: World) -> World {
    world.link = Some(Link { bits_per_second: 8_000, latency: Duration::ZERO });
    world
}

#[test]
fn a_pull_that_is_given_up_keeps_what_came_and_the_next_one_fetches_the_rest() {
    let machine = Machine::with_layers(&[1_000]);
    let mut world = slow(World::new());
    pushed(&mut world, &machine, "r.test/px:1.0");
    let (name, mut blobs, mut seen) = (reference("r.test/px:1.0"), Blobs::default(), Seen::default());
    let mut pull = Pull::new(None, &name, &Platform::wasi(), None, Partials::new());
    let begun = world.passed;
    while world.passed < begun + Duration::from_millis(600) {
        let done = pull.advance(&mut blobs, &mut world, &mut |event| seen.take(event)).expect("it goes well");
        assert_eq!(done, None);
    }
    let partials = pull.cancel(&mut blobs, &mut |event| seen.take(event));
    let layer = machine.manifest().layers[0].digest;
    let came = partials[&layer].size();
    assert!(came > 100 && came < 1_000, "{came}");
    let last = seen.exchanges.last().expect("the fetch of the layer");
    assert_eq!((last.status, last.received), (200, came));
    assert!(last.why.ends_with("Ctrl-C came."), "{}", last.why);
    assert!(blobs.has(&machine.manifest().config.digest) && !blobs.has(&layer));

    let mut again = Pull::new(None, &name, &Platform::wasi(), None, partials);
    let mut seen = Seen::default();
    while again.advance(&mut blobs, &mut world, &mut |event| seen.take(event)).expect("it goes well").is_none() {}
    let rest = seen.exchanges.iter().find(|exchange| exchange.status == 206).expect("a part");
    assert_eq!((header(rest, "range"), rest.received), (Some(format!("bytes={came}-").as_str()), 1_000 - came));
    assert_eq!(blobs, machine.blobs);
}

#[test]
fn a_push_that_is_given_up_leaves_what_landed_and_says_what_it_had_sent() {
    let machine = Machine::with_layers(&[200, 2_000]);
    let (mut world, mut seen) = (slow(World::new()), Seen::default());
    let mut push = Push::new(&machine.blobs, &machine.root, &reference("r.test/px:1.0"), None, &[]);
    while world.passed < Duration::from_secs(1) {
        assert_eq!(push.advance(&mut world, &mut |event| seen.take(event)), Ok(false));
    }
    push.cancel(&mut world, &mut |event| seen.take(event));
    let last = seen.exchanges.last().expect("the upload of the large layer");
    assert_eq!((last.method.as_str(), last.status), ("PUT", 0));
    assert!(last.sent > 700 && last.sent < 1_000, "{}", last.sent);
    let seen = pushed(&mut world, &machine, "r.test/px:1.0");
    let there = seen.outcomes.iter().filter(|(_, outcome)| *outcome == Outcome::AlreadyExists).count();
    assert_eq!(there, 2, "the configuration and the small layer: {:?}", seen.outcomes);
}

#[test]
fn dockers_own_client_counts_the_seconds_before_it_tries_again() {
    let machine = Machine::with_layers(&[300]);
    let mut world = broken(&machine, Method::GET, Part::Blobs, Mishap::Cut { after_bytes: 20 }, 2);
    let (name, mut blobs, mut seen) = (reference("r.test/px:1.0"), Blobs::default(), Seen::default());
    blobs.put(b"a configuration".as_slice());
    let mut pull = classic::Pull::new(&name, &Platform::wasi(), None);
    while pull.advance(&mut blobs, &mut world, &mut |event| seen.take(event)).expect("it goes well").is_none() {}
    let seconds = |(_, outcome): &(&str, Outcome)| match outcome {
        Outcome::Retrying { seconds } => Some(*seconds),
        _ => None,
    };
    let counted: Vec<u64> = seen.outcomes.iter().filter_map(seconds).collect();
    assert_eq!(counted, [5, 4, 3, 2, 1, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    assert_eq!(world.passed, Duration::from_secs(15));
    let resumed = seen.exchanges.iter().filter(|exchange| exchange.status == 206).count();
    assert_eq!(resumed, 2);
}

#[test]
fn dockers_own_client_gives_up_after_five_attempts() {
    let machine = Machine::with_layers(&[300]);
    let mut world = broken(&machine, Method::GET, Part::Blobs, Mishap::Cut { after_bytes: 0 }, 99);
    let (name, mut blobs) = (reference("r.test/px:1.0"), Blobs::default());
    let mut pull = classic::Pull::new(&name, &Platform::wasi(), None);
    let error = loop {
        if let Err(error) = pull.advance(&mut blobs, &mut world, &mut |_| ()) {
            break error;
        }
    };
    assert_eq!(error.to_string(), "unexpected EOF");
    assert_eq!(world.passed, Duration::from_secs(5 + 10 + 15 + 20));
}
