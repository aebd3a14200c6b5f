//! `docker network`: who reaches whom by name.

use serde_json::{Map, Value, json};

use super::{FORMAT, FORMAT_INSPECT, each, inspect, made, prune};
use crate::cli::filters::Filters;
use crate::cli::flags::Parsed;
use crate::cli::format::Listing;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::engine::{BRIDGE, Engine, HOST, NONE, Network, shown};
use crate::host::Host;
use crate::template::{Shape, View};

/// `docker network create`.
pub const CREATE: Verb = Verb {
    paths: &["network create"],
    usage: "[OPTIONS] NETWORK",
    about: "Create a network",
    arguments: Arguments::Exactly(1),
    flags: &[
        Flag::value("driver", Some('d'), "Driver to manage the Network").defaults_to("bridge"),
        Flag::switch("internal", None, "Restrict external access to the network"),
        Flag::values("label", None, "Set metadata on a network"),
    ],
    run: create,
};

/// `docker network ls`.
pub const LS: Verb = Verb {
    paths: &["network ls", "network list"],
    usage: "[OPTIONS]",
    about: "List networks",
    arguments: Arguments::None,
    flags: &[
        Flag::filter("Provide filter values (e.g. \"driver=bridge\")"),
        Flag::value("format", None, FORMAT),
        Flag::switch("no-trunc", None, "Do not truncate the output"),
        Flag::switch("quiet", Some('q'), "Only display network IDs"),
    ],
    run: list,
};

/// `docker network inspect`.
pub const INSPECT: Verb = Verb {
    paths: &["network inspect"],
    usage: "[OPTIONS] NETWORK [NETWORK...]",
    about: "Display detailed information on one or more networks",
    arguments: Arguments::AtLeast(1),
    flags: &[Flag::value("format", Some('f'), FORMAT_INSPECT)],
    run: |parsed, desk| inspect::of_each(parsed, &SHAPE, document, desk),
};

/// `docker network rm`.
pub const RM: Verb = Verb {
    paths: &["network rm", "network remove"],
    usage: "NETWORK [NETWORK...]",
    about: "Remove one or more networks",
    arguments: Arguments::AtLeast(1),
    flags: &[Flag::switch("force", Some('f'), "Do not error if the network does not exist")],
    run: remove,
};

/// `docker network connect`.
pub const CONNECT: Verb = Verb {
    paths: &["network connect"],
    usage: "[OPTIONS] NETWORK CONTAINER",
    about: "Connect a container to a network",
    arguments: Arguments::Exactly(2),
    flags: &[Flag::values("alias", None, "Add network-scoped alias for the container")],
    run: connect,
};

/// `docker network disconnect`.
pub const DISCONNECT: Verb = Verb {
    paths: &["network disconnect"],
    usage: "[OPTIONS] NETWORK CONTAINER",
    about: "Disconnect a container from a network",
    arguments: Arguments::Exactly(2),
    flags: &[Flag::switch("force", Some('f'), "Force the container to disconnect from a network")],
    run: disconnect,
};

/// `docker network prune`.
pub const PRUNE: Verb = Verb {
    paths: &["network prune"],
    usage: "[OPTIONS]",
    about: "Remove all unused networks",
    arguments: Arguments::None,
    flags: &[
        Flag::values("filter", None, "Provide filter values (e.g. \"until=<timestamp>\")").of("filter"),
        prune::FORCE,
    ],
    run: prune_unused,
};

const LISTING: Listing = Listing {
    types: &[("", "*network.networkContext")],
    headers: &[
        ("ID", "NETWORK ID"),
        ("Name", "NAME"),
        ("Driver", "DRIVER"),
        ("Scope", "SCOPE"),
        ("IPv4", "IPV4"),
        ("IPv6", "IPV6"),
        ("Internal", "INTERNAL"),
        ("Labels", "LABELS"),
        ("CreatedAt", "CREATED AT"),
    ],
};

/// How templates see one.
pub const SHAPE: Shape = Shape {
    view: View::Document,
    types: &[("", "network.Inspect")],
    maps: &["/Containers", "/Labels", "/Options"],
    omitted: &[],
};

fn create(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    if let Some(driver) = parsed.value("driver").filter(|driver| *driver != BRIDGE) {
        return Err(Failure::daemon(format!(
            "could not find a driver matching plugin name {driver}: plugin \"{driver}\" not found"
        )));
    }
    let labels = made::labels(&parsed.values("label"));
    let Desk { machine, wire, .. } = desk;
    let made = machine.engine.create_network(&parsed.arguments[0], parsed.has("internal"), labels, wire);
    let id = made.map_err(|error| Failure::daemon(&error))?;
    desk.terminal.out(id);
    Ok(Flow::Done(0))
}

fn list(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let filters = Filters::read(parsed, &["dangling", "driver", "id", "label", "name", "scope", "type"])?;
    let dangling = filters.truth("dangling")?;
    let engine = &desk.machine.engine;
    let any = |name: &str, fits: &dyn Fn(&str) -> bool| !filters.has(name) || filters.values(name).any(fits);
    let fits = |network: &Network| {
        dangling.is_none_or(|dangling| dangling == is_unused(engine, network))
            && any("driver", &|driver| driver == self::driver(network))
            && any("id", &|id| network.id.starts_with(id))
            && any("name", &|name| network.name.contains(name))
            && any("scope", &|scope| scope == "local")
            && any("type", &|kind| (kind == "builtin") == is_predefined(network))
            && filters.fit_labels(|key| network.labels.get(key).cloned())
    };
    let networks: Vec<Network> = engine.list_networks().into_iter().filter(fits).collect();
    let rows: Vec<Value> = networks.iter().map(|network| row(network, !parsed.has("no-trunc"))).collect();
    let format = match parsed.value("format").unwrap_or_default() {
        _ if parsed.has("quiet") => "{{.ID}}",
        "" | "table" => "table {{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}",
        format => format,
    };
    desk.terminal.lines(LISTING.lines(format, &rows)?);
    Ok(Flow::Done(0))
}

