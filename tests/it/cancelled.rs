//! Ctrl-C during a push, a pull or a build: 130, what docker keeps, and the
//! same again when the log is replayed.

use drydock::event::{Event, Outcome};
use drydock::lab::{Input, LabSpec, Operation, ProjectFile, State};
use drydock::limits;
use drydock::runtime::Modules;
use drydock::session::Execution;

use crate::nowhere::Nowhere;

/// Bytes that do not become fewer when they are compressed.
fn noise(size: u32) -> Vec<u8> {
    let next = |seed: &mut u32| {
        *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Some((*seed >> 24) as u8)
    };
    (0..size).scan(size, |seed, _| next(seed)).collect()
}

/// Two machines, and an image of a small and a large layer on the first.
fn lab() -> State {
    let dockerfile = b"FROM scratch\nCOPY small /small\nCOPY large /large\n".to_vec();
    let file = |name: &str, bytes| ProjectFile { name: name.into(), mode: 0o644, bytes };
    let files = vec![file("Dockerfile", dockerfile), file("small", noise(300)), file("large", noise(8_000_000))];
    let state = State::new(&LabSpec {
        machines: vec!["laptop".into(), "prod".into()],
        registries: vec!["r.test".into()],
        folder: "model".into(),
        files,
        ..LabSpec::default()
    });
    run(state, "laptop", "docker build -t r.test/model:1 .", None).after
}

fn begin(state: State, machine: &str, line: &str, interrupted: Option<u64>) -> Execution {
    let mut input = Input::line(machine.into(), line.into(), 0);
    if let Input::Line { interrupted: at, .. } = &mut input {
        *at = interrupted;
    }
    Execution::begin(state, input, &mut Nowhere, &mut Modules::default(), false, &mut drop).expect("a machine")
}

fn run(state: State, machine: &str, line: &str, interrupted: Option<u64>) -> Operation {
    let mut execution = begin(state, machine, line, interrupted);
    execution.run_to_end(&mut Nowhere, &mut Modules::default(), &mut drop);
    execution.into_operation(&mut drop).expect("it is kept")
}

/// Runs `line` until the first blob has come half way, and ends it there.
fn give_up(state: State, machine: &str, line: &str) -> Operation {
    let mut execution = begin(state, machine, line, None);
    let mut half = false;
    while !half {
        let ended = execution.step(limits::SLICE_FUEL, &mut Nowhere, &mut Modules::default(), &mut |tell| {
            let drydock::session::Tell::Moved(moved) = tell else { return };
            half |= matches!(moved.outcome, Outcome::Moving { current } if current > 4_000_000);
        });
        assert!(!ended, "it ended before it could be given up");
    }
    execution.interrupt(&mut Nowhere, &mut Modules::default(), &mut drop);
    execution.into_operation(&mut drop).expect("what docker keeps is kept")
}

fn interrupted(operation: &Operation) -> Option<u64> {
    match operation.input {
        Input::Line { interrupted, .. } => interrupted,
        Input::Write { .. } | Input::Bring { .. } => None,
    }
}

fn text(operation: &Operation) -> String {
    operation.output.iter().map(|output| output.line.text() + "\n").collect()
}

#[test]
fn a_push_that_is_given_up_ends_with_130_and_the_next_one_sends_the_rest() {
    let before = lab();
    let given_up = give_up(before.clone(), "laptop", "docker push r.test/model:1");
    assert_eq!(given_up.code, 130);
    let there = &given_up.after.world.registries["r.test"];
    let held = there.repositories().next().map(|(_, repository)| (repository.tags.len(), repository.blobs.len()));
    assert_eq!(held, Some((0, 4)), "blobs landed and no tag does");
    assert_eq!(given_up.after.machines, before.machines, "the machine is as it was");
    let again = run(given_up.after, "laptop", "docker push r.test/model:1", None);
    assert_eq!(again.code, 0);
    assert_eq!(text(&again).matches("Layer already exists").count(), 1, "{}", text(&again));
    assert_eq!(text(&again).matches(": Pushed").count(), 1, "{}", text(&again));
}

#[test]
fn a_pull_that_is_given_up_ends_with_130_and_the_next_one_fetches_the_rest() {
    let state = run(lab(), "laptop", "docker push r.test/model:1", None).after;
    let given_up = give_up(state, "prod", "docker pull r.test/model:1");
    assert_eq!(given_up.code, 130);
    let engine = &given_up.after.machines[1].engine;
    assert!(engine.names.is_empty() && !engine.blobs.is_empty(), "blobs came and no name");
    let again = run(given_up.after, "prod", "docker pull r.test/model:1", None);
    assert_eq!(again.code, 0);
    let received: Vec<u64> = again
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Exchanged(exchange) if exchange.status == 206 => Some(exchange.received),
            _ => None,
        })
        .collect();
    assert!(matches!(received[..], [rest] if rest < 4_100_000), "{received:?}");
}

