//! Names for containers nobody named: an adjective and the surname of
//! somebody who moved computing or the sea on.

const ADJECTIVES: [&str; 32] = [
    "agile", "bold", "brave", "bright", "calm", "clever", "cosmic", "crisp", "eager", "fair", "fond", "gallant",
    "gentle", "happy", "keen", "kind", "lively", "lucid", "merry", "modest", "nimble", "patient", "quick", "quiet",
    "serene", "sharp", "steady", "sunny", "swift", "tidy", "vivid", "witty",
];

const SURNAMES: [&str; 32] = [
    "babbage",
    "beaufort",
    "bell",
    "boole",
    "cerf",
    "cook",
    "curie",
    "dijkstra",
    "drake",
    "engelbart",
    "euler",
    "fermi",
    "gauss",
    "goldberg",
    "hamilton",
    "hopper",
    "kahn",
    "knuth",
    "lamport",
    "leavitt",
    "liskov",
    "lovelace",
    "mercator",
    "morse",
    "noether",
    "perlman",
    "ritchie",
    "shannon",
    "somerville",
    "thompson",
    "turing",
    "wing",
];

/// The name that two random bytes mean.
pub fn name(random: [u8; 2]) -> String {
    let pick = |words: &[&'static str; 32], byte: u8| words[usize::from(byte) % words.len()];
    format!("{}_{}", pick(&ADJECTIVES, random[0]), pick(&SURNAMES, random[1]))
}
