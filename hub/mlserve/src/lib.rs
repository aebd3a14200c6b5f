//! What the programs of the `mlserve` images have in common: a model, a
//! sample, and the JSON that both come in.

pub mod json;
pub mod model;
pub mod sample;

/// The bytes of a file; the error says which cannot be read, and why.
pub fn read(path: &str) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => format!("{path}: no such file"),
        std::io::ErrorKind::IsADirectory => format!("{path}: is a directory"),
        _ => format!("{path}: {error}"),
    })
}

/// Classes with their probabilities, likeliest first; the lower class wins a tie.
pub fn ranking(probabilities: &[f32]) -> Vec<(usize, f32)> {
    let mut ranking: Vec<(usize, f32)> = probabilities.iter().copied().enumerate().collect();
    ranking.sort_by(|left, right| right.1.total_cmp(&left.1));
    ranking
}
