//! What ties a container to its machine: limits, mounts, ports, rights. What
//! was not asked for has the value that docker's client sends; what this lab
//! has none of, such as control groups, is empty.
//! <https://github.com/moby/moby/blob/docker-v29.0.0/api/types/container/hostconfig.go>

use serde_json::{Map, Value, json};

use crate::cli::docker::system::RUNTIME;
use crate::engine::Container;

/// The document of a container's ties, in docker's order.
pub fn host_config(container: &Container) -> Value {
    let remove = container.begun.as_ref().is_some_and(|begun| begun.remove);
    let parts = [
        json!({
            "Binds": null,
            "ContainerIDFile": "",
            "LogConfig": { "Type": "local", "Config": {} },
            "NetworkMode": "none",
            "PortBindings": {},
            "RestartPolicy": { "Name": "no", "MaximumRetryCount": 0 },
            "AutoRemove": remove,
            "VolumeDriver": "",
            "VolumesFrom": null,
            "ConsoleSize": [0, 0],
        }),
        rights(),
        resources(),
        json!({ "MaskedPaths": null, "ReadonlyPaths": null }),
    ];
    let fields = parts.into_iter().filter_map(|part| if let Value::Object(part) = part { Some(part) } else { None });
    Value::Object(fields.flatten().collect::<Map<_, _>>())
}

/// Names, namespaces and what a container may do.
fn rights() -> Value {
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
        "PublishAllPorts": false,
        "ReadonlyRootfs": false,
        "SecurityOpt": null,
        "UTSMode": "",
        "UsernsMode": "",
        "ShmSize": 0,
        "Runtime": RUNTIME,
        "Isolation": "",
    })
}

/// How much of the machine it may use; zero is no bound of its own.
fn resources() -> Value {
    json!({
        "CpuShares": 0,
        "Memory": 0,
        "NanoCpus": 0,
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
        "MemorySwap": 0,
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
