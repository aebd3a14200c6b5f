//! `docker ps`: the containers of this machine.

mod filter;

use serde_json::{Value, json};

use super::FORMAT;
use crate::cli::filters::Filters;
use crate::cli::flags::Parsed;
use crate::cli::format::Listing;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::engine::{Container, Engine, HealthStatus, Published, Source, State};
use crate::host::Host;
use crate::oci::Timestamp;
use crate::template::Template;
use crate::text::{quoted, shortened, units};

/// The command.
pub const VERB: Verb = Verb {
    paths: &["ps", "container ls", "container list", "container ps"],
    usage: "[OPTIONS]",
    about: "List containers",
    arguments: Arguments::None,
    flags: &[
        Flag::switch("all", Some('a'), "Show all containers (default shows just running)"),
        Flag::filter("Filter output based on conditions provided"),
        Flag::value("format", None, FORMAT),
        Flag::value("last", Some('n'), "Show n last created containers (includes all states)")
            .of("int")
            .defaults_to("-1"),
        Flag::switch("latest", Some('l'), "Show the latest created container (includes all states)"),
        Flag::switch("no-trunc", None, "Don't truncate output"),
        Flag::switch("quiet", Some('q'), "Only display container IDs"),
        Flag::switch("size", Some('s'), "Display total file sizes"),
    ],
    run,
};

/// The list.
pub const LISTING: Listing = Listing {
    types: &[("", "*formatter.ContainerContext")],
    headers: &[
        ("ID", "CONTAINER ID"),
        ("Names", "NAMES"),
        ("Image", "IMAGE"),
        ("Command", "COMMAND"),
        ("CreatedAt", "CREATED AT"),
        ("RunningFor", "CREATED"),
        ("Ports", "PORTS"),
        ("State", "STATE"),
        ("Status", "STATUS"),
        ("Size", "SIZE"),
        ("Labels", "LABELS"),
        ("Mounts", "MOUNTS"),
        ("LocalVolumes", "LOCAL VOLUMES"),
        ("Networks", "NETWORKS"),
        ("Platform", "PLATFORM"),
        ("HealthStatus", "HEALTH STATUS"),
    ],
};

const TABLE: &str = "table {{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}";

const RAW: &str = "container_id: {{.ID}}\nimage: {{.Image}}\ncommand: {{.Command}}\ncreated_at: {{.CreatedAt}}\n\
                   state: {{- pad .State 1 0}}\nstatus: {{- pad .Status 1 0}}\nnames: {{.Names}}\n\
                   labels: {{- pad .Labels 1 0}}\nports: {{- pad .Ports 1 0}}\n";

/// Characters of a command that are shown.
const COMMAND: usize = 20;
/// Characters of the name of a mount that are shown.
const MOUNT: usize = 15;

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let format = parsed.value("format").unwrap_or_default();
    if parsed.has("quiet") && !format.is_empty() {
        desk.terminal.err("WARNING: Ignoring custom format, because both --format and --quiet are set.");
    }
    check_format(format)?;
    let sized = parsed.has("size") || (!parsed.has("quiet") && !parsed.given("size") && format.contains(".Size"));
    let filters = Filters::read(parsed, &filter::KNOWN)?;
    let now = desk.wire.now();
    let engine = &desk.machine.engine;
    let limit = match parsed.number("last") {
        Some(last) if last >= 0 => last,
        _ => i64::from(parsed.has("latest")),
    };
    let listed = filter::listed(engine, &filters, parsed.has("all"), usize::try_from(limit).unwrap_or(0))?;
    let style = Style { short: !parsed.has("no-trunc"), sized, virtual_too: true, now };
    let rows: Vec<Value> = listed.into_iter().map(|container| style.row(engine, container)).collect();
    desk.terminal.lines(LISTING.lines(&resolved(format, parsed.has("quiet"), sized), &rows)?);
    Ok(Flow::Done(0))
}

/// Docker tries a format on an empty container before it asks for those there are.
fn check_format(format: &str) -> Result<(), Failure> {
    let template =
        Template::parse(format).map_err(|error| Failure::new(format!("failed to parse template: {error}")))?;
    let fields = LISTING.headers.iter().map(|(field, _)| ((*field).to_owned(), Value::from("")));
    let filled = template.execute(&Value::Object(fields.collect()), &LISTING.shape(), &mut String::new());
    filled.map_err(|error| Failure::new(format!("failed to execute template: {error}")))
}

fn resolved(format: &str, quiet: bool, sized: bool) -> String {
    match format {
        "raw" if quiet => "container_id: {{.ID}}".to_owned(),
        _ if quiet => "{{.ID}}".to_owned(),
        "table" | "" => format!("{TABLE}{}", if sized { "\t{{.Size}}" } else { "" }),
        "raw" => format!("{RAW}{}", if sized { "size: {{.Size}}\n" } else { "" }),
        format => format.to_owned(),
    }
}

