//! A lab whose registry is a real one: what is pushed at its prompt is there
//! for everybody, and comes back.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use super::LINUX;
use crate::program::{drydock, folder, run};
use crate::server::Server;

/// Docker's own registry, ended with its test.
struct DockerRegistry {
    child: Child,
    address: SocketAddr,
}

impl DockerRegistry {
    fn start() -> Self {
        let folder = folder("shell-docker-registry");
        let address = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a free port");
        let config = folder.join("config.yml");
        let text = format!(
            "version: 0.1\nlog:\n  level: error\n  accesslog:\n    disabled: true\nstorage:\n  filesystem:\n    rootdirectory: {}\nhttp:\n  addr: {address}\n",
            folder.join("store").display()
        );
        std::fs::write(&config, text).expect("writable");
        let mut command = Command::new("docker-registry");
        let child = command.arg("serve").arg(&config).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let server = Self { child: child.expect("docker-registry is installed"), address };
        while TcpStream::connect(address).is_err() {
            std::thread::yield_now();
        }
        server
    }
}

impl Drop for DockerRegistry {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Pushes at the prompt, reads with skopeo, pulls on the lab's other machine and runs it there.
fn there_and_back(address: SocketAddr) {
    let bound = format!("localhost:5000=http://{address}");
    let lines = [
        "docker tag mlmodel:1.0 localhost:5000/team/mlmodel:1.0",
        "docker push localhost:5000/team/mlmodel:1.0",
        "docker push localhost:5000/team/mlmodel:1.0",
        "ssh prod",
        "docker pull localhost:5000/team/mlmodel:1.0",
        "docker run --rm localhost:5000/team/mlmodel:1.0",
    ];
    let mut words = vec!["shell", "--registry", &bound, "--steps", "1"];
    words.extend(lines.iter().flat_map(|line| ["-c", line]));
    let said = String::from_utf8(drydock(&words)).expect("text");
    let pushed = said.lines().find_map(|line| line.strip_prefix("1.0: digest: ")).expect("it was pushed");
    let digest = pushed.split(' ').next().expect("a digest");
    assert!(said.contains("Layer already exists"), "the second push sends nothing:\n{said}");
    assert!(said.contains(&format!("Digest: {digest}\n")), "it comes back:\n{said}");
    assert!(said.contains("prediction"), "it runs:\n{said}");
    let place = format!("docker://{address}/team/mlmodel:1.0");
    let raw = run("skopeo", &[LINUX[0], "inspect", "--raw", "--tls-verify=false", &place]);
    assert_eq!(drydock::oci::Digest::of(&raw).to_string(), digest);
}

#[test]
fn a_push_at_the_prompt_lands_in_a_registry_we_serve() {
    there_and_back(Server::start(&["--log", "none"]).address);
}

#[test]
fn a_push_at_the_prompt_lands_in_dockers_own_registry() {
    there_and_back(DockerRegistry::start().address);
}
