//! What one learner has: machines, registries by name, the wire between them,
//! and the history of everything, with undo, redo and jumps.

mod snapshot;

pub use snapshot::{
    ContainerView, FileView, ImageView, LayerView, MachineView, RegistryView, RepositoryView, Snapshot, Status, TagView,
};
