//! How a container is reached.
//! <https://github.com/moby/moby/blob/docker-v29.0.0/api/types/container/network_settings.go>

use serde_json::{Map, Value, json};

use crate::cli::docker::ps;
use crate::engine::{Container, Engine, Published, shown};

/// The document of its ports and networks.
pub fn network_settings(engine: &Engine, container: &Container) -> Value {
    let ports = container.settings.exposed.iter().filter(|_| container.is_running()).map(|port| {
        let open: Vec<&Published> = container.open_ports.iter().filter(|open| open.container == *port).collect();
        let bindings = if open.is_empty() { Value::Null } else { json!(bindings(open.into_iter())) };
        (format!("{port}/tcp"), bindings)
    });
    let networks = container.networks().map(|joined| {
        let network = engine.find_network(&joined.network).ok();
        let gateway = engine.gateway(&joined.network).filter(|_| joined.address.is_some());
        let endpoint = json!({
            "IPAMConfig": null,
            "Links": null,
            "Aliases": if joined.aliases.is_empty() { Value::Null } else { json!(joined.aliases) },
            "DriverOpts": null,
            "GwPriority": 0,
            "NetworkID": network.map(|network| network.id).unwrap_or_default(),
            "EndpointID": "",
            "Gateway": gateway.map(shown).unwrap_or_default(),
            "IPAddress": joined.address.map(shown).unwrap_or_default(),
            "MacAddress": "",
            "IPPrefixLen": if joined.address.is_some() { 16 } else { 0 },
            "IPv6Gateway": "",
            "GlobalIPv6Address": "",
            "GlobalIPv6PrefixLen": 0,
            "DNSNames": null,
        });
        (joined.network.clone(), endpoint)
    });
    json!({
        "SandboxID": "",
        "SandboxKey": "",
        "Ports": ports.collect::<Map<_, _>>(),
        "Networks": networks.collect::<Map<_, _>>(),
    })
}

/// Where ports of the machine are open.
pub fn bindings<'p>(published: impl Iterator<Item = &'p Published>) -> Vec<Value> {
    let binding = |open: &Published| {
        let host = open.host.map(|port| port.to_string()).unwrap_or_default();
        ps::addresses(open)
            .into_iter()
            .map(move |address| json!({ "HostIp": address.trim_matches(['[', ']']), "HostPort": host }))
            .collect::<Vec<_>>()
    };
    published.flat_map(binding).collect()
}
