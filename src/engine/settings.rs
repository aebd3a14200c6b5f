//! What docker's flags say of a container beside the program that it runs.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::fs::FsPath;
use crate::oci::{Healthcheck, Timestamp};

/// What a container was made with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of docker's")]
pub struct Settings {
    /// Its own name of itself; the first digits of its id if it is empty.
    pub hostname: String,
    /// `user[:group]`; root if it is empty.
    pub user: String,
    /// Its labels, those of the image included.
    pub labels: BTreeMap<String, String>,
    /// Whether its standard input stays open.
    pub fed: bool,
    /// Whether its streams are a terminal.
    pub tty: bool,
    /// Whether it is removed when its program ends.
    pub remove: bool,
    /// Whether its first process is one that only looks after others.
    pub init: bool,
    /// Whether its own files cannot be changed.
    pub read_only: bool,
    /// The most memory it may have, in bytes; 0 for what every container may have.
    pub memory_bytes: u64,
    /// Thousand millionths of a processor, modelled; 0 for no bound.
    pub nano_cpus: u64,
    /// What happens when its program ends.
    pub restart: Restart,
    /// What `docker stop` sends first; `SIGTERM` if it is empty.
    pub stop_signal: String,
    /// How long `docker stop` waits, in seconds; less than nothing is for ever.
    pub stop_seconds: Option<i64>,
    /// How it says that it is well.
    pub health: Option<Healthcheck>,
    /// TCP ports that its programs find open.
    pub exposed: BTreeSet<u16>,
    /// Ports of the machine that lead to it.
    pub published: Vec<Published>,
    /// Whether each exposed port is published.
    pub publish_all: bool,
    /// What is mounted among its files.
    pub mounts: Vec<Mount>,
    /// Its networks, the first of them as `--network` says.
    pub networks: Vec<Attachment>,
}

/// When a container is started again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Restart {
    /// Never.
    #[default]
    No,
    /// When its program ended with a code that is not 0; so many times (0: as often as it takes).
    OnFailure(u32),
    /// Whenever its program ends.
    Always,
    /// Whenever its program ends; but not once it was stopped and the daemon begins anew.
    UnlessStopped,
}

/// A port of the machine that leads to one of a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The container's.
    pub container: u16,
    /// The machine's; one that is free if it is not said.
    pub host: Option<u16>,
    /// The address it is open on; all of them if it is empty.
    pub address: String,
}

/// A part of a container's files that is not its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// Where in the container.
    pub target: FsPath,
    /// What is there.
    pub source: Source,
    /// Whether it cannot be changed from there.
    pub read_only: bool,
}

/// Where what is mounted comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A volume.
    Volume(String),
    /// A file or folder of the machine.
    Bind(FsPath),
    /// Memory: it is empty at first, and gone in the end.
    Memory {
        /// The permissions of its folder.
        mode: u32,
        /// Whose folder it is.
        uid: u32,
        /// The group of the same.
        gid: u32,
        /// How much it holds, in bytes; 0 for as much as the container may write.
        size_bytes: u64,
    },
}

/// That a container is on a network.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attachment {
    /// The network's name.
    pub network: String,
    /// More names of the container on it.
    pub aliases: Vec<String>,
    /// Its address there, while it runs.
    pub address: Option<[u8; 4]>,
}

impl Restart {
    /// As docker's flag writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::OnFailure(_) => "on-failure",
            Self::Always => "always",
            Self::UnlessStopped => "unless-stopped",
        }
    }

    /// Whether a program that ended is begun again.
    pub fn applies(self, code: i32, times: u32, by_hand: bool) -> bool {
        match self {
            Self::No => false,
            _ if by_hand => false,
            Self::OnFailure(most) => code != 0 && (most == 0 || times < most),
            Self::Always | Self::UnlessStopped => true,
        }
    }
}

/// The least and the most that docker waits before it starts a container again, and how long it must
/// have run to be given the least again.
/// <https://github.com/moby/moby/blob/docker-v29.0.0/daemon/internal/restartmanager/restartmanager.go>
const LEAST: Duration = Duration::from_millis(100);
const MOST: Duration = Duration::from_mins(1);
const LONG: Duration = Duration::from_secs(10);

/// How long docker waits before it starts a container again that ran so long, `before` what it waited the last time.
pub fn backoff(before: Duration, began: Timestamp, ended: Timestamp) -> Duration {
    if before.is_zero() || ended.since(began) >= LONG { LEAST } else { (before * 2).min(MOST) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_until_a_minute_and_begins_anew_after_a_long_run() {
        let at = Timestamp::from_seconds;
        let mut waited = Duration::ZERO;
        let waits: Vec<u128> = (0..12)
            .map(|_| {
                waited = backoff(waited, at(0), at(1));
                waited.as_millis()
            })
            .collect();
        assert_eq!(waits[..4], [100, 200, 400, 800]);
        assert_eq!(waits[11], 60_000);
        assert_eq!(backoff(waited, at(0), at(10)).as_millis(), 100);
    }

    #[test]
    fn a_policy_asks_for_the_code_the_count_and_who_ended_it() {
        assert!(!Restart::No.applies(1, 0, false));
        assert!(Restart::OnFailure(2).applies(1, 1, false) && !Restart::OnFailure(2).applies(1, 2, false));
        assert!(Restart::OnFailure(0).applies(1, 99, false) && !Restart::OnFailure(0).applies(0, 0, false));
        assert!(Restart::Always.applies(0, 5, false) && !Restart::Always.applies(0, 5, true));
    }
}
