//! A line that waits for an answer over the network, while the containers of
//! its machine go on.

use std::time::Duration;

use super::{Execution, Going, INTERRUPTED};
use crate::cli::{Calling, Flow};
use crate::host::Host;
use crate::runtime::Processes;
use crate::session::Tells;

impl Execution {
    pub(super) fn step_call(
        &mut self,
        calling: Box<Calling>,
        outside: &mut dyn Host,
        processes: &mut dyn Processes,
        tells: Tells<'_>,
    ) {
        self.pieces += 1;
        self.passed = Duration::ZERO;
        let calling = match self.at_desk(outside, processes, tells, |desk| calling.step(desk)) {
            Ok(Flow::Calling(calling)) => calling,
            flow => return self.take_flow(flow, tells),
        };
        if self.is_interrupted_at(self.pieces) {
            self.at_desk(outside, processes, tells, |desk| calling.interrupt(desk));
            self.code = INTERRUPTED;
            return;
        }
        if let Some(until) = calling.waits_until() {
            let now = self.state.world.clock;
            self.state.world.pass(until.since(now));
        }
        self.going = Some(Going::Call(calling));
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::Prompt;

    /// With an argument, asks `web` and prints what it says; else answers each request with `hi`.
    const WEB: &str = r#"(module
        (import "wasi_snapshot_preview1" "args_sizes_get" (func $args (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "sock_accept" (func $accept (param i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (import "drydock_net" "connect" (func $connect (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 1)
        (data (i32.const 0) "\00\10\00\00\00\08\00\00" "\40\00\00\00\29\00\00\00" "\a0\00\00\00\12\00\00\00")
        (data (i32.const 64) "HTTP/1.1 200 OK\0d\0aContent-Length: 3\0d\0a\0d\0ahi\0a")
        (data (i32.const 128) "web")
        (data (i32.const 160) "GET / HTTP/1.0\0d\0a\0d\0a")
        (func $check (param i32) (if (local.get 0) (then (call $exit (local.get 0)))))
        (func (export "_start")
            (call $check (call $args (i32.const 200) (i32.const 204)))
            (if (i32.gt_u (i32.load (i32.const 200)) (i32.const 1)) (then
                (call $check (call $connect (i32.const 128) (i32.const 3) (i32.const 80) (i32.const 208)))
                (call $check (call $write (i32.load (i32.const 208)) (i32.const 16) (i32.const 1) (i32.const 212)))
                (loop $more
                    (i32.store (i32.const 4) (i32.const 2048))
                    (call $check (call $read (i32.load (i32.const 208)) (i32.const 0) (i32.const 1) (i32.const 4)))
                    (call $check (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 212)))
                    (br_if $more (i32.load (i32.const 4))))
                (call $exit (i32.const 0))))
            (loop $next
                (call $check (call $accept (i32.const 3) (i32.const 0) (i32.const 208)))
                (call $check (call $read (i32.load (i32.const 208)) (i32.const 0) (i32.const 1) (i32.const 212)))
                (call $check (call $write (i32.load (i32.const 208)) (i32.const 8) (i32.const 1) (i32.const 212)))
                (call $check (call $close (i32.load (i32.const 208))))
                (br $next))))"#;

    #[test]
    fn a_published_port_leads_from_the_prompt_to_a_server() {
        for forgets in [false, true] {
            let mut prompt = Prompt::new(WEB, forgets);
            prompt.line("docker run -d -p 8080:80 --name web job:1", None);
            assert!(prompt.printed("docker ps")[1].contains("0.0.0.0:8080->80/tcp, [::]:8080->80/tcp"));
            assert_eq!(prompt.printed("docker port web"), ["80/tcp -> 0.0.0.0:8080", "80/tcp -> [::]:8080"]);
            assert_eq!(prompt.printed("curl http://localhost:8080/"), ["hi"], "forgets: {forgets}");
            assert_eq!(prompt.printed("curl -s localhost:8080"), ["hi"]);
            let refused = prompt.line("docker run -d -p 8080:80 job:1", None);
            assert_eq!(refused.code, 125);
            assert!(refused.output[1].line.text().ends_with("Bind for 0.0.0.0:8080 failed: port is already allocated"));
            prompt.line("docker stop -t 0 web", None);
            assert_eq!(prompt.refused("curl localhost:8080"), 7);
        }
    }

    #[test]
    fn containers_reach_each_other_by_name_on_a_network_that_somebody_made() {
        let mut prompt = Prompt::new(WEB, false);
        prompt.line("docker network create net", None);
        prompt.line("docker run -d --network net --expose 80 --name web job:1", None);
        assert_eq!(prompt.printed("docker run --rm --network net job:1 /spin ask")[3], "hi");
        // No such name on the network that everybody is on, and none at all without a network.
        assert_eq!(prompt.line("docker run --rm job:1 /spin ask", None).code, 44);
        assert_eq!(prompt.line("docker run --rm --network none job:1 /spin ask", None).code, 44);
        prompt.line("docker pause web", None);
        let before = prompt.state.world.clock;
        prompt.line("docker unpause web", None);
        assert_eq!(prompt.state.world.clock.since(before).as_secs(), 1);
        assert_eq!(prompt.printed("docker run --rm --network net job:1 /spin ask")[3], "hi");
    }

    #[test]
    fn nobody_answers_and_nothing_leaves_the_lab() {
        let mut prompt = Prompt::new(WEB, false);
        // Its first port is 79: nobody accepts what comes to 80.
        prompt.line("docker run -d --expose 79 -p 8080:80 --name web job:1", None);
        assert_eq!(prompt.refused("curl localhost:8080"), 28);
        assert_eq!(prompt.refused("curl http://example.org/"), 6);
        assert_eq!(prompt.refused("curl ftp://localhost/"), 1);
        assert_eq!(prompt.refused("curl"), 2);
    }
}
