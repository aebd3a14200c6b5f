//! Names of images, taken apart and made whole: what has neither tag nor
//! digest means `latest`.

use serde::Deserialize;
use serde_json::json;

use super::answer_lines;
use crate::native::NativeError;
use crate::oci::Reference;

#[derive(Deserialize)]
struct Question {
    input: String,
}

pub(super) fn run(words: &[String]) -> Result<i32, NativeError> {
    answer_lines("reference", words, |Question { input }| {
        let reference = input.parse::<Reference>().map_err(|error| error.to_string())?.tagged();
        Ok(json!({
            "domain": reference.domain,
            "path": reference.path,
            "tag": reference.tag,
            "digest": reference.digest,
            "familiar": reference.familiar(),
            "canonical": reference.to_string(),
        }))
    })
}
