//! What one learner has: machines, registries by name, the wire between them,
//! and the history of everything, with undo, redo and jumps.

mod difference;
mod heard;
mod history;
mod keys;
mod machine;
mod registry_view;
mod snapshot;
mod state;
mod variables;
mod view;
mod ways;
mod world;

pub use difference::{Holding, NameDifference, PlaceDifference};
pub use heard::{Ear, Heard};
pub use history::{Branch, History, HistoryError, Input, Operation};
pub use keys::{Keyed, Keys};
pub use machine::Machine;
pub(crate) use registry_view::{described, registry_view};
pub use snapshot::{
    AccessView, AccountView, ContainerView, FaultView, FileView, GarbageView, ImageView, LayerView, LinkView,
    MachineView, RegistryView, RepositoryView, RuleView, SchemeView, Snapshot, Status, TagRuleView, TagView,
};
pub use state::{LabSpec, ProjectFile, State};
pub use variables::Variables;
pub(crate) use view::file_view;
pub use ways::{Real, WayError, Ways};
pub use world::{AddError, Wire, World};
