//! What a COPY does, as `BuildKit`'s LLB has it.
//! <https://github.com/moby/buildkit/blob/v0.32.2/solver/pb/ops.proto>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::Copy;
use super::source::Source;

impl Copy {
    /// One action a source, in the order they are done.
    pub(in crate::build) fn actions(&self) -> Vec<Value> {
        self.sources.iter().map(|source| self.action(source)).collect()
    }

    fn action(&self, source: &Source) -> Value {
        let destination = if self.into_directory && self.destination.as_str() != "/" {
            format!("{}/", self.destination)
        } else {
            self.destination.to_string()
        };
        let from = match source {
            Source::Inline { name, text } => {
                let data = STANDARD.encode(text);
                let path = if self.into_directory { format!("{destination}{name}") } else { destination };
                return json!({ "mkfile": { "path": path, "mode": 0o644, "data": data, "timestamp": -1 } });
            }
            Source::Path(path) => path.to_string(),
            Source::Pattern { written, .. } => format!("/{}", written.trim_start_matches('/')),
            Source::Parents { base, .. } => base.to_string(),
            Source::Address { address, .. } => address.clone(),
        };
        let mut copy = Map::new();
        copy.insert("src".into(), json!(from));
        copy.insert("dest".into(), json!(destination));
        copy.insert("mode".into(), json!(-1));
        for flag in ["followSymlink", "dirCopyContents"] {
            copy.insert(flag.into(), json!(true));
        }
        if self.unpack {
            copy.insert("attemptUnpackDockerCompatibility".into(), json!(true));
        }
        for flag in ["createDestPath", "allowWildcard", "allowEmptyWildcard"] {
            copy.insert(flag.into(), json!(true));
        }
        copy.insert("timestamp".into(), json!(-1));
        if !self.excluded.is_empty() {
            copy.insert("exclude_patterns".into(), json!(self.excluded));
        }
        json!({ "copy": copy })
    }
}
