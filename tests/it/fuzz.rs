//! The checks of the fuzz targets over the inputs that are kept.

use crate::source::root;

#[path = "../../fuzz/checks.rs"]
mod checks;

#[test]
fn every_check_holds_for_every_input_that_is_kept() {
    for (name, check) in checks::CHECKS {
        let folder = root().join("fuzz/corpus").join(name);
        let inputs: Vec<_> = std::fs::read_dir(&folder).expect(name).map(|entry| entry.expect(name).path()).collect();
        assert!(inputs.len() > 2, "{name} has no corpus");
        for input in inputs {
            check(&std::fs::read(&input).expect("readable"));
        }
    }
}
