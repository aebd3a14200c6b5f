//! What ties a container to its machine: limits, mounts, ports, rights. What
//! was not asked for has the value that docker's client sends; what this lab
//! has none of, such as control groups, is empty.
//! <https://github.com/moby/moby/blob/docker-v29.0.0/api/types/container/hostconfig.go>

use serde_json::{Map, Value, json};

use crate::cli::docker::system::RUNTIME;
use crate::engine::{Container, Restart, Settings, Source};

/// The document of a container's ties, in docker's order.
pub fn host_config(container: &Container) -> Value {
    let settings = &container.settings;
    let retries = if let Restart::OnFailure(retries) = settings.restart { retries } else { 0 };
    let parts = [
        json!({
            "Binds": binds(settings),
            "ContainerIDFile": "",
            "LogConfig": { "Type": "local", "Config": {} },
            "NetworkMode": settings.networks.first().map_or("none", |joined| joined.network.as_str()),
            "PortBindings": port_bindings(settings),
            "RestartPolicy": { "Name": settings.restart.name(), "MaximumRetryCount": retries },
            "AutoRemove": settings.remove,
            "VolumeDriver": "",
            "VolumesFrom": null,
            "ConsoleSize": [0, 0],
        }),
        rights(settings),
        resources(settings),
        json!({ "MaskedPaths": null, "ReadonlyPaths": null }),
    ];
    let fields = parts.into_iter().filter_map(|part| if let Value::Object(part) = part { Some(part) } else { None });
    Value::Object(fields.flatten().collect::<Map<_, _>>())
}

/// Names, namespaces and what a container may do.
fn rights(settings: &Settings) -> Value {
    json!({
        "CapAdd": null,
        "CapDrop": null,
        "CgroupnsMode": "",
        "Dns": [],
        "DnsOptions": [],
        "DnsSearch": [],
        "ExtraHosts": null,
        "GroupAdd": null,
        "IpcMode": "",
        "Cgroup": "",
        "Links": null,
        "OomScoreAdj": 0,
        "PidMode": "",
        "Privileged": false,
        "PublishAllPorts": settings.publish_all,
        "ReadonlyRootfs": settings.read_only,
        "SecurityOpt": null,
        "UTSMode": "",
        "UsernsMode": "",
        "ShmSize": 0,
        "Runtime": RUNTIME,
        "Isolation": "",
    })
}

/// How much of the machine it may use; zero is no bound of its own.
fn resources(settings: &Settings) -> Value {
    json!({
        "CpuShares": 0,
        "Memory": settings.memory_bytes,
        "NanoCpus": settings.nano_cpus,
        "CgroupParent": "",
        "BlkioWeight": 0,
        "BlkioWeightDevice": [],
        "BlkioDeviceReadBps": [],
        "BlkioDeviceWriteBps": [],
        "BlkioDeviceReadIOps": [],
        "BlkioDeviceWriteIOps": [],
        "CpuPeriod": 0,
        "CpuQuota": 0,
        "CpuRealtimePeriod": 0,
        "CpuRealtimeRuntime": 0,
        "CpusetCpus": "",
        "CpusetMems": "",
        "Devices": [],
        "DeviceCgroupRules": null,
        "DeviceRequests": null,
        "MemoryReservation": 0,
        "MemorySwap": settings.memory_bytes * 2,
        "MemorySwappiness": null,
        "OomKillDisable": null,
        "PidsLimit": null,
        "Ulimits": [],
        "CpuCount": 0,
        "CpuPercent": 0,
        "IOMaximumIOps": 0,
        "IOMaximumBandwidth": 0,
    })
}

/// The folders of the machine and the volumes that are mounted, as `-v` has them.
fn binds(settings: &Settings) -> Value {
    let binds: Vec<String> = settings
        .mounts
        .iter()
        .filter_map(|mount| {
            let source = match &mount.source {
                Source::Volume(name) => name.as_str(),
                Source::Bind(path) => path.as_str(),
                Source::Memory { .. } => return None,
            };
            Some(format!("{source}:{}{}", mount.target, if mount.read_only { ":ro" } else { "" }))
        })
        .collect();
    if binds.is_empty() { Value::Null } else { json!(binds) }
}

fn port_bindings(settings: &Settings) -> Map<String, Value> {
    let mut all = Map::new();
    for open in &settings.published {
        let host = open.host.map(|port| port.to_string()).unwrap_or_default();
        let binding = json!({ "HostIp": open.address, "HostPort": host });
        let bindings = all.entry(format!("{}/tcp", open.container)).or_insert_with(|| json!([]));
        if let Value::Array(bindings) = bindings {
            bindings.push(binding);
        }
    }
    all
}
