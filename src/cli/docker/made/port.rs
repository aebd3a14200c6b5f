//! Ports as `-p` and `--expose` take them.
//! <https://github.com/docker/go-connections/blob/v0.6.0/nat/nat.go>

use crate::engine::Published;
use crate::limits;
use crate::text::Case;

/// `8080`, `8080/tcp` or `8000-8010`; other protocols than TCP lead nowhere here.
pub fn exposed(typed: &str) -> Result<Vec<u16>, String> {
    let (range, protocol) = typed.split_once('/').unwrap_or((typed, "tcp"));
    if !["tcp", "udp", "sctp"].contains(&protocol.lowercase().as_str()) {
        return Err(format!("invalid proto: {protocol}"));
    }
    let ports = self::range(range).ok_or_else(|| format!("invalid range format for --expose: {range}"))?;
    Ok(if protocol.eq_ignore_ascii_case("tcp") { ports } else { Vec::new() })
}

/// `[[ADDRESS:]HOST:]CONTAINER[/PROTOCOL]`, each side a port or a range of the same length.
pub fn published(typed: &str) -> Result<Vec<Published>, String> {
    let (ports, protocol) = typed.split_once('/').unwrap_or((typed, "tcp"));
    if protocol != "tcp" {
        return Err(format!("invalid publish opts format: this lab has no {protocol}, only tcp"));
    }
    let (rest, container) = ports.rsplit_once(':').map_or(("", ports), |(rest, container)| (rest, container));
    let (address, host) = match rest.rsplit_once(':') {
        Some((address, host)) => (address.trim_matches(['[', ']']), host),
        None => ("", rest),
    };
    if container.is_empty() {
        return Err(format!("no port specified: {typed}<empty>"));
    }
    let inner = range(container).ok_or_else(|| format!("invalid containerPort: {container}"))?;
    if host.is_empty() {
        let open = |container| Published { container, host: None, address: address.to_owned() };
        return Ok(inner.into_iter().map(open).collect());
    }
    let outer = range(host).ok_or_else(|| format!("invalid hostPort: {host}"))?;
    if outer.len() != inner.len() {
        return Err(format!("invalid ranges specified for container and host Ports: {container} and {host}"));
    }
    let open = |(container, host)| Published { container, host: Some(host), address: address.to_owned() };
    Ok(inner.into_iter().zip(outer).map(open).collect())
}

fn range(typed: &str) -> Option<Vec<u16>> {
    let (first, last) = typed.split_once('-').unwrap_or((typed, typed));
    let (first, last): (u16, u16) = (first.parse().ok()?, last.parse().ok()?);
    let is_range = first > 0 && first <= last && usize::from(last - first) < limits::EXPOSED_PORTS;
    is_range.then(|| (first..=last).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_published_as_it_is_typed() {
        let open = |container, host: Option<u16>, address: &str| Published { container, host, address: address.into() };
        for (typed, expected) in [
            ("8080", vec![open(8080, None, "")]),
            ("80:8080", vec![open(8080, Some(80), "")]),
            ("127.0.0.1:80:8080/tcp", vec![open(8080, Some(80), "127.0.0.1")]),
            ("127.0.0.1::8080", vec![open(8080, None, "127.0.0.1")]),
            ("1-2:8-9", vec![open(8, Some(1), ""), open(9, Some(2), "")]),
        ] {
            assert_eq!(published(typed), Ok(expected), "{typed}");
        }
        for typed in ["", "80:", "0:80", "a:80", "80:b", "1-3:8-9", "70000:80", "80/udp"] {
            assert!(published(typed).is_err(), "{typed}");
        }
        assert_eq!((exposed("80/udp"), exposed("8000-8001/TCP")), (Ok(vec![]), Ok(vec![8000, 8001])));
    }
}
