//! `wire`: how fast the modelled way from each machine to each registry is,
//! and which names mean real registries.

use std::time::Duration;

use crate::cli::{Desk, Failure, Flow, duration, scaled};
use crate::host::Link;
use crate::limits;
use crate::oci::{DEFAULT_DOMAIN, Reference};
use crate::text::{Column, table};

const USAGE: &str = "usage: wire [ls]
       wire MACHINE REGISTRY [--bandwidth RATE] [--latency TIME]
       wire MACHINE REGISTRY --reset
       wire bind REGISTRY URL
       wire unbind REGISTRY";

pub fn run(arguments: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] | ["ls"] => list(desk),
        ["bind", registry, url] => bind(registry, url, desk)?,
        ["unbind", registry] => unbind(registry, desk)?,
        ["bind" | "unbind" | "ls", ..] => return Err(misused("wire: wrong number of arguments")),
        [machine, registry, settings @ ..] => set(machine, registry, settings, desk)?,
        [word] => return Err(misused(&format!("wire: {word}: not understood"))),
    }
    Ok(Flow::Done(0))
}

fn misused(message: &str) -> Failure {
    Failure::with_code(2, format!("{message}\n{USAGE}"))
}

/// Every way there is; the real ones have no modelled speed.
fn list(desk: &mut Desk<'_>) {
    let columns = ["MACHINE", "REGISTRY", "BANDWIDTH", "LATENCY", "KIND"].map(Column::left);
    let mut rows = Vec::new();
    for machine in &desk.machines {
        for registry in registries(desk) {
            let ways = &desk.wire.world.ways;
            let link = ways.link(machine, &registry);
            let [bandwidth, latency, kind] = match ways.real(&registry) {
                Some(real) => ["-".to_owned(), "-".to_owned(), format!("real, at {}", real.place())],
                None => [link.bandwidth_text(), link.latency_text(), "modelled".to_owned()],
            };
            rows.push(vec![machine.clone(), registry, bandwidth, latency, kind]);
        }
    }
    desk.terminal.lines(table(&columns, &rows));
}

/// Docker Hub, the registries of the lab, and the names that mean real ones.
fn registries(desk: &Desk<'_>) -> Vec<String> {
    let bound = desk.wire.world.ways.bound().map(|(name, _)| name.clone());
    let bound = bound.filter(|name| !desk.registries.contains(name));
    std::iter::once(DEFAULT_DOMAIN.to_owned()).chain(desk.registries.iter().cloned()).chain(bound).collect()
}

fn set(machine: &str, registry: &str, settings: &[&str], desk: &mut Desk<'_>) -> Result<(), Failure> {
    if !desk.machines.iter().any(|known| known == machine) {
        let message = format!("wire: this lab has no machine {machine:?}");
        return Err(Failure::new(message).hint(format!("The machines of this lab: {}.", desk.machines.join(", "))));
    }
    let known = registries(desk);
    if !known.iter().any(|known| known == registry) {
        let message = format!("wire: this lab has no registry {registry:?}");
        return Err(Failure::new(message).hint(format!("The registries of this lab: {}.", known.join(", "))));
    }
    if let Some(real) = desk.wire.world.ways.real(registry) {
        let message = format!("wire: {registry} is a real registry, at {}", real.place());
        return Err(Failure::new(message).hint(format!("Its speed is real too. `wire unbind {registry}` ends that.")));
    }
    let link = settled(desk.wire.world.ways.link(machine, registry), settings)?;
    desk.wire.world.ways.set(machine, registry, link);
    let (bandwidth, latency) = (link.bandwidth_text(), link.latency_text());
    desk.terminal.out(format!("{machine} <-> {registry}: {bandwidth}, {latency} (modelled)"));
    Ok(())
}

/// The link after what was typed.
fn settled(mut link: Link, settings: &[&str]) -> Result<Link, Failure> {
    let mut words = settings.iter();
    while let Some(word) = words.next() {
        let (flag, given) = word.split_once('=').map_or((*word, None), |(flag, value)| (flag, Some(value)));
        let mut value = || given.or_else(|| words.next().copied());
        match flag {
            "--reset" => link = Link::default(),
            "--bandwidth" => link.bits_per_second = bandwidth(value().unwrap_or_default())?,
            "--latency" => link.latency = latency(value().unwrap_or_default())?,
            _ => return Err(misused(&format!("wire: {word}: not understood"))),
        }
    }
    Ok(link)
}

/// As `tc` reads rates: `20mbit`, `1.5Gbit`, `9600bit`.
fn bandwidth(typed: &str) -> Result<u64, Failure> {
    const UNITS: [(&str, u64); 4] = [("kbit", 1_000), ("mbit", 1_000_000), ("gbit", 1_000_000_000), ("bit", 1)];
    let text = typed.to_ascii_lowercase();
    let text = text.strip_suffix("/s").unwrap_or(&text);
    let found = UNITS.iter().find_map(|(unit, scale)| Some((text.strip_suffix(unit)?, *scale)));
    let bits = found.and_then(|(number, scale)| scaled(number.trim(), scale));
    bits.filter(|bits| limits::LINK_BITS_PER_SECOND.contains(bits)).ok_or_else(|| {
        Failure::new(format!("wire: invalid bandwidth {typed:?}"))
            .hint("A number with `kbit`, `Mbit` or `Gbit`, from 1kbit to 100Gbit, such as `20Mbit`.")
    })
}

fn latency(typed: &str) -> Result<Duration, Failure> {
    duration(typed).filter(|time| *time <= limits::LINK_LATENCY).ok_or_else(|| {
        Failure::new(format!("wire: invalid latency {typed:?}")).hint("A time of up to 10s, such as `80ms`.")
    })
}

fn bind(registry: &str, url: &str, desk: &mut Desk<'_>) -> Result<(), Failure> {
    let parsed = format!("{registry}/x").parse::<Reference>();
    if registry == DEFAULT_DOMAIN || !parsed.is_ok_and(|parsed| parsed.domain == registry) {
        return Err(Failure::new(format!("wire: {registry:?} cannot be bound")).hint(
            "A registry's name has a point or a colon, such as `localhost:5000`; `docker.io` is this lab's own.",
        ));
    }
    let bound = desk.wire.world.ways.bind(registry, url);
    bound.map_err(|error| {
        Failure::new(format!("wire: {error}")).hint("A scheme and a host, such as `https://registry.example.com:5000`.")
    })?;
    desk.terminal.out(format!("{registry} is now the real registry at {}", url.trim_end_matches('/')));
    Ok(())
}

fn unbind(registry: &str, desk: &mut Desk<'_>) -> Result<(), Failure> {
    if !desk.wire.world.ways.unbind(registry) {
        return Err(Failure::new(format!("wire: {registry} is not bound to a real registry")));
    }
    desk.terminal.out(format!("{registry} is the lab's own again"));
    Ok(())
}