#[test]
fn what_was_given_up_is_given_up_at_the_same_place_when_the_log_is_replayed() {
    let pushed = run(lab(), "laptop", "docker push r.test/model:1", None).after;
    for (state, machine, line) in [
        (lab(), "laptop", "docker push r.test/model:1"),
        (pushed.clone(), "prod", "docker pull r.test/model:1"),
        (pushed, "prod", "docker run r.test/model:1 /large"),
    ] {
        let live = give_up(state.clone(), machine, line);
        let again = run(state, machine, line, interrupted(&live));
        assert_eq!(
            (again.code, again.after.snapshot(), &again.events),
            (130, live.after.snapshot(), &live.events),
            "{line}"
        );
        assert_eq!((&again.after, &again.output), (&live.after, &live.output), "{line}");
    }
}

#[test]
fn what_is_kept_of_a_long_transfer_is_short() {
    let pushed = run(lab(), "laptop", "docker push r.test/model:1", None);
    let moves = pushed.events.iter().filter(|event| matches!(event, Event::BlobMoved(_))).count();
    let exchanges = pushed.events.iter().filter(|event| matches!(event, Event::Exchanged(_))).count();
    assert!(moves <= 30 && exchanges <= 30, "{moves} {exchanges}");
}

/// A laptop with a Dockerfile that begins with the image, which only the registry has.
fn with_base() -> State {
    let state = run(lab(), "laptop", "docker push r.test/model:1", None).after;
    let state = run(state, "laptop", "docker rmi r.test/model:1", None).after;
    let text = "FROM r.test/model:1\nCOPY small /again\n".to_owned();
    let input = Input::Write { machine: "laptop".into(), path: "/home/learner/model/Dockerfile".into(), text };
    let written = Execution::begin(state, input, &mut Nowhere, &mut Modules::default(), false, &mut drop);
    written.expect("a machine").into_operation(&mut drop).expect("it is kept").after
}

#[test]
fn builds_and_promotions_are_given_up_while_something_travels_and_the_log_gives_them_up_there_again() {
    let pushed = run(lab(), "laptop", "docker push r.test/model:1", None).after;
    let added = run(pushed, "laptop", "registry add prod.test", None).after;
    let written = run(lab(), "laptop", "docker build --cache-to r.test/cache:1 .", None).after;
    let forgotten = run(written, "laptop", "docker builder prune -af", None).after;
    for (state, line, names) in [
        (lab(), "docker build --push -t r.test/model:2 .", 2),
        (lab(), "docker build --cache-to r.test/cache:1 -t r.test/model:2 .", 2),
        (forgotten, "docker build --cache-from r.test/cache:1 -t r.test/model:2 .", 1),
        (with_base(), "docker build -t r.test/model:2 .", 0),
        (added, "docker buildx imagetools create -t prod.test/model:1 r.test/model:1", 1),
    ] {
        let live = give_up(state.clone(), "laptop", line);
        let again = run(state.clone(), "laptop", line, interrupted(&live));
        assert_eq!(
            (again.code, again.after.snapshot(), &again.events),
            (130, live.after.snapshot(), &live.events),
            "{line}"
        );
        assert_eq!((&again.after, &again.output), (&live.after, &live.output), "{line}");
        assert_eq!(live.after.machines[0].engine.names.len(), names, "{line}: {}", text(&live));
        let whole = run(live.after, "laptop", line, None);
        assert_eq!(whole.code, 0, "{line}: {}", text(&whole));
    }
}

#[test]
fn a_base_whose_fetch_was_given_up_goes_on_where_it_was() {
    let given_up = give_up(with_base(), "laptop", "docker build .");
    let again = run(given_up.after, "laptop", "docker build .", None);
    let rest = again.events.iter().any(
        |event| matches!(event, Event::Exchanged(exchange) if exchange.status == 206 && exchange.received < 4_100_000),
    );
    assert!(rest, "{}", text(&again));
}

/// A lab whose Dockerfile copies a program and runs it for ever.
fn endless() -> State {
    let program = r#"(module (memory (export "memory") 1) (func (export "_start") (loop $on (br $on))))"#;
    let dockerfile = b"FROM scratch\nCOPY spin /spin\nRUN --mount=type=cache,target=/kept [\"/spin\"]\n".to_vec();
    let spin = wat::parse_str(program).expect("a module");
    let file = |name: &str, mode, bytes| ProjectFile { name: name.into(), mode, bytes };
    let files = vec![file("Dockerfile", 0o644, dockerfile), file("spin", 0o755, spin)];
    let machines = vec!["laptop".into()];
    State::new(&LabSpec { machines, folder: "spin".into(), files, ..LabSpec::default() })
}

#[test]
fn a_build_that_is_given_up_keeps_its_finished_steps_and_the_log_gives_it_up_there_again() {
    let mut live = begin(endless(), "laptop", "docker build .", None);
    let mut runs = false;
    while !runs {
        let ended = live.step(limits::SLICE_FUEL, &mut Nowhere, &mut Modules::default(), &mut |tell| {
            let drydock::session::Tell::Printed(output) = tell else { return };
            runs |= output.line.text().contains("RUN ");
        });
        assert!(!ended, "it runs for ever");
    }
    live.interrupt(&mut Nowhere, &mut Modules::default(), &mut drop);
    let live = live.into_operation(&mut drop).expect("what docker keeps is kept");
    let engine = &live.after.machines[0].engine;
    assert_eq!((live.code, engine.cache.records().len(), engine.names.len()), (130, 1, 0));
    let again = run(endless(), "laptop", "docker build .", interrupted(&live));
    assert_eq!((&again.after, &again.output, &again.events), (&live.after, &live.output, &live.events));
}
