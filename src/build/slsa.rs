//! Provenance in the older form, as `--attest type=provenance,version=v0.2` asks for it: the same facts under
//! other names.
//! <https://slsa.dev/spec/v0.2/provenance>

use serde_json::{Map, Value, json};

/// The predicate's name.
pub(super) const PREDICATE: &str = "https://slsa.dev/provenance/v0.2";
/// The type of a build.
pub(super) const BUILD_TYPE: &str = "https://mobyproject.org/buildkit@v1";
/// Where the builder's own facts stand.
const BUILDKIT_METADATA: &str = "https://mobyproject.org/buildkit@v1#metadata";

/// `predicate`, of the form that came after.
pub(super) fn older(predicate: &Value) -> Value {
    let definition = &predicate["buildDefinition"];
    let (external, internal) = (&definition["externalParameters"], &definition["internalParameters"]);
    let details = &predicate["runDetails"];
    let mut older = Map::new();
    let mut tell = |name: &str, value: &Value| {
        if !value.is_null() {
            older.insert(name.to_owned(), value.clone());
        }
    };
    tell("builder", &details["builder"]);
    tell("buildType", &json!(BUILD_TYPE));
    tell("materials", &definition["resolvedDependencies"]);
    let invocation = json!({
        "configSource": source(&external["configSource"]),
        "parameters": external["request"],
        "environment": { "platform": internal["builderPlatform"] },
    });
    tell("invocation", &invocation);
    tell("buildConfig", &internal["buildConfig"]);
    tell("metadata", &metadata(&details["metadata"]));
    Value::Object(older)
}

/// What was a path is an entry point.
fn source(source: &Value) -> Value {
    let fields = source.as_object().into_iter().flatten();
    fields.map(|(name, value)| (if name == "path" { "entryPoint" } else { name }, value.clone())).collect()
}

fn metadata(metadata: &Value) -> Value {
    let complete = &metadata["buildkit_completeness"];
    json!({
        "buildInvocationID": metadata["invocationId"],
        "buildStartedOn": metadata["startedOn"],
        "buildFinishedOn": metadata["finishedOn"],
        "completeness": {
            "parameters": complete["request"],
            "environment": true,
            "materials": complete["resolvedDependencies"],
        },
        "reproducible": metadata["buildkit_reproducible"] == true,
        BUILDKIT_METADATA: metadata["buildkit_metadata"],
    })
}
