//! `cargo xtask test`: everything there is to check, fast checks first, one
//! stage after the other; the first that fails ends it.

use std::time::{Duration, Instant};

use crate::failure::Outcome;
use crate::place;
use crate::run::{cargo, command, find, run, say};
use crate::site::{self, Profile};
use crate::{hub, setup, size};

/// A stage: its name and what it does.
type Stage = (&'static str, fn() -> Outcome);

const STAGES: &[Stage] = &[
    ("format", format),
    ("wasm targets", setup::targets),
    ("clippy, native", clippy_native),
    ("clippy, wasm32", clippy_wasm),
    ("licences", licences),
    ("guest", hub::check),
    ("hub", hub::build),
    ("native tests", native_tests),
    ("interop", interop),
    ("site tools", site_tools),
    ("site", release_site),
    ("sizes", size::main),
    ("browser tests", browser_tests),
];

/// Runs all stages and tells how long each took, also after a failure.
pub fn main() -> Outcome {
    let mut times = Vec::new();
    let mut result = Ok(());
    for (name, stage) in STAGES {
        say(format!("stage: {name}"));
        let started = Instant::now();
        result = stage();
        times.push((*name, started.elapsed()));
        if result.is_err() {
            break;
        }
    }
    report(&times, result.is_ok());
    result
}

fn report(times: &[(&str, Duration)], passed: bool) {
    eprintln!();
    for (name, time) in times {
        eprintln!("{name:<16} {:>7.1} s", time.as_secs_f64());
    }
    let total: Duration = times.iter().map(|(_, time)| *time).sum();
    eprintln!(
        "{:<16} {:>7.1} s, {}",
        "total",
        total.as_secs_f64(),
        if passed { "all passed" } else { "stopped by the last" }
    );
}

fn format() -> Outcome {
    run(&mut cargo(&["fmt", "--all", "--check"]), "run `cargo fmt --all`")
}

fn clippy_native() -> Outcome {
    run(
        &mut cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]),
        "mend what clippy says",
    )
}

fn clippy_wasm() -> Outcome {
    let what = ["clippy", "--locked", "--target", "wasm32-unknown-unknown", "--no-default-features"];
    let which = ["--features", "web", "--lib", "--bin", "page", "--bin", "worker", "--bin", "runtime"];
    run(cargo(&what).args(which).args(["--", "-D", "warnings"]), "mend what clippy says")
}

/// Where cargo-deny is installed; its build would take longer than all else.
fn licences() -> Outcome {
    if find("cargo-deny").is_none() {
        say("skipped: cargo-deny is not installed (`cargo install cargo-deny` brings it)");
        return Ok(());
    }
    run(&mut cargo(&["deny", "check", "bans", "licenses", "sources"]), "mend it, or say in deny.toml why it is right")
}

fn native_tests() -> Outcome {
    let cure = "mend what failed; a test alone runs with `cargo test NAME`";
    if find("cargo-nextest").is_none() {
        return run(&mut cargo(&["test", "--workspace", "--locked", "--no-fail-fast"]), cure);
    }
    run(&mut cargo(&["nextest", "run", "--workspace", "--locked", "--no-fail-fast"]), cure)?;
    run(&mut cargo(&["test", "--workspace", "--locked", "--doc"]), cure)
}

/// Other people's tools read what ours wrote and talk to what ours serves. These tests are not part of a
/// plain `cargo test`, which needs nothing but Rust.
fn interop() -> Outcome {
    let others = ["skopeo", "umoci", "buildah", "podman", "docker-registry"].map(|name| (name, name));
    let others = [&others[..], &[("busybox", "busybox-static")]].concat();
    setup::packages(&others, "the interop tests")?;
    let (wasmtime, oras) = (setup::wasmtime()?, setup::oras()?);
    let mut tests = cargo(&["test", "--locked", "--test", "interop"]);
    run(tests.env("WASMTIME_PYTHON", wasmtime).env("ORAS_PYTHON", oras), "mend what failed")
}

fn site_tools() -> Outcome {
    setup::bundler()?;
    setup::shrinker();
    Ok(())
}

fn release_site() -> Outcome {
    site::build(Profile::Release)
}

/// They compare the page with the native command, which is built here so that
/// no test waits for cargo.
fn browser_tests() -> Outcome {
    let browser = setup::browser()?;
    let node = setup::browser_modules()?;
    run(&mut cargo(&["build", "--quiet", "--locked", "--bin", "drydock"]), "mend the error above")?;
    let drydock = place::target().join("debug").join(format!("drydock{}", std::env::consts::EXE_SUFFIX));
    let mut tests = command(node, &["--test", "--test-reporter=spec", "--test-concurrency=2"]);
    let tests = tests.current_dir(place::root().join("tests/browser"));
    let tests = tests.env("CHROME", browser).env("DRYDOCK", drydock);
    run(tests, "mend what failed; in tests/browser, `node --test NAME.test.mjs` runs one file")
}
