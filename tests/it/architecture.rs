//! The floor plan, kept by reading what each file imports: a room names rooms
//! on lower floors only, and the outside world is named at the rim alone.

use std::path::Path;

use crate::source::{code_only, paths_from, read, rust_files};

/// Every room, lowest first: a room may import those before it.
const FLOORS: &[(&str, &[&str])] = &[
    ("nouns", &["limits", "text", "oci", "template", "event", "host", "fs", "store"]),
    ("verbs", &["dockerfile", "registry", "transfer", "runtime", "build"]),
    ("daemon", &["engine"]),
    ("world", &["lab"]),
    ("learner", &["course", "cli", "session"]),
    ("rim", &["ui", "web", "native"]),
];

/// Lower rooms that are nevertheless none of a room's business, and why.
const STRANGERS: &[(&str, &str, &str)] = &[
    ("transfer", "registry", "push and pull speak HTTP to it, as to any other"),
    ("runtime", "registry", "a process has no way to a registry but the network"),
    ("course", "engine", "lessons see a `Snapshot` and `Event`s, never the engine"),
    ("cli", "course", "a command does not know that it is taught"),
    ("ui", "engine", "the page sees a `Snapshot` and `Event`s, never the engine"),
    ("ui", "registry", "the page sees a `Snapshot` and `Event`s, never the registry"),
    ("ui", "cli", "the page asks the session, which has the prompt"),
    ("native", "ui", "the native command has no page"),
    ("native", "web", "the two hosts do not know each other"),
];

/// Names from outside and the only places that may speak them.
const OUTSIDE: &[(&[&str], &[&str])] = &[
    (&["std::fs", "std::net", "std::env", "std::process", "std::thread"], NATIVE),
    (&["web_sys", "js_sys", "wasm_bindgen", "wasm_bindgen_futures", "serde_wasm_bindgen"], WEB),
    (&["yew"], &["src/ui", "src/web", "src/bin/page.rs"]),
    (&["rustyline"], NATIVE),
    (&["wasmi"], &["src/runtime"]),
];
const NATIVE: &[&str] = &["src/native", "src/bin/drydock.rs"];
const WEB: &[&str] = &["src/web", "src/bin/page.rs", "src/bin/runtime.rs", "src/bin/worker.rs"];

/// Calls that read the real clock, however they were imported.
const CLOCKS: &[&str] = &["SystemTime::now", "Instant::now"];

#[test]
fn a_room_imports_lower_floors_only() {
    check_each_file(|path, code| {
        let Some(room) = room_of(path) else {
            return Vec::new();
        };
        let mut wrong = Vec::new();
        for (line, named) in paths_from(code, "crate") {
            if let Some(why) = refusal(&room, &named) {
                wrong.push((line, format!("`{room}` imports `{named}`: {why}")));
            }
        }
        wrong
    });
}

#[test]
fn every_room_has_its_floor() {
    check_each_file(|path, _| match room_of(path) {
        Some(room) if floor(&room).is_none() => {
            vec![(1, format!("`{room}` is in no floor of the table"))]
        }
        _ => Vec::new(),
    });
}

#[test]
fn the_outside_world_is_named_at_the_rim_alone() {
    check_each_file(|path, code| {
        let mut wrong = Vec::new();
        for (names, places) in OUTSIDE {
            if places.iter().any(|place| path.starts_with(place)) {
                continue;
            }
            for name in *names {
                let lines = lines_naming(code, name);
                wrong.extend(lines.map(|line| (line, format!("`{name}` belongs to {}", places.join(", ")))));
            }
        }
        wrong
    });
}

#[test]
fn the_clock_is_read_by_native_alone() {
    check_each_file(|path, code| {
        if NATIVE.iter().any(|place| path.starts_with(place)) {
            return Vec::new();
        }
        let reads = |line: &str| CLOCKS.iter().find(|clock| line.contains(**clock)).copied();
        let lines = code.lines().enumerate();
        lines.filter_map(|(at, line)| Some((at + 1, format!("`{}`: time comes from `Host`", reads(line)?)))).collect()
    });
}

/// Runs one rule over every file of the library and its binaries.
fn check_each_file(rule: impl Fn(&Path, &str) -> Vec<(usize, String)>) {
    let files = rust_files("src");
    assert!(files.len() > 10, "the sources were not found");
    let mut wrong = Vec::new();
    for path in files {
        let code = code_only(&read(&path));
        for (line, what) in rule(&path, &code) {
            wrong.push(format!("{}:{line}: {what}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// The room a file is in; the map (`lib.rs`) and the binaries are in none.
fn room_of(path: &Path) -> Option<String> {
    let first = path.strip_prefix("src").ok()?.components().next()?;
    let name = first.as_os_str().to_str()?.trim_end_matches(".rs").to_owned();
    (name != "lib" && name != "bin").then_some(name)
}

/// Why one room may not name another, if it may not.
fn refusal(room: &str, named: &str) -> Option<String> {
    // A name that is no room is an item of the crate's root, a macro at most.
    let (own, other) = (height(room)?, height(named)?);
    if other > own {
        return Some(format!("it stands higher ({})", floor(named)?));
    }
    let stranger = STRANGERS.iter().find(|(who, whom, _)| *who == room && *whom == named);
    stranger.map(|(_, _, why)| (*why).to_owned())
}

fn floor(room: &str) -> Option<&'static str> {
    FLOORS.iter().find(|(_, rooms)| rooms.contains(&room)).map(|(name, _)| *name)
}

fn height(room: &str) -> Option<usize> {
    FLOORS.iter().flat_map(|(_, rooms)| *rooms).position(|name| *name == room)
}

/// The lines on which a path starts with `crate_name` or `std::module`.
fn lines_naming(code: &str, name: &str) -> impl Iterator<Item = usize> {
    let (start, module) = name.split_once("::").unwrap_or((name, ""));
    paths_from(code, start)
        .into_iter()
        .filter(move |(_, named)| module.is_empty() || named == module)
        .map(|(line, _)| line)
}

#[test]
fn a_higher_room_and_a_stranger_are_refused() {
    assert!(refusal("oci", "engine").is_some());
    assert!(refusal("ui", "engine").is_some());
    assert!(refusal("engine", "oci").is_none());
    assert!(refusal("engine", "engine").is_none());
}

#[test]
fn a_grouped_import_of_the_disk_is_seen() {
    let code = "use std::{\n    collections::BTreeMap,\n    fs,\n};";
    assert_eq!(lines_naming(code, "std::fs").collect::<Vec<_>>(), [3]);
    assert_eq!(lines_naming(code, "std::net").count(), 0);
}
