//! The hub's index: which repositories have a word in their name, and what
//! their newest image says of itself.

use http::{Request, StatusCode};
use serde_json::{Value, json};

use super::super::answer::{Body, json_answer};
use super::layout::Layout;
use crate::host::{Host, SendError};
use crate::text::{Case, query_pairs};

/// Where searches are answered.
pub const INDEX_HOST: &str = "index.docker.io";

const PATH: &str = "/v1/search";

/// Results of one answer, as many as Docker Hub gives at most.
const RESULTS: usize = 100;

/// Answers a search; nothing if the request is none.
pub fn search<B>(
    request: &Request<B>,
    layout: &mut Layout,
    host: &mut dyn Host,
) -> Result<Option<http::Response<Body>>, SendError> {
    if request.uri().path() != PATH {
        return Ok(None);
    }
    let query = query_pairs(request.uri().query().unwrap_or_default());
    let asked = |name: &str| query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let term = asked("q").unwrap_or_default().lowercase();
    let limit = asked("n").and_then(|count| count.parse().ok()).unwrap_or(RESULTS).min(RESULTS);
    let mut results: Vec<Value> = Vec::new();
    for repository in layout.repositories() {
        let official = repository.strip_prefix("library/");
        let name = official.unwrap_or(&repository);
        if name.contains(&term) && results.len() < limit {
            results.push(json!({
                "name": name,
                "description": layout.description(&repository, host)?,
                "star_count": 0,
                "is_official": official.is_some(),
                "is_automated": false,
            }));
        }
    }
    let answer = json!({ "num_results": results.len(), "query": term, "results": results });
    Ok(Some(json_answer(StatusCode::OK, &answer)))
}
