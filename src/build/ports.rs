//! What EXPOSE accepts: `8080`, `8080/udp`, `8000-8002`, and, though it means
//! nothing, `host:container`.

use crate::limits;
use crate::text::Case;

/// Every `port/protocol` that `text` names, or `BuildKit`'s objection.
pub(super) fn parse(text: &str) -> Result<Vec<String>, String> {
    let container = text.rsplit(':').next().unwrap_or(text);
    let (range, protocol) = container.split_once('/').unwrap_or((container, ""));
    if range.is_empty() {
        return Err(format!("no port specified: {container}<empty>"));
    }
    let protocol = match protocol.lowercase() {
        empty if empty.is_empty() => "tcp".to_owned(),
        known if matches!(known.as_str(), "tcp" | "udp" | "sctp") => known,
        other => return Err(format!("invalid proto: {other}")),
    };
    let (first, last) = parse_range(range).ok_or_else(|| format!("invalid containerPort: {range}"))?;
    check_count(usize::from(last - first) + 1)?;
    Ok((first..=last).map(|port| format!("{port}/{protocol}")).collect())
}

/// Refuses more ports than one EXPOSE may name here.
pub(super) fn check_count(count: usize) -> Result<(), String> {
    let limit = limits::EXPOSED_PORTS;
    if count > limit { Err(format!("EXPOSE names more than {limit} ports")) } else { Ok(()) }
}

fn parse_range(text: &str) -> Option<(u16, u16)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let number = |text: &str| text.parse::<u16>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    let (first, last) = (number(first)?, number(last)?);
    (first <= last).then_some((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_read_and_refused_as_buildkit_does() {
        let table: [(&str, Result<&[&str], &str>); 8] = [
            ("8080", Ok(&["8080/tcp"])),
            ("53/UDP", Ok(&["53/udp"])),
            ("8000-8001", Ok(&["8000/tcp", "8001/tcp"])),
            ("80:8080", Ok(&["8080/tcp"])),
            ("abc", Err("invalid containerPort: abc")),
            ("9-8", Err("invalid containerPort: 9-8")),
            ("80/icmp", Err("invalid proto: icmp")),
            ("/tcp", Err("no port specified: /tcp<empty>")),
        ];
        for (text, expected) in table {
            let expected = expected.map(|ports| ports.iter().map(|port| (*port).to_owned()).collect());
            assert_eq!(parse(text), expected.map_err(str::to_owned), "{text}");
        }
        assert_eq!(parse("1-60000"), Err("EXPOSE names more than 1024 ports".to_owned()));
    }
}
