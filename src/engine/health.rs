//! Whether a container is well: a program that enters it now and then, whose
//! exit code says so.
//! <https://github.com/moby/moby/blob/docker-v29.0.0/daemon/health.go>

use std::time::Duration;

use imbl::Vector;

use super::{Around, Begun, Container, Engine, ExecSpec};
use crate::oci::{Healthcheck, Timestamp};

/// What docker takes for what is not said.
const INTERVAL: Duration = Duration::from_secs(30);
const START_INTERVAL: Duration = Duration::from_secs(5);
const RETRIES: u64 = 3;
/// How many checks are remembered.
const REMEMBERED: usize = 5;

/// How a container is.
#[derive(Debug, Clone, PartialEq)]
pub struct Health {
    /// What the checks came to.
    pub status: HealthStatus,
    /// How many of them failed in a row.
    pub failing: u64,
    /// The last of them.
    pub log: Vector<Probe>,
    /// When the next begins, or is given up if it has begun.
    pub next: Timestamp,
    /// The number of the one that runs, and when it began.
    running: Option<(u32, Timestamp)>,
    began: Timestamp,
}

/// What the checks came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HealthStatus {
    /// None has ended well, and none counts yet that failed.
    Starting,
    /// The last one ended well.
    Healthy,
    /// Too many failed.
    Unhealthy,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// When it began.
    pub start: Timestamp,
    /// When it ended.
    pub end: Timestamp,
    /// Its exit code; -1 if it took too long.
    pub code: i32,
    /// What it wrote.
    pub output: String,
}

impl HealthStatus {
    /// As docker says it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Healthy => "healthy",
            Self::Unhealthy => "unhealthy",
        }
    }
}

impl Engine {
    /// The first check comes after an interval.
    pub(super) fn begin_health(&mut self, id: &str, now: Timestamp) {
        let Some(container) = self.container_mut(id) else { return };
        let wanted = container.settings.health.as_ref().filter(|check| command(check).is_some());
        container.health = wanted.map(|check| Health {
            status: HealthStatus::Starting,
            failing: 0,
            log: Vector::new(),
            next: now.after(interval(check, true)),
            running: None,
            began: now,
        });
    }

    /// Begins the checks whose time has come, and gives up those that take too long.
    pub(super) fn probe_due(&mut self, around: &mut Around<'_>) {
        let due = self.containers.values().filter(|container| container.is_probed_at(around.now));
        for id in due.map(|container| container.id.clone()).collect::<Vec<_>>() {
            self.probe(&id, around);
        }
    }

    fn probe(&mut self, id: &str, around: &mut Around<'_>) {
        let Some(container) = self.containers.get(id) else { return };
        let (Some(check), Some(health)) = (&container.settings.health, &container.health) else { return };
        if let Some((session, _)) = health.running {
            let timeout = timeout(check);
            let output = format!("Health check exceeded timeout ({}s)", timeout.as_secs());
            return self.probed(id, session, -1, output.as_bytes(), around.now);
        }
        let (at, timeout) = (health.next, timeout(check));
        let spec = ExecSpec { command: command(check).unwrap_or_default(), is_kept: true, ..ExecSpec::default() };
        let Around { files, processes, events, .. } = around;
        let around = &mut Around { now: at, files, processes: &mut **processes, events };
        let entered = self.enter(id, &spec, around);
        let Some(health) = self.container_mut(id).and_then(|container| container.health.as_mut()) else { return };
        match entered {
            Ok(session) => {
                health.running = Some((session, at));
                health.next = around.now.after(timeout);
            }
            Err(error) => {
                health.running = Some((0, at));
                self.probed(id, 0, -1, error.to_string().as_bytes(), around.now);
            }
        }
    }

    /// What a check came to.
    pub(super) fn probed(&mut self, id: &str, session: u32, code: i32, output: &[u8], now: Timestamp) {
        let Some(container) = self.container_mut(id) else { return };
        let (Some(check), Some(health)) = (&container.settings.health, &mut container.health) else { return };
        let Some((_, start)) = health.running.take_if(|(running, _)| *running == session) else { return };
        let before = health.status;
        let output = String::from_utf8_lossy(output).into_owned();
        health.log.push_back(Probe { start, end: now, code, output });
        while health.log.len() > REMEMBERED {
            health.log.pop_front();
        }
        let is_young = now.since(health.began) < Duration::from_nanos(check.start_period);
        if code == 0 {
            (health.status, health.failing) = (HealthStatus::Healthy, 0);
        } else if !(is_young && before == HealthStatus::Starting) {
            health.failing += 1;
            if health.failing >= if check.retries == 0 { RETRIES } else { check.retries } {
                health.status = HealthStatus::Unhealthy;
            }
        }
        // The next one counts from when this one was to begin, however late the lab's clock let it.
        health.next = start.after(interval(check, is_young && health.status == HealthStatus::Starting));
        let after = health.status;
        if before != after {
            self.note_container(now, "health_status", id, &[("status", after.name())]);
        }
    }
}

impl Container {
    /// Whether a check is due, and its program has done what it had to do before.
    fn is_probed_at(&self, now: Timestamp) -> bool {
        let Some(health) = self.health.as_ref().filter(|health| health.next <= now) else { return false };
        let has_come_there = |begun: &Begun| begun.is_idle || begun.is_busy || begun.wakes > health.next;
        self.is_running() && !self.is_paused && self.begun.as_ref().is_some_and(has_come_there)
    }
}

/// The program that tells, if there is one.
fn command(check: &Healthcheck) -> Option<Vec<String>> {
    match check.test.split_first() {
        Some((kind, rest)) if kind == "CMD" && !rest.is_empty() => Some(rest.to_vec()),
        Some((kind, rest)) if kind == "CMD-SHELL" => {
            Some(["/bin/sh", "-c"].into_iter().map(str::to_owned).chain([rest.join(" ")]).collect())
        }
        _ => None,
    }
}

fn interval(check: &Healthcheck, is_young: bool) -> Duration {
    let or = |nanos: u64, otherwise| if nanos == 0 { otherwise } else { Duration::from_nanos(nanos) };
    if is_young && check.start_period > 0 {
        or(check.start_interval, START_INTERVAL)
    } else {
        or(check.interval, INTERVAL)
    }
}

fn timeout(check: &Healthcheck) -> Duration {
    if check.timeout == 0 { INTERVAL } else { Duration::from_nanos(check.timeout) }
}
