//! The networks of one machine: who is on which, under what names and
//! addresses, and which ports of the machine lead to whom.
//! <https://docs.docker.com/engine/network/>

use std::collections::BTreeMap;

use super::settings::{Attachment, Published};
use super::{Container, Engine};
use crate::host::Host;
use crate::oci::Timestamp;
use crate::runtime::Refusal;

/// The network that everybody is on who says nothing.
pub const BRIDGE: &str = "bridge";
/// The network of the machine itself.
pub const HOST: &str = "host";
/// No network.
pub const NONE: &str = "none";
/// When every machine was set up: a working day's morning, in UTC.
pub const SET_UP: Timestamp = Timestamp::from_seconds(1_767_603_600);
/// Where docker looks for a port of the machine that is free.
const EPHEMERAL: std::ops::Range<u16> = 32_768..60_999;

/// A network that somebody made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// 64 hex digits.
    pub id: String,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created: Timestamp,
    /// What addresses on it begin with; they end with a number from 2 on.
    pub subnet: [u8; 2],
    /// Whether nothing leads out of it; here nothing leads out of any.
    pub internal: bool,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
}

/// Why a network cannot be made, changed or removed; docker's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// No network has this name or id.
    #[error("network {name} not found")]
    NotFound {
        /// As typed.
        name: String,
    },
    /// The name is taken.
    #[error("network with name {name} already exists")]
    Exists {
        /// The name.
        name: String,
    },
    /// It is one of docker's own.
    #[error("{name} is a pre-defined network and cannot be removed")]
    Predefined {
        /// The name.
        name: String,
    },
    /// Its name is one of docker's own.
    #[error("operation is not permitted on predefined {name} network ")]
    Reserved {
        /// The name.
        name: String,
    },
    /// Containers are on it.
    #[error("error while removing network: network {name} has active endpoints (name:{container:?} id:{endpoint:?})")]
    Active {
        /// The network.
        name: String,
        /// One of them.
        container: String,
        /// The first digits of the id of its place there.
        endpoint: String,
    },
    /// The container is on it already.
    #[error("endpoint with name {container} already exists in network {network}")]
    Connected {
        /// The container's name.
        container: String,
        /// The network's.
        network: String,
    },
    /// The container is not on it.
    #[error("container {container} is not connected to network {network}")]
    NotConnected {
        /// The container's id.
        container: String,
        /// The network's name.
        network: String,
    },
    /// Too many.
    #[error(
        "could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network"
    )]
    Full,
}

impl Engine {
    /// Makes a network; its id.
    pub fn create_network(
        &mut self,
        name: &str,
        internal: bool,
        labels: BTreeMap<String, String>,
        host: &mut dyn Host,
    ) -> Result<String, NetworkError> {
        if [BRIDGE, HOST, NONE].contains(&name) {
            return Err(NetworkError::Reserved { name: name.to_owned() });
        }
        if self.networks.contains_key(name) {
            return Err(NetworkError::Exists { name: name.to_owned() });
        }
        let taken = |number: &u8| self.networks.values().any(|network| network.subnet[1] == *number);
        let free = (18..=31).find(|number| !taken(number)).ok_or(NetworkError::Full)?;
        let mut id = [0; 32];
        host.random(&mut id);
        let (id, created) = (hex::encode(id), host.now());
        let network = Network { id: id.clone(), name: name.to_owned(), created, subnet: [172, free], internal, labels };
        self.networks.insert(name.to_owned(), network);
        self.note(
            created,
            "network",
            "create",
            &id,
            vec![("name".into(), name.into()), ("type".into(), BRIDGE.into())],
        );
        Ok(id)
    }

    /// The network that `typed` means: docker's own ones by name, others by name or by the first digits of their id.
    pub fn find_network(&self, typed: &str) -> Result<Network, NetworkError> {
        let all = self.list_networks();
        let by_name = all.iter().find(|network| network.name == typed);
        let mut by_id = all.iter().filter(|network| !typed.is_empty() && network.id.starts_with(typed));
        let found = by_name.or_else(|| by_id.next().filter(|_| by_id.next().is_none()));
        found.cloned().ok_or_else(|| NetworkError::NotFound { name: typed.to_owned() })
    }

    /// All networks, by name.
    pub fn list_networks(&self) -> Vec<Network> {
        let own = [BRIDGE, HOST, NONE].map(|name| (name.to_owned(), predefined(name)));
        let mut all: BTreeMap<String, Network> = self.networks.clone();
        all.extend(own);
        all.into_values().collect()
    }

