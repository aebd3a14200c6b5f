//! `docker manifest annotate`: where an image of a list runs, if its own
//! configuration does not say it, or not all of it.

use super::{kept, name};
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};

/// The command.
pub const VERB: Verb = Verb {
    paths: &["manifest annotate"],
    usage: "[OPTIONS] MANIFEST_LIST MANIFEST",
    about: "Add additional information to a local image manifest",
    arguments: Arguments::Exactly(2),
    flags: &[
        Flag::value("arch", None, "Set architecture"),
        Flag::value("os", None, "Set operating system"),
        Flag::values("os-features", None, "Set operating system feature").of("strings"),
        Flag::value("os-version", None, "Set operating system version"),
        Flag::value("variant", None, "Set architecture variant"),
    ],
    run,
};

/// What docker lets run where. Its list is older than WASI.
/// <https://github.com/docker/cli/blob/v28.5.2/cli/command/manifest/util.go>
const KNOWN: [(&str, &[&str]); 9] = [
    ("darwin", &["386", "amd64", "arm", "arm64"]),
    ("dragonfly", &["amd64"]),
    ("freebsd", &["386", "amd64", "arm"]),
    ("linux", &["386", "amd64", "arm", "arm64", "mips64", "mips64le", "ppc64le", "riscv64", "s390x"]),
    ("netbsd", &["386", "amd64", "arm"]),
    ("openbsd", &["386", "amd64", "arm"]),
    ("plan9", &["386", "amd64"]),
    ("solaris", &["amd64"]),
    ("windows", &["386", "amd64"]),
];

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let [typed_list, typed_image] = &parsed.arguments[..] else { return Ok(Flow::Done(0)) };
    let wrong = |what: &str, typed: &str, error| {
        Failure::new(format!("annotate: error parsing name for {what} {typed}: {error}"))
    };
    let list = name(typed_list).map_err(|error| wrong("manifest list", typed_list, error))?;
    let image = name(typed_image).map_err(|error| wrong("manifest", typed_image, error))?;
    let absent = || Failure::new(format!("manifest for image {typed_image} does not exist in {typed_list}"));
    let mut found = kept::get(desk.machine, &list, &image)?.ok_or_else(absent)?;
    let target = found.described.platform.get_or_insert_default();
    let given = |flag: &str| parsed.value(flag).filter(|value| !value.is_empty()).map(str::to_owned);
    let (os, architecture) = (given("os"), given("arch"));
    target.os = os.clone().unwrap_or_else(|| target.os.clone());
    target.architecture = architecture.clone().unwrap_or_else(|| target.architecture.clone());
    target.variant = given("variant").unwrap_or_else(|| target.variant.clone());
    target.version = given("os-version").unwrap_or_else(|| target.version.clone());
    for feature in parsed.values("os-features").iter().flat_map(|list| list.split(',')) {
        if !target.features.iter().any(|known| known == feature) {
            target.features.push(feature.to_owned());
        }
    }
    if !KNOWN.iter().any(|(os, known)| *os == target.os && known.contains(&target.architecture.as_str())) {
        let (os, architecture) = (os.unwrap_or_default(), architecture.unwrap_or_default());
        let hint = "Docker's command line annotates only what its own list of systems has. `docker buildx imagetools \
                    create` takes the platform of each image as it is.";
        let wrong = format!("manifest entry for image has unsupported os/arch combination: {os}/{architecture}");
        return Err(Failure::new(wrong).hint(hint));
    }
    kept::put(&found, &list, desk)?;
    Ok(Flow::Done(0))
}
