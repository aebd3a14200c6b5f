//! What a build prints while it runs.

use super::super::progress::Tty;
use super::*;

const PLAIN: &str = "\
#0 building with \"default\" instance using docker driver

#1 [internal] load build definition from Dockerfile
#1 transferring dockerfile: 124B done
#1 DONE 0.0s

#2 [internal] load metadata for docker.io/library/mlserve:1
#2 DONE 0.1s

#3 [internal] load .dockerignore
#3 transferring context: 2B done
#3 DONE 0.0s

#4 [internal] load build context
#4 transferring context: 280B done
#4 DONE 0.0s

#5 [1/4] FROM docker.io/library/mlserve:1@sha256:acb55f2ede396a7ab6cea4df1b59c7617df56c406808888947729039217d9b90
#5 resolve docker.io/library/mlserve:1@sha256:acb55f2ede396a7ab6cea4df1b59c7617df56c406808888947729039217d9b90 0.0s done
#5 DONE 0.0s

#6 [2/4] WORKDIR /app
#6 DONE 0.0s

#7 [3/4] COPY model.bin sample.json ./
#7 DONE 0.0s

#8 [4/4] COPY . .
#8 DONE 0.0s

#9 exporting to image
#9 exporting layers 0.0s done
#9 exporting manifest sha256:29afbee649c7bb22ea7c1f08a2023a95f7d9619b24b88c2897fa87a2605bc304 done
#9 exporting config sha256:913566f52fc3c82aa93f03c919bc7e65e8d647b1c39434ff429efdd82e49882c done
#9 naming to docker.io/library/mlmodel:1.0 done
#9 unpacking to docker.io/library/mlmodel:1.0 0.0s done
#9 DONE 0.1s
";

const TTY: &str = "\
[+] Building 0.3s (9/9) FINISHED                                 docker:default
 => [internal] load build definition from Dockerfile                       0.0s
 => => transferring dockerfile: 124B                                       0.0s
 => [internal] load metadata for docker.io/library/mlserve:1               0.1s
 => [internal] load .dockerignore                                          0.0s
 => => transferring context: 2B                                            0.0s
 => [internal] load build context                                          0.0s
 => => transferring context: 280B                                          0.0s
 => [1/4] FROM docker.io/library/mlserve:1@sha256:acb55f2ede396a7ab6cea4d  0.0s
 => => resolve docker.io/library/mlserve:1@sha256:acb55f2ede396a7ab6cea4d  0.0s
 => [2/4] WORKDIR /app                                                     0.0s
 => [3/4] COPY model.bin sample.json ./                                    0.0s
 => [4/4] COPY . .                                                         0.0s
 => exporting to image                                                     0.1s
 => => exporting layers                                                    0.0s
 => => exporting manifest sha256:29afbee649c7bb22ea7c1f08a2023a95f7d9619b  0.0s
 => => exporting config sha256:913566f52fc3c82aa93f03c919bc7e65e8d647b1c3  0.0s
 => => naming to docker.io/library/mlmodel:1.0                             0.0s
 => => unpacking to docker.io/library/mlmodel:1.0                          0.0s
";

fn check_plain(outcome: &Outcome, expected: &str) {
    let found = outcome.plain();
    assert_eq!(found, expected, "\n{found}");
}

#[test]
fn a_build_is_shown_step_by_step() {
    let outcome = Desk::lesson().build();
    check_plain(&outcome, PLAIN);
}

#[test]
fn a_terminal_sees_the_same_steps_in_place() {
    let found = in_place(&Desk::lesson().build());
    assert_eq!(found, TTY, "\n{found}");
}

#[test]
fn a_terminal_has_remarks_below_the_step_they_are_about() {
    let mut desk = Desk::lesson();
    desk.write("Dockerfile", "FROM mlserve:1 as a\nCMD serve\n");
    let found = in_place(&desk.build());
    let beginnings: Vec<&str> = found.lines().skip(1).take(5).map(|line| &line[..27]).collect();
    let expected = [
        " => [internal] load build de",
        " => => transferring dockerfi",
        " => WARN: FromAsCasing: 'as'",
        " => WARN: JSONArgsRecommende",
        " => [internal] load metadata",
    ];
    assert_eq!(beginnings, expected.map(|line| &line[..27]), "\n{found}");
    assert!(found.contains("naming to"), "\n{found}");
}

/// What a terminal shows in the end.
fn in_place(outcome: &Outcome) -> String {
    let mut tty = Tty::default();
    let mut shown: Vec<(Option<String>, String)> = Vec::new();
    let mut updates: Vec<Output> = outcome.events.iter().flat_map(|event| tty.event(event)).collect();
    updates.extend(tty.finish(None));
    for update in updates {
        let line = update.line.text();
        match shown.iter_mut().find(|(slot, _)| slot.is_some() && *slot == update.slot) {
            Some((_, old)) => *old = line,
            None => shown.push((update.slot, line)),
        }
    }
    shown.iter().map(|(_, line)| line.clone() + "\n").collect()
}

#[test]
fn a_base_that_had_to_be_fetched_is_shown_layer_by_layer() {
    let mut desk = Desk::new("FROM mlserve:1\n");
    desk.fetches = true;
    let found = desk.build().plain();
    let layer = base(&"mlserve:1".parse().expect("a name"), desk.base).expect("known").manifest.layers.remove(0);
    let (digest, size) = (layer.digest, layer.size);
    let lines = format!("#4 {digest} {size}B / {size}B 0.0s done\n#4 extracting {digest} 0.0s done\n#4 DONE 0.1s\n");
    assert!(found.contains(&lines), "{found}");
}

#[test]
fn a_cached_step_says_so() {
    let mut desk = Desk::lesson();
    desk.rebuild();
    let found = desk.build().plain();
    assert!(found.contains("#6 [2/4] WORKDIR /app\n#6 CACHED\n"), "{found}");
    assert!(found.contains("#9 exporting layers done\n"), "{found}");
}

#[test]
fn only_what_a_copy_names_travels() {
    let travelled = |copy: &str| {
        let mut desk = Desk::lesson();
        desk.write("Dockerfile", &format!("FROM scratch\n{copy}\n"));
        let found = desk.build().plain();
        let line = found.lines().find(|line| line.starts_with("#3 transferring context: ")).expect("shown").to_owned();
        line.trim_start_matches("#3 transferring context: ").trim_end_matches("B done").parse::<u64>().expect("bytes")
    };
    assert!(travelled("COPY model.bin /") < travelled("COPY model.bin src /"));
    assert!(travelled("COPY model.bin src /") < travelled("COPY . /"));
    assert_eq!(travelled("COPY *.none /"), 2);
}
