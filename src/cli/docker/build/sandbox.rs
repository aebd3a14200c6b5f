//! What every RUN of a build is given: its network, names of hosts, limits and
//! rights. They go to the builder as the attributes buildx makes of them. A
//! program of WASI opens no socket, sees no host names and has the bounds of
//! its interpreter, so most of them change only the key of the step.

use core::net::IpAddr;
use std::collections::BTreeMap;

use super::refused;
use crate::build::Rights;
use crate::cli::Failure;
use crate::cli::flags::Parsed;
use crate::cli::ulimit::ulimit;
use crate::text::units::typed_size;

/// Limits that had flags of their own.
const RESOURCES: [&str; 7] =
    ["memory", "memory-swap", "cpu-shares", "cpu-period", "cpu-quota", "cpuset-cpus", "cpuset-mems"];

const DEPRECATED: [(&str, &str); 3] = [
    ("isolation", "isolation flag is deprecated with BuildKit."),
    ("security-opt", "security-opt flag is deprecated. \"RUN --security=insecure\" should be used with BuildKit."),
    (
        "squash",
        "experimental flag squash is removed with BuildKit. You should squash inside build using a multi-stage \
         Dockerfile for efficiency.",
    ),
];

/// What stands for the address of the machine itself.
const HOST_GATEWAY: &str = "host-gateway";

/// The attributes that the flags make.
pub(super) fn attributes(parsed: &Parsed<'_>) -> Result<BTreeMap<String, String>, Failure> {
    let mut attributes = BTreeMap::new();
    let mut set = |name: &str, value: String| {
        if !value.is_empty() {
            attributes.insert(name.to_owned(), value);
        }
    };
    match parsed.value("network").unwrap_or_default() {
        "" | "default" => {}
        mode @ ("none" | "host") => set("force-network-mode", mode.to_owned()),
        mode => {
            return Err(refused(&format!(
                "network mode {mode:?} not supported by buildkit - you can define a custom network for your builder \
                 using the network driver-opt in buildx create"
            )));
        }
    }
    let mut hosts = Vec::new();
    for typed in parsed.values("add-host").iter().flat_map(|list| list.split(',')) {
        hosts.push(host(typed).ok_or_else(|| refused(&format!("invalid host {typed}")))?);
    }
    set("add-hosts", hosts.join(","));
    let shm_size = parsed.value("shm-size").and_then(typed_size).filter(|size| *size > 0);
    set("shm-size", shm_size.map(|size| size.to_string()).unwrap_or_default());
    // One of each kind, sorted.
    let limits = parsed.values("ulimit").into_iter().filter_map(|typed| ulimit(&typed).ok());
    let limits: BTreeMap<String, String> = limits.collect();
    let limits: Vec<String> = limits.into_iter().map(|(name, limit)| format!("{name}={limit}")).collect();
    set("ulimit", limits.join(","));
    set("cgroup-parent", parsed.value("cgroup-parent").unwrap_or_default().to_owned());
    Ok(attributes)
}

/// The limits of control groups. Nothing here has such a group, so they are only read; a program of WASI has the
/// bounds of its interpreter, and no result depends on them.
pub(super) fn check_resources(parsed: &Parsed<'_>) -> Result<(), Failure> {
    let of_flag =
        |name: &&str| parsed.values(name).into_iter().map(|value| format!("{name}={value}")).collect::<Vec<_>>();
    let mut entries = RESOURCES.iter().flat_map(of_flag).chain(parsed.values("resource"));
    entries.try_for_each(|entry| check_resource(&entry))
}

/// Apart: few builds say any.
#[inline(never)]
fn check_resource(entry: &str) -> Result<(), Failure> {
    let wrong = || refused(&format!("invalid resource {entry:?}, expected key=value"));
    let (name, value) = entry.split_once('=').ok_or_else(wrong)?;
    let (name, value) = (name.trim(), value.trim());
    let number = || format!("strconv.ParseInt: parsing {value:?}: invalid syntax");
    let problem = match name {
        "memory" => typed_size(value).is_none().then(|| format!("invalid size: '{value}'")),
        "memory-swap" if value == "-1" => None,
        "memory-swap" => typed_size(value).is_none().then(|| format!("invalid size: '{value}'")),
        "cpu-shares" | "cpu-period" | "cpu-quota" => value.parse::<i64>().is_err().then(number),
        "cpuset-cpus" | "cpuset-mems" => None,
        _ => return Err(refused(&format!("unknown resource {name:?}"))),
    };
    let invalid = |problem| refused(&format!("invalid value {value:?} for resource {name}: {problem}"));
    problem.map_or(Ok(()), |problem: String| Err(invalid(problem)))
}

/// What buildx says of flags that mean nothing to it.
pub(super) fn deprecated(parsed: &Parsed<'_>) -> Vec<String> {
    let given = DEPRECATED.iter().filter(|(flag, _)| parsed.given(flag));
    given.map(|(_, warning)| format!("WARNING: {warning}")).collect()
}

/// The rights that `--allow` grants; a daemon as it comes grants those of the network and of devices.
pub(super) fn rights(parsed: &Parsed<'_>) -> Result<Rights, Failure> {
    let mut rights = Rights { host_network: parsed.value("network") == Some("host") };
    for typed in parsed.values("allow").iter().filter(|typed| !typed.is_empty()) {
        match typed.split_once('=').map_or(typed.as_str(), |(name, _)| name) {
            "network.host" if !typed.contains('=') => rights.host_network = true,
            "buildx.local.delete" if typed.contains('=') => {
                return Err(refused("buildx.local.delete does not accept a value"));
            }
            "device" | "buildx.local.delete" => {}
            "security.insecure" if !typed.contains('=') => {
                return Err(refused(
                    "failed to solve: granting entitlement security.insecure is not allowed by build daemon configuration",
                ));
            }
            _ => return Err(refused(&format!("unknown entitlement {typed}"))),
        }
    }
    Ok(rights)
}

/// `name:address` or `name=address` as `name=address`.
fn host(typed: &str) -> Option<String> {
    let (name, address) = typed.split_once('=').or_else(|| typed.split_once(':'))?;
    let inner = address.strip_prefix('[').and_then(|address| address.strip_suffix(']')).unwrap_or(address);
    let is_address = inner.parse::<IpAddr>().is_ok();
    if name.is_empty() || !(is_address || address == HOST_GATEWAY) {
        return None;
    }
    Some(format!("{name}={}", if is_address { inner } else { address }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_and_an_address() {
        let table = [
            ("db:10.0.0.2", Some("db=10.0.0.2")),
            ("db=10.0.0.2", Some("db=10.0.0.2")),
            ("six:::1", Some("six=::1")),
            ("six:[::1]", Some("six=::1")),
            ("me:host-gateway", Some("me=host-gateway")),
            ("db", None),
            ("db:", None),
            (":10.0.0.2", None),
            ("db:ten", None),
        ];
        for (typed, expected) in table {
            assert_eq!(host(typed).as_deref(), expected, "{typed}");
        }
    }
}
