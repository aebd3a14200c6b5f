//! The process table: a row an operation that changed something, a row for
//! the exit of what ran, and the lesson's steps still to come.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::traffic::Traffic;
use super::{Cell, Inline, Lesson, Observed, ProcessRow, story};
use crate::event::{BlobMove, Direction, Event};
use crate::oci::{DEFAULT_DOMAIN, Reference};
use crate::text::units;

/// What a shell says of a command that Ctrl-C ended.
const INTERRUPTED: i32 = 130;

/// What an operation was, told from its events; the order decides where several fit.
enum Deed<'a> {
    Ran { image: &'a str },
    Built { references: &'a [String], layers: usize, bytes: u64 },
    Pushed { reference: &'a str },
    Pulled { reference: &'a str, up_to_date: bool },
    Stopped { moved: &'a BlobMove },
    Tagged { reference: &'a str },
    Removed { what: &'static str, name: &'a str },
    Wrote { path: &'a str, size: u64 },
    LoggedIn { registry: &'a str },
    Set { registry: &'a str, setting: &'a str, value: &'a str },
    Deleted { repository: &'a str },
    Collected { registry: &'a str, freed: usize, bytes: u64, dry_run: bool },
    Failed,
}

/// What was told of operations before, by operation.
pub type Known = Vec<Option<Rc<Told>>>;

/// What is told of an operation, always the same.
#[derive(Debug)]
pub struct Told {
    rows: Vec<Rc<ProcessRow>>,
    /// Its part of the story.
    pub(super) paragraph: Option<Rc<Vec<Inline>>>,
}

/// The rows of what happened, then those of the steps from `next` on.
pub fn rows(
    lesson: &Lesson,
    edits: &BTreeMap<usize, String>,
    happened: &[Observed<'_>],
    next: usize,
    known: &mut Known,
) -> Vec<Rc<ProcessRow>> {
    let mut rows: Vec<Rc<ProcessRow>> = Vec::new();
    for observed in happened {
        // What came before an operation is always the same, and so are its rows and their numbers.
        if known.len() <= observed.id {
            known.resize(observed.id + 1, None);
        }
        let told = known[observed.id].get_or_insert_with(|| {
            let numbered = (rows.len() + 1..).zip(rows_of(observed));
            let rows = numbered.map(|(number, row)| Rc::new(ProcessRow { number, ..row })).collect();
            let paragraph = story::paragraph(observed).map(Rc::new);
            Rc::new(Told { rows, paragraph })
        });
        rows.extend(told.rows.iter().cloned());
    }
    let to_come = lesson.steps.iter().enumerate().skip(next);
    let mut after: Vec<ProcessRow> = to_come
        .map(|(step, known)| {
            let line = edits.get(&step).unwrap_or(&known.command.line);
            blank(Some(step), &known.command.machine, line, known.title.split(':').next().unwrap_or_default())
        })
        .collect();
    let ran = happened.iter().any(|observed| exit_of(observed.events).is_some());
    if !ran && let Some(last) = lesson.steps.last() {
        after.push(blank(None, &last.command.machine, "", "Exit"));
    }
    let numbered = (rows.len() + 1..).zip(after);
    rows.extend(numbered.map(|(number, row)| Rc::new(ProcessRow { number, ..row })));
    rows
}

fn blank(step: Option<usize>, machine: &str, line: &str, action: &str) -> ProcessRow {
    ProcessRow {
        number: 0,
        position: None,
        step,
        machine: machine.to_owned(),
        line: line.to_owned(),
        action: Cell { text: action.to_owned(), ..Cell::default() },
        image: Cell::default(),
        registry: Cell::default(),
        result: Cell::default(),
    }
}

fn rows_of(observed: &Observed<'_>) -> Vec<ProcessRow> {
    let deed = deed(observed.events).or_else(|| stopped(observed)).or_else(|| failed(observed));
    let Some(deed) = deed else { return Vec::new() };
    let row = ProcessRow {
        number: 0,
        position: Some(observed.position),
        step: observed.step,
        machine: observed.machine.to_owned(),
        line: observed.line.to_owned(),
        action: action(&deed, observed),
        image: image(&deed),
        registry: registry(&deed, observed.events),
        result: result(&deed, observed.events),
    };
    std::iter::once(row).chain(exit_row(observed)).collect()
}

fn deed(events: &[Event]) -> Option<Deed<'_>> {
    let find = |pick: &dyn Fn(&'_ Event) -> bool| events.iter().rev().find(|event| pick(event));
    let ran = find(&|event| matches!(event, Event::ContainerCreated { .. }));
    let main = ran.or_else(|| find(&|event| matches!(event, Event::ImageBuilt { .. })));
    let main = main.or_else(|| find(&|event| matches!(event, Event::ImagePushed { .. } | Event::ImagePulled { .. })));
    let main = main.or_else(|| events.iter().rev().find(|event| of(event).is_some()));
    main.and_then(of)
}

/// A transfer that Ctrl-C ended.
fn stopped<'a>(observed: &Observed<'a>) -> Option<Deed<'a>> {
    let last = observed.events.iter().rev().find_map(|event| match event {
        Event::BlobMoved(moved) => Some(Deed::Stopped { moved }),
        _ => None,
    });
    last.filter(|_| observed.code == INTERRUPTED)
}

/// What came to nothing and still left something at a registry.
fn failed(observed: &Observed<'_>) -> Option<Deed<'static>> {
    let asked = observed.events.iter().any(|event| matches!(event, Event::Exchanged(_)));
    (observed.code != 0 && asked).then_some(Deed::Failed)
}

fn of(event: &Event) -> Option<Deed<'_>> {
    Some(match event {
        Event::RegistryChanged { registry, setting, value, .. } => Deed::Set { registry, setting, value },
        Event::ManifestRemoved { repository, .. } => Deed::Deleted { repository },
        Event::GarbageCollected { registry, dry_run, freed, .. } => Deed::Collected {
            registry,
            freed: freed.len(),
            bytes: freed.iter().map(|blob| blob.size).sum(),
            dry_run: *dry_run,
        },
        Event::ContainerCreated { image, .. } => Deed::Ran { image },
        Event::ImageBuilt { references, layers, .. } => {
            Deed::Built { references, layers: layers.len(), bytes: layers.iter().map(|layer| layer.size).sum() }
        }
        Event::ImagePushed { reference, .. } => Deed::Pushed { reference },
        Event::ImagePulled { reference, up_to_date, .. } => Deed::Pulled { reference, up_to_date: *up_to_date },
        Event::ImageTagged { reference, .. } => Deed::Tagged { reference },
        Event::ImageUntagged { reference, .. } => Deed::Removed { what: "image name", name: reference },
        Event::ContainerRemoved { id } => Deed::Removed { what: "container", name: &id[..id.len().min(12)] },
        Event::FileWritten { path, size } => Deed::Wrote { path, size: *size },
        Event::LoggedIn { registry, .. } => Deed::LoggedIn { registry },
        _ => return None,
    })
}

fn action(deed: &Deed<'_>, observed: &Observed<'_>) -> Cell {
    let (text, why) = match deed {
        Deed::Ran { .. } => (
            "Run container",
            "A container is a process over the image's unpacked layers and a writable layer of its own.",
        ),
        Deed::Built { .. } => (
            "Build image",
            "Each instruction of the Dockerfile that touches files makes one layer; the others only change the configuration.",
        ),
        Deed::Pushed { .. } => ("Push image", "The first part of the name says to which registry."),
        Deed::Pulled { .. } => (
            "Pull image",
            "The name is resolved to a digest at its registry; what is missing here is fetched by digest.",
        ),
        Deed::Stopped { moved } => (
            if moved.direction == Direction::Push { "Push, stopped" } else { "Pull, stopped" },
            "Ctrl-C came before the name was set.",
        ),
        Deed::Tagged { .. } => {
            ("Tag image", "A name is an entry in this machine's image store that points at a manifest.")
        }
        Deed::Removed { .. } => ("Remove", "Names go first; content goes when no name needs it."),
        Deed::Wrote { .. } => {
            ("Edit file", "A file of the build context; the next build compares its content, not its time.")
        }
        Deed::LoggedIn { .. } => ("Log in", "The credential was proved to the registry and stored on this machine."),
        Deed::Set { .. } => (
            "Set registry",
            "Whoever runs a registry says whom it lets in and what it keeps. Clients hear of it by its answers only.",
        ),
        Deed::Deleted { .. } => {
            ("Delete", "A tag is a name: its manifest and its blobs stay until garbage is collected.")
        }
        Deed::Collected { .. } => (
            "Collect garbage",
            "All that a manifest names is marked; what is not marked and did not come a short while ago is swept.",
        ),
        Deed::Failed => {
            ("Fail", "The command ended with an error. What it had done at a registry by then stays there.")
        }
    };
    Cell { text: text.to_owned(), why: why.to_owned(), real: observed.line.to_owned(), ..Cell::default() }
}

fn image(deed: &Deed<'_>) -> Cell {
    let (text, why) = match deed {
        Deed::Built { references, .. } => (
            references.join(", "),
            "The name given with -t. Without a registry in it, it means Docker Hub: harmless until it is pushed.",
        ),
        Deed::Ran { image: name } => {
            ((*name).to_owned(), "The local image of this name; it is pulled first only if it is absent.")
        }
        Deed::Pushed { reference } | Deed::Pulled { reference, .. } | Deed::Tagged { reference } => (
            (*reference).to_owned(),
            if names_a_registry(reference) {
                "registry / repository : tag. The part before the first slash names the registry because it contains a dot or a colon."
            } else {
                "repository : tag. Nothing before a slash names a registry, so that Docker Hub is meant."
            },
        ),
        Deed::Removed { name, .. }
        | Deed::Wrote { path: name, .. }
        | Deed::LoggedIn { registry: name }
        | Deed::Set { registry: name, .. }
        | Deed::Deleted { repository: name }
        | Deed::Collected { registry: name, .. } => ((*name).to_owned(), ""),
        Deed::Failed => (String::new(), ""),
        Deed::Stopped { moved } => {
            return Cell { text: format!("{}/{}", moved.registry, moved.repository), ..Cell::default() };
        }
    };
    let real = if text.is_empty() { String::new() } else { format!("docker image inspect {text}") };
    Cell { text, why: why.to_owned(), real, ..Cell::default() }
}

/// Whether a push of this name would go to a registry that it says.
fn names_a_registry(reference: &str) -> bool {
    reference.parse::<Reference>().is_ok_and(|reference| reference.domain != DEFAULT_DOMAIN)
}

fn registry(deed: &Deed<'_>, events: &[Event]) -> Cell {
    let traffic = Traffic::of(events);
    let why = match deed {
        Deed::Tagged { .. } => "Tagging is local: no request is sent, no registry hears of it.",
        Deed::Built { .. } if traffic.requests.is_empty() => "The base image is here already, so no registry is asked.",
        Deed::Built { .. } => {
            "The base image was not here: its manifest and layers came from docker.io. Your own image went nowhere."
        }
        Deed::Ran { .. } if traffic.requests.is_empty() => "The image is here, so no registry is asked.",
        Deed::Ran { .. } => "The image was absent, so docker pulled it before running.",
        Deed::Pulled { up_to_date: true, .. } => {
            "One HEAD brought the digest of the tag; it equals the local one, so nothing else was asked."
        }
        Deed::Pulled { .. } => "HEAD for the tag, then everything by digest: index or manifest, configuration, layers.",
        Deed::Pushed { .. } => {
            "HEAD asks whether a blob is there, POST opens an upload, PUT closes it with the digest; the manifest is PUT last."
        }
        Deed::Failed => "The last answer says why. docker asks again by itself only where that may help.",
        Deed::Set { .. } | Deed::Deleted { .. } | Deed::Collected { .. } => "It was done at the registry itself.",
        Deed::Stopped { .. } => "The requests up to there; the last ones were not waited for.",
        _ => "Nothing left this machine.",
    };
    let exchanges = events.iter().filter_map(|event| match event {
        Event::Exchanged(exchange) => Some(exchange.clone()),
        _ => None,
    });
    Cell { text: traffic.words(), why: why.to_owned(), exchanges: exchanges.collect(), ..Cell::default() }
}

fn result(deed: &Deed<'_>, events: &[Event]) -> Cell {
    let traffic = Traffic::of(events);
    let text = match deed {
        Deed::Ran { .. } => "Container started".to_owned(),
        Deed::Built { layers, bytes, .. } => format!("Local image created: {layers} layers, {}", units::size(*bytes)),
        Deed::Pushed { .. } if traffic.moved == 0 => "Already there; the tag was set".to_owned(),
        Deed::Pushed { .. } => format!("Uploaded: {} blobs, {} sent", traffic.moved, traffic.sent()),
        Deed::Pulled { up_to_date: true, .. } => "Image is up to date".to_owned(),
        Deed::Pulled { .. } => format!("Downloaded: {} blobs, {}", traffic.moved, traffic.received()),
        Deed::Stopped { .. } => format!("{} blobs had arrived whole", traffic.moved),
        Deed::Tagged { reference } if names_a_registry(reference) => {
            "Tagged for the registry: one more name, 0 bytes".to_owned()
        }
        Deed::Tagged { .. } => "One more name, 0 bytes".to_owned(),
        Deed::Removed { what, .. } => format!("The {what} is gone"),
        Deed::Wrote { size, .. } => format!("{} written", units::size(*size)),
        Deed::LoggedIn { .. } => "Login succeeded".to_owned(),
        Deed::Set { setting, value, .. } => format!("{setting} {value}"),
        Deed::Deleted { .. } => "The name is gone, 0 bytes freed".to_owned(),
        Deed::Collected { freed, bytes, dry_run, .. } => {
            let word = if *dry_run { "would be freed" } else { "freed" };
            format!("{freed} blobs, {} {word}", units::size(*bytes))
        }
        Deed::Failed => "Failed; nothing on this machine is different".to_owned(),
    };
    let why = match deed {
        Deed::Pushed { .. } | Deed::Pulled { .. } if traffic.skipped > 0 => {
            format!("{} blobs did not travel: the other side had their digests.", traffic.skipped)
        }
        Deed::Pushed { .. } => "The registry checked each digest before it said 201 Created.".to_owned(),
        Deed::Pulled { .. } => "Each blob was hashed on arrival and compared with the digest asked for.".to_owned(),
        Deed::Built { .. } => {
            "Layers, configuration and manifest are blobs in this machine's content store, named by their sha256."
                .to_owned()
        }
        Deed::Stopped { .. } => "What arrived stays where it is: the next time it need not travel.".to_owned(),
        Deed::Ran { .. } => "The program was found by PATH in the image's own layers.".to_owned(),
        _ => String::new(),
    };
    let moves = events.iter().filter_map(|event| match event {
        Event::BlobMoved(moved) => Some(moved.clone()),
        _ => None,
    });
    Cell { text, why, moves: moves.collect(), real: real(deed), ..Cell::default() }
}

/// The command that shows the same result on a real machine.
fn real(deed: &Deed<'_>) -> String {
    match deed {
        Deed::Ran { .. } => "docker ps -a".to_owned(),
        Deed::Built { references, .. } => {
            references.first().map(|name| format!("docker history {name}")).unwrap_or_default()
        }
        Deed::Pushed { reference } => format!("docker manifest inspect {reference}"),
        Deed::Pulled { reference, .. } => format!("docker image inspect {reference}"),
        Deed::Stopped { .. } | Deed::Tagged { .. } | Deed::Removed { .. } => "docker images".to_owned(),
        Deed::Wrote { path, .. } => format!("cat {path}"),
        Deed::LoggedIn { .. } => "cat ~/.docker/config.json".to_owned(),
        Deed::Set { .. } | Deed::Deleted { .. } | Deed::Collected { .. } | Deed::Failed => String::new(),
    }
}

fn exit_of(events: &[Event]) -> Option<(i32, u64)> {
    events.iter().rev().find_map(|event| match event {
        Event::ContainerExited { code, fuel, .. } => Some((*code, *fuel)),
        _ => None,
    })
}

/// A process that ends is a fact of its own.
fn exit_row(observed: &Observed<'_>) -> Option<ProcessRow> {
    let (code, fuel) = exit_of(observed.events)?;
    let written: usize = observed
        .events
        .iter()
        .map(|event| match event {
            Event::ContainerWrote { text, .. } => text.lines().count(),
            _ => 0,
        })
        .sum();
    let mut row = blank(None, observed.machine, observed.line, "Exit");
    row.position = Some(observed.position);
    "A container lives as long as its first process.".clone_into(&mut row.action.why);
    row.registry =
        Cell { text: "none".to_owned(), why: "A running container needs no registry.".to_owned(), ..Cell::default() };
    row.result = Cell {
        text: if code == 0 { "Process complete".to_owned() } else { format!("Process ended with code {code}") },
        why: format!("It wrote {written} lines, executed about {fuel} instructions and ended with exit code {code}."),
        real: "docker logs CONTAINER".to_owned(),
        ..Cell::default()
    };
    Some(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_for_a_registry_only_if_it_says_one() {
        let table = [
            ("registry.example.com/mlproject/mlmodel:1.0", "Tagged for the registry: one more name, 0 bytes"),
            ("localhost:5000/mlmodel:1.0", "Tagged for the registry: one more name, 0 bytes"),
            ("mlmodel:2.0", "One more name, 0 bytes"),
            ("mlproject/mlmodel:1.0", "One more name, 0 bytes"),
        ];
        for (reference, expected) in table {
            let deed = Deed::Tagged { reference };
            assert_eq!(result(&deed, &[]).text, expected, "{reference}");
            assert_eq!(image(&deed).why.starts_with("registry"), expected.starts_with("Tagged"), "{reference}");
        }
    }
}