    /// Removes a network that nobody is on; its name.
    pub fn remove_network(&mut self, typed: &str, now: Timestamp) -> Result<String, NetworkError> {
        let Network { name, id, .. } = self.find_network(typed)?;
        if [BRIDGE, HOST, NONE].contains(&name.as_str()) {
            return Err(NetworkError::Predefined { name });
        }
        let member = self.members(&name).next().map(|member| (member.name.clone(), member.id[..12].to_owned()));
        if let Some((container, endpoint)) = member {
            return Err(NetworkError::Active { name, container, endpoint });
        }
        self.networks.remove(&name);
        self.note(now, "network", "destroy", &id, vec![("name".into(), name.clone()), ("type".into(), BRIDGE.into())]);
        Ok(name)
    }

    /// The containers that run and are on a network.
    pub fn members(&self, network: &str) -> impl Iterator<Item = &Container> {
        let is_on = move |container: &&Container| container.networks().any(|joined| joined.network == network);
        self.containers.values().map(|container| &**container).filter(|container| container.is_running()).filter(is_on)
    }

    /// Puts a container on one more network.
    pub fn connect(&mut self, typed: &str, id: &str, aliases: Vec<String>, now: Timestamp) -> Result<(), NetworkError> {
        let network = self.find_network(typed)?;
        let address = self.free_address(&network);
        let Some(container) = self.container_mut(id) else { return Ok(()) };
        if container.networks().any(|joined| joined.network == network.name) {
            return Err(NetworkError::Connected { container: container.name.clone(), network: network.name });
        }
        let address = container.is_running().then_some(address).flatten();
        container.settings.networks.push(Attachment { network: network.name.clone(), aliases, address });
        self.note_network(now, "connect", &network, id);
        Ok(())
    }

    /// Takes a container off a network.
    pub fn disconnect(&mut self, typed: &str, id: &str, now: Timestamp) -> Result<(), NetworkError> {
        let network = self.find_network(typed)?;
        let Some(container) = self.container_mut(id) else { return Ok(()) };
        let before = container.settings.networks.len();
        container.settings.networks.retain(|joined| joined.network != network.name);
        if container.settings.networks.len() == before {
            return Err(NetworkError::NotConnected { container: id.to_owned(), network: network.name });
        }
        self.note_network(now, "disconnect", &network, id);
        Ok(())
    }

    /// The ports of the machine that lead to a container, while it runs.
    pub fn open_ports(&self, id: &str) -> &[Published] {
        self.containers.get(id).map_or(&[], |container| container.open_ports.as_slice())
    }

    /// Who a port of the machine leads to, and to which of their ports.
    pub fn published_at(&self, port: u16) -> Option<(String, u16)> {
        self.containers.values().filter(|container| container.is_running()).find_map(|container| {
            let open = container.open_ports.iter().find(|open| open.host == Some(port));
            let on_host = container.networks().any(|joined| joined.network == HOST);
            let inner = open.map(|open| open.container).or_else(|| on_host.then_some(port))?;
            Some((container.id.clone(), inner))
        })
    }

    /// Gives a container that begins its addresses and the machine's ports.
    pub(super) fn join_networks(&mut self, id: &str) -> Result<(), String> {
        let Some(container) = self.containers.get(id) else { return Ok(()) };
        let (settings, short) = (container.settings.clone(), container.id.clone());
        let mut joined = Vec::new();
        for attachment in &settings.networks {
            let network = self.find_network(&attachment.network).map_err(|error| error.to_string())?;
            joined.push(Attachment { address: self.free_address(&network), ..attachment.clone() });
        }
        let all = settings.exposed.iter().filter(|_| settings.publish_all).map(|port| Published {
            container: *port,
            host: None,
            address: String::new(),
        });
        let mut open: Vec<Published> = Vec::new();
        for wanted in settings.published.iter().cloned().chain(all) {
            let taken =
                |port: u16| self.published_at(port).is_some() || open.iter().any(|other| other.host == Some(port));
            let port = match wanted.host.filter(|port| *port != 0) {
                Some(port) if taken(port) => {
                    let address = if wanted.address.is_empty() { "0.0.0.0" } else { &wanted.address };
                    let name = &container.name;
                    return Err(format!(
                        "driver failed programming external connectivity on endpoint {name} ({short}): \
                         Bind for {address}:{port} failed: port is already allocated"
                    ));
                }
                Some(port) => port,
                None => EPHEMERAL.clone().find(|port| !taken(*port)).ok_or("all ports are allocated")?,
            };
            open.push(Published { host: Some(port), ..wanted });
        }
        if let Some(container) = self.container_mut(id) {
            container.settings.networks = joined;
            container.open_ports = open;
        }
        Ok(())
    }