/// How a container is written.
pub struct Style {
    /// Ids and commands cut.
    pub short: bool,
    /// Whether sizes are measured.
    pub sized: bool,
    /// Whether the size of the image is told beside what was written.
    pub virtual_too: bool,
    /// What time it is.
    pub now: Timestamp,
}

impl Style {
    /// The fields of one container.
    pub fn row(&self, engine: &Engine, container: &Container) -> Value {
        let labels = filter::labels(container);
        let joined: Vec<String> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let spaced = |word: &String| if word.contains(' ') { format!("'{word}'") } else { word.clone() };
        let words = container.command.iter().take(1).cloned().chain(container.command.iter().skip(1).map(spaced));
        let command = words.collect::<Vec<_>>().join(" ");
        json!({
            "ID": if self.short { &container.id[..12] } else { &container.id },
            "Image": image(engine, container),
            "Command": quoted(&if self.short { shortened(&command, COMMAND) } else { command }),
            "CreatedAt": container.created.in_go(),
            "RunningFor": format!("{} ago", units::age(self.now.since(container.created))),
            "Ports": ports(container),
            "State": state(container),
            "Status": status(container, self.now),
            "Size": self.size(engine, container),
            "Names": container.name,
            "Labels": joined.join(","),
            "labels": labels,
            "Mounts": self.mounts(container),
            "LocalVolumes": container.volumes().count().to_string(),
            "Networks": container.networks().map(|joined| joined.network.as_str()).collect::<Vec<_>>().join(","),
            "Platform": engine.platform().to_string(),
            "HealthStatus": container.health.as_ref().map_or("none", |health| health.status.name()),
        })
    }

    fn mounts(&self, container: &Container) -> String {
        let named = container.settings.mounts.iter().filter_map(|mount| match &mount.source {
            Source::Volume(name) => Some(name.as_str()),
            Source::Bind(path) => Some(path.as_str()),
            Source::Memory { .. } => None,
        });
        let shown = named.map(|name| if self.short { shortened(name, MOUNT) } else { name.to_owned() });
        shown.collect::<Vec<_>>().join(",")
    }

    fn size(&self, engine: &Engine, container: &Container) -> String {
        if !self.sized {
            return units::size(0);
        }
        let (written, image) = engine.container_room(container);
        let own = units::size(written);
        if self.virtual_too { format!("{own} (virtual {})", units::size(written + image)) } else { own }
    }
}

/// The name the container was made from, or the image's id when that name means something else now.
fn image(engine: &Engine, container: &Container) -> String {
    let means = engine.find_image(&container.image_name).is_ok_and(|root| root.digest == container.image);
    if means { container.image_name.clone() } else { container.image.short() }
}

/// In a word.
pub fn state(container: &Container) -> &'static str {
    match container.state {
        State::Created => "created",
        State::Running { .. } if container.is_paused => "paused",
        State::Running { .. } => "running",
        State::Exited { .. } => "exited",
        State::Restarting { .. } => "restarting",
    }
}

fn status(container: &Container, now: Timestamp) -> String {
    match container.state {
        State::Created => "Created".to_owned(),
        State::Running { since } => {
            let health = match container.health.as_ref().map(|health| health.status) {
                _ if container.is_paused => " (Paused)",
                None => "",
                Some(HealthStatus::Starting) => " (health: starting)",
                Some(HealthStatus::Healthy) => " (healthy)",
                Some(HealthStatus::Unhealthy) => " (unhealthy)",
            };
            format!("Up {}{health}", units::age(now.since(since)))
        }
        State::Exited { code, at } => format!("Exited ({code}) {} ago", units::age(now.since(at))),
        State::Restarting { code, at, .. } => format!("Restarting ({code}) {} ago", units::age(now.since(at))),
    }
}

/// The machine's ports that lead to it, then those that are only open among containers; while it runs.
fn ports(container: &Container) -> String {
    if !container.is_running() {
        return String::new();
    }
    let published = container.open_ports.iter().flat_map(|open| {
        let (host, inner) = (open.host.unwrap_or(0), open.container);
        addresses(open).into_iter().map(move |address| format!("{address}:{host}->{inner}/tcp"))
    });
    let is_published = |port: &&u16| container.open_ports.iter().any(|open| open.container == **port);
    let exposed = container.settings.exposed.iter().filter(|port| !is_published(port));
    exposed.map(|port| format!("{port}/tcp")).chain(published).collect::<Vec<_>>().join(", ")
}

/// The addresses a published port is open on.
pub fn addresses(open: &Published) -> Vec<String> {
    match open.address.as_str() {
        "" => vec!["0.0.0.0".to_owned(), "[::]".to_owned()],
        address if address.contains(':') => vec![format!("[{address}]")],
        address => vec![address.to_owned()],
    }
}
