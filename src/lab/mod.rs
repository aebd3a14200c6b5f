//! What one learner has: machines, registries by name, the wire between them,
//! and the history of everything, with undo, redo and jumps.

mod history;
mod machine;
mod snapshot;
mod state;
mod view;
mod world;

pub use history::{History, HistoryError, Input, Operation};
pub use machine::Machine;
pub use snapshot::{
    ContainerView, FileView, ImageView, LayerView, MachineView, RegistryView, RepositoryView, Snapshot, Status, TagView,
};
pub use state::{LabSpec, ProjectFile, State};
pub(crate) use view::file_view;
pub use world::{Wire, World};
