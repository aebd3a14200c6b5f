//! Blobs that travel side by side, on a way of modelled speed.

use super::*;

/// A byte a millisecond, and a tenth of a second for each question.
const SLOW: Link = Link { bits_per_second: 8_000, latency: Duration::from_millis(100) };

fn slow() -> World {
    World { link: Some(SLOW), ..World::new() }
}

/// How far the blobs of these sizes were, each time it was shown.
fn shown(seen: &Seen) -> Vec<u64> {
    let moving = |(_, outcome): &(&str, Outcome)| match outcome {
        Outcome::Moving { current } if *current > 0 => Some(*current),
        _ => None,
    };
    seen.outcomes.iter().filter_map(moving).collect()
}

#[test]
fn blobs_share_the_way_so_that_all_together_take_as_long_as_their_bytes() {
    let (mut world, machine) = (slow(), Machine::with_layers(&[1_000, 2_000, 3_000]));
    pushed(&mut world, &machine, "r.test/px:1.0");
    let (config, root) = (machine.manifest().config.size, machine.root.size);
    // HEAD, POST and PUT of the blobs go side by side; then come HEAD and PUT of the manifest.
    let least = Duration::from_millis(6_000 + config + root) + 5 * SLOW.latency;
    assert!(world.passed >= least && world.passed < least + SLOW.latency, "{:?} {least:?}", world.passed);
}

#[test]
fn how_far_a_blob_is_is_shown_ten_times_a_second() {
    let (mut world, machine) = (slow(), Machine::with_layers(&[500]));
    let seen = pushed(&mut world, &machine, "r.test/px:1.0");
    assert_eq!(shown(&seen).len(), 5, "{:?}", seen.outcomes);
    assert!(shown(&seen).is_sorted(), "{:?}", seen.outcomes);
    let mut blobs = Blobs::default();
    let (pulled, seen) = pull_into(&mut world, &mut blobs, None, "r.test/px:1.0");
    assert!(pulled.is_ok());
    assert_eq!(shown(&seen).len(), 5, "{:?}", seen.outcomes);
}

#[test]
fn five_blobs_are_sent_and_three_fetched_at_once() {
    let (mut world, machine) = (World::new(), Machine::with_layers(&[9, 10, 11, 12, 13, 14, 15]));
    let seen = pushed(&mut world, &machine, "r.test/px:1.0");
    let methods = |seen: &Seen| seen.exchanges.iter().map(|exchange| exchange.method.clone()).collect::<Vec<_>>();
    let pushed = methods(&seen);
    assert_eq!(pushed[..16].join(" "), [["HEAD"; 5], ["POST"; 5], ["PUT"; 5]].concat().join(" ") + " HEAD");
    let (pulled, seen) = pull_into(&mut world, &mut Blobs::default(), None, "r.test/px:1.0");
    assert!(pulled.is_ok());
    let begun = seen.outcomes.iter().filter(|(_, outcome)| *outcome == Outcome::Moving { current: 0 }).count();
    let before_the_first_arrived = seen.outcomes.iter().position(|(_, outcome)| *outcome == Outcome::Moved);
    let waiting = 1 + machine.manifest().layers.len() + 1;
    assert_eq!((begun, before_the_first_arrived), (8, Some(waiting + 3)), "{:?}", seen.outcomes);
}

#[test]
fn the_speed_changes_times_and_nothing_else() {
    let machine = Machine::with_layers(&[700, 800]);
    let (mut fast, mut slow) = (World::new(), slow());
    let (quick, long) = (pushed(&mut fast, &machine, "r.test/px:1.0"), pushed(&mut slow, &machine, "r.test/px:1.0"));
    let paths = |seen: &Seen| {
        let lines: std::collections::BTreeSet<String> =
            seen.exchanges.iter().map(|exchange| exchange.method.clone() + &exchange.status.to_string()).collect();
        lines
    };
    assert_eq!(paths(&quick), paths(&long));
    assert_eq!(fast.registries["r.test"].blobs(), slow.registries["r.test"].blobs());
}