    pub(super) fn leave_networks(&mut self, id: &str) {
        if let Some(container) = self.container_mut(id) {
            container.open_ports.clear();
            for joined in &mut container.settings.networks {
                joined.address = None;
            }
        }
    }

    /// Who a container means by a host and a port.
    pub(super) fn reach(&self, id: &str, host: &str, port: u16) -> Result<(String, u16), Refusal> {
        let caller = self.containers.get(id).ok_or(Refusal::Unreachable)?;
        if caller.hostname() == host {
            return Ok((id.to_owned(), port));
        }
        let running = || self.containers.values().filter(|container| container.is_running());
        if let Some(address) = address(host) {
            let gateway = caller.networks().any(|joined| self.gateway(&joined.network) == Some(address));
            if gateway {
                return self.published_at(port).ok_or(Refusal::Nobody);
            }
            let has = |container: &&std::sync::Arc<Container>| {
                container.networks().any(|joined| joined.address == Some(address) && caller.is_on(&joined.network))
            };
            return running().find(has).map(|found| (found.id.clone(), port)).ok_or(Refusal::Unreachable);
        }
        // Only networks that somebody made know names.
        let named = caller.networks().filter(|joined| joined.network != BRIDGE).find_map(|joined| {
            running().find(|other| {
                other.networks().any(|theirs| theirs.network == joined.network && other.is_called(host, theirs))
            })
        });
        named.map(|found| (found.id.clone(), port)).ok_or(Refusal::Unknown)
    }

    /// The address of a container on the first of its networks.
    pub(super) fn address_of(&self, id: &str) -> String {
        let address =
            self.containers.get(id).and_then(|container| container.networks().find_map(|joined| joined.address));
        shown(address.unwrap_or([127, 0, 0, 1]))
    }

    /// The address of the machine on a network.
    pub fn gateway(&self, network: &str) -> Option<[u8; 4]> {
        let [one, two] = self.find_network(network).ok().filter(|_| ![HOST, NONE].contains(&network))?.subnet;
        Some([one, two, 0, 1])
    }

    fn free_address(&self, network: &Network) -> Option<[u8; 4]> {
        if [HOST, NONE].contains(&network.name.as_str()) {
            return None;
        }
        let [one, two] = network.subnet;
        let taken = |address: [u8; 4]| {
            self.containers.values().any(|other| other.networks().any(|joined| joined.address == Some(address)))
        };
        (2..=u8::MAX).map(|last| [one, two, 0, last]).find(|address| !taken(*address))
    }

    fn note_network(&mut self, now: Timestamp, action: &'static str, network: &Network, container: &str) {
        let attributes = [("container", container), ("name", &network.name), ("type", BRIDGE)];
        let attributes = attributes.map(|(key, value)| (key.to_owned(), value.to_owned()));
        self.note(now, "network", action, &network.id, attributes.to_vec());
    }
}

impl Container {
    /// The networks it is on.
    pub fn networks(&self) -> impl Iterator<Item = &Attachment> {
        self.settings.networks.iter()
    }

    fn is_on(&self, network: &str) -> bool {
        self.networks().any(|joined| joined.network == network)
    }

    /// Whether it can reach others.
    pub(super) fn is_networked(&self) -> bool {
        !self.networks().all(|joined| joined.network == NONE)
    }

    /// Its own name of itself.
    pub fn hostname(&self) -> &str {
        if self.settings.hostname.is_empty() { &self.id[..12] } else { &self.settings.hostname }
    }

    fn is_called(&self, host: &str, on: &Attachment) -> bool {
        self.name == host
            || self.id[..12] == *host
            || self.hostname() == host
            || on.aliases.iter().any(|alias| alias == host)
    }
}

/// An address as it is written.
pub fn shown(address: [u8; 4]) -> String {
    address.map(|part| part.to_string()).join(".")
}

/// Four numbers with points between them.
fn address(text: &str) -> Option<[u8; 4]> {
    let parts: Vec<u8> = text.split('.').map(str::parse).collect::<Result<_, _>>().ok()?;
    parts.try_into().ok()
}

/// One of docker's own, which each machine has from the beginning.
fn predefined(name: &str) -> Network {
    let id = crate::oci::Digest::of(name.as_bytes()).to_string().replace("sha256:", "");
    Network { id, name: name.to_owned(), created: SET_UP, subnet: [172, 17], internal: false, labels: BTreeMap::new() }
}
