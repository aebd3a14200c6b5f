//! What must hold for any bytes, one check a fuzz target. The project's own
//! tests run the same checks over the saved corpus.

use drydock::dockerfile::{self, Expander, Ignore};
use drydock::fs::{self, FsPath, Tree};
use drydock::oci::{ImageConfig, Index, Manifest, Reference, json};

/// What is done with any bytes; it panics if something does not hold.
pub type Check = fn(&[u8]);

/// Every check by the name of its target and its folder in `corpus/`.
pub const CHECKS: &[(&str, Check)] = &[
    ("dockerfile", dockerfile),
    ("expand", expand),
    ("ignore", ignore),
    ("reference", reference),
    ("apply", apply),
    ("documents", documents),
];

/// A Dockerfile is read or refused; what is refused is refused where it stands.
pub fn dockerfile(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let last = u32::try_from(text.lines().count().max(1)).expect("a short text");
    match dockerfile::parse(text) {
        Ok(file) => drop(dockerfile::lint(&file)),
        Err(error) => {
            let lines = error.lines();
            assert!(lines.is_none_or(|lines| lines.first <= lines.last && lines.first <= last), "{error}");
        }
    }
    drop(dockerfile::dump(text));
}

/// A word is resolved or refused; one without a variable, a quote or an escape is itself.
pub fn expand(bytes: &[u8]) {
    let Ok(word) = std::str::from_utf8(bytes) else { return };
    for escape in ['\\', '`'] {
        let lookup = |name: &str| match name {
            "A" => Some("a value".to_owned()),
            "EMPTY" => Some(String::new()),
            "TWICE" => Some("${TWICE}${TWICE}".to_owned()),
            _ => None,
        };
        let expander = Expander { escape, lookup: &lookup };
        // Go's scanner, and so BuildKit, drops a byte order mark.
        let plain = !word.contains(['$', '\'', '"', '\u{feff}', escape]);
        match expander.word(word) {
            Ok(text) => assert!(!plain || text == word),
            Err(error) => assert!(!plain, "{error}"),
        }
        drop(expander.words(word));
    }
}

/// The last line is a path, those before are patterns.
pub fn ignore(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (patterns, path) = text.rsplit_once('\n').unwrap_or((text, "a/b"));
    if let Ok(ignore) = Ignore::parse(patterns) {
        drop(ignore.matches(path));
        ignore.excludes(&FsPath::from(path));
    }
}

/// What a reference is written as reads as the same reference. Its familiar
/// form need not: without `docker.io/` a path may begin like a host.
pub fn reference(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(reference) = text.parse::<Reference>() {
        assert_eq!(reference.to_string().parse(), Ok(reference.clone()));
        drop(reference.familiar().parse::<Reference>());
    }
}

/// Whatever a layer says, the tree stays one: clean paths, and a layer of its own that says the same.
pub fn apply(bytes: &[u8]) {
    drop(fs::apply_literally(bytes));
    let Ok(tree) = fs::apply(&Tree::default(), bytes) else { return };
    for (path, _) in tree.walk() {
        assert!(path.components().all(|name| !matches!(name, "" | "." | "..")), "{path}");
    }
    let layer = fs::layer_tar(&tree, &fs::diff(&Tree::default(), &tree)).expect("all of it has a form");
    let again = fs::apply_literally(&layer).expect("our own layer");
    assert_eq!(tree.walk().count(), again.walk().count());
}

/// A document that is read is written as one that reads the same.
pub fn documents(bytes: &[u8]) {
    if let Ok(manifest) = json::read::<Manifest>(bytes) {
        assert_eq!(json::read::<Manifest>(&manifest.to_bytes()).expect("our own"), manifest);
    }
    if let Ok(index) = json::read::<Index>(bytes) {
        assert_eq!(json::read::<Index>(&index.to_bytes()).expect("our own"), index);
    }
    if let Ok(config) = json::read::<ImageConfig>(bytes) {
        assert_eq!(json::read::<ImageConfig>(&config.to_bytes()).expect("our own"), config);
    }
}