fn row(network: &Network, short: bool) -> Value {
    let labels: Vec<String> = network.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    json!({
        "ID": if short { &network.id[..12] } else { &network.id },
        "Name": network.name,
        "Driver": driver(network),
        "Scope": "local",
        "IPv4": "true",
        "IPv6": "false",
        "Internal": network.internal.to_string(),
        "Labels": labels.join(","),
        "labels": network.labels,
        "CreatedAt": network.created.in_go(),
    })
}

/// The document of a network.
pub fn document(engine: &Engine, name: &str) -> Result<Value, String> {
    let network = engine.find_network(name).map_err(|error| error.to_string())?;
    let gateway = engine.gateway(&network.name);
    let [one, two] = network.subnet;
    let pool = gateway.map(|gateway| json!({ "Subnet": format!("{one}.{two}.0.0/16"), "Gateway": shown(gateway) }));
    let members = engine.members(&network.name).filter_map(|container| {
        let joined = container.networks().find(|joined| joined.network == network.name)?;
        let address = joined.address.map(|address| format!("{}/16", shown(address)));
        let member = json!({
            "Name": container.name,
            "EndpointID": "",
            "MacAddress": "",
            "IPv4Address": address.unwrap_or_default(),
            "IPv6Address": "",
        });
        Some((container.id.clone(), member))
    });
    Ok(json!({
        "Name": network.name,
        "Id": network.id,
        "Created": network.created.to_string(),
        "Scope": "local",
        "Driver": driver(&network),
        "EnableIPv4": true,
        "EnableIPv6": false,
        "IPAM": { "Driver": "default", "Options": null, "Config": pool.into_iter().collect::<Vec<_>>() },
        "Internal": network.internal,
        "Attachable": false,
        "Ingress": false,
        "ConfigFrom": { "Network": "" },
        "ConfigOnly": false,
        "Options": {},
        "Labels": network.labels,
        "Containers": members.collect::<Map<_, _>>(),
    }))
}

fn remove(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let force = parsed.has("force");
    each::each(&parsed.arguments, desk, |name, desk| {
        let now = desk.wire.now();
        let engine = &mut desk.machine.engine;
        if force && engine.find_network(name).is_err() {
            return Ok(());
        }
        engine.remove_network(name, now).map(drop).map_err(|error| error.to_string())
    })
}

fn connect(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let [network, container] = parsed.arguments.as_slice() else { return Ok(Flow::Done(1)) };
    let (engine, now) = (&mut desk.machine.engine, desk.wire.now());
    let id = engine.find_container(container).map_err(Failure::daemon)?;
    engine.connect(network, &id, parsed.values("alias"), now).map_err(|error| Failure::daemon(&error))?;
    Ok(Flow::Done(0))
}

fn disconnect(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let [network, container] = parsed.arguments.as_slice() else { return Ok(Flow::Done(1)) };
    let (engine, now) = (&mut desk.machine.engine, desk.wire.now());
    let id = engine.find_container(container).map_err(Failure::daemon)?;
    engine.disconnect(network, &id, now).map_err(|error| Failure::daemon(&error))?;
    Ok(Flow::Done(0))
}

fn prune_unused(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    const WARNING: &str = "WARNING! This will remove all custom networks not used by at least one container.\n\
                           Are you sure you want to continue?";
    if prune::is_confirmed(parsed, WARNING, desk) {
        prune_objects(parsed, desk)?;
    }
    Ok(Flow::Done(0))
}

/// Removes and lists those that nobody is on.
pub fn prune_objects(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<(), Failure> {
    let filters = Filters::read(parsed, &["label", "label!", "until"])?;
    let now = desk.wire.now();
    let until = prune::before(&filters, now)?;
    let engine = &mut desk.machine.engine;
    let is_unwanted = |network: &&Network| {
        is_unused(engine, network)
            && until.is_none_or(|until| network.created < until)
            && filters.fit_labels(|key| network.labels.get(key).cloned())
    };
    let names: Vec<String> = engine.networks.values().filter(is_unwanted).map(|network| network.name.clone()).collect();
    for name in &names {
        engine.remove_network(name, now).map_err(|error| Failure::daemon(&error))?;
    }
    prune::list("Deleted Networks:", names, desk);
    Ok(())
}

fn is_predefined(network: &Network) -> bool {
    [BRIDGE, HOST, NONE].contains(&network.name.as_str())
}

/// Whether nobody is on it, running or not; docker's own ones are never unused.
fn is_unused(engine: &Engine, network: &Network) -> bool {
    let is_on = |joined: &crate::engine::Attachment| joined.network == network.name;
    !is_predefined(network) && !engine.containers.values().any(|container| container.networks().any(is_on))
}

fn driver(network: &Network) -> &str {
    match network.name.as_str() {
        HOST => HOST,
        NONE => "null",
        _ => BRIDGE,
    }
}
