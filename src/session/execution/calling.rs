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
    use crate::limits;

    /// A program that does one thing without an argument, and the other with one.
    fn guest(server: &str, client: &str) -> String {
        format!(
            r#"(module
            (import "wasi_snapshot_preview1" "args_sizes_get" (func $args (param i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "sock_accept" (func $accept (param i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
            (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
            (import "drydock_net" "connect" (func $connect (param i32 i32 i32 i32) (result i32)))
            (memory (export "memory") 1)
            (data (i32.const 0) "\00\10\00\00\00\08\00\00" "\40\00\00\00\29\00\00\00" "\a0\00\00\00\12\00\00\00")
            (data (i32.const 24) "\00\10\00\00\00\80\00\00")
            (data (i32.const 64) "HTTP/1.1 200 OK\0d\0aContent-Length: 3\0d\0a\0d\0ahi\0a")
            (data (i32.const 128) "web")
            (data (i32.const 160) "GET / HTTP/1.0\0d\0a\0d\0a")
            (func $check (param i32) (if (local.get 0) (then (call $exit (local.get 0)))))
            (func $say (param $fd i32) (param $what i32)
                (call $check (call $write (local.get $fd) (local.get $what) (i32.const 1) (i32.const 212))))
            (func $hear (param $fd i32)
                (i32.store (i32.const 4) (i32.const 2048))
                (call $check (call $read (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 4))))
            (func (export "_start") (local $fd i32)
                (call $check (call $args (i32.const 200) (i32.const 204)))
                (if (i32.gt_u (i32.load (i32.const 200)) (i32.const 1)) (then
                    (call $check (call $connect (i32.const 128) (i32.const 3) (i32.const 80) (i32.const 208)))
                    (local.set $fd (i32.load (i32.const 208)))
                    {client}
                    (call $exit (i32.const 0))))
                (loop $next
                    (call $check (call $accept (i32.const 3) (i32.const 0) (i32.const 208)))
                    (local.set $fd (i32.load (i32.const 208)))
                    {server}
                    (call $check (call $close (local.get $fd)))
                    (br $next))))"#
        )
    }

    /// Answers each request with `hi`; the client asks, and prints what comes.
    fn web() -> String {
        guest(
            "(call $hear (local.get $fd)) (call $say (local.get $fd) (i32.const 8))",
            "(call $say (local.get $fd) (i32.const 16))
            (loop $more
                (call $hear (local.get $fd))
                (call $say (i32.const 1) (i32.const 0))
                (br_if $more (i32.load (i32.const 4))))",
        )
    }

    /// Reads all there is; the client writes for ever.
    fn flood() -> String {
        guest(
            "(loop $more (call $hear (local.get $fd)) (br_if $more (i32.load (i32.const 4))))",
            "(loop $more (call $say (local.get $fd) (i32.const 24)) (br $more))",
        )
    }

    #[test]
    fn a_published_port_leads_from_the_prompt_to_a_server() {
        for forgets in [false, true] {
            let mut prompt = Prompt::new(&web(), forgets);
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
        let mut prompt = Prompt::new(&web(), false);
        prompt.line("docker network create net", None);
        prompt.line("docker run -d --network net --expose 80 --name web job:1", None);
        assert_eq!(prompt.printed("docker run --rm --network net job:1 /spin ask")[3], "hi");
        // No such name on the network that everybody is on, and none at all without a network.
        assert_eq!(prompt.line("docker run --rm job:1 /spin ask", None).code, 44);
        assert_eq!(prompt.line("docker run --rm --network none job:1 /spin ask", None).code, 44);
    }

    #[test]
    fn what_was_given_comes_again_just_where_it_came() {
        let lines = [
            "docker network create net",
            "docker run -d --network net -p 8080:80 -v data:/data --name web job:1",
            "curl localhost:8080",
            "docker run -d --network net job:1 /spin ask",
            "docker exec -d web /spin ask",
            "docker pause web",
            "docker unpause web",
            "curl localhost:8080",
            "docker kill -s TERM web",
            "docker stop -t 3 web",
        ];
        let ran = |forgets| {
            let mut prompt = Prompt::new(&web(), forgets);
            lines.map(|line| prompt.line(line, None)).map(|operation| (operation.after.snapshot(), operation.events))
        };
        assert_eq!(ran(false), ran(true));
    }

    #[test]
    fn a_flood_ends_where_the_receiver_may_be_given_no_more() {
        let mut prompt = Prompt::new(&flood(), false);
        prompt.line("docker network create net", None);
        prompt.line("docker run -d --network net --expose 80 --name web job:1", None);
        let flooding = prompt.line("docker run --rm --network net job:1 /spin ask", None);
        assert_eq!(flooding.code, 128 + 13, "its connection is closed");
        let containers = &prompt.state.machine().engine.containers;
        let web = containers.values().find(|container| container.name == "web").and_then(|web| web.begun.as_ref());
        assert!(web.is_some_and(|begun| begun.given_bytes <= limits::GIVEN_BYTES));
    }

    #[test]
    fn who_wants_more_memory_than_it_may_have_is_killed() {
        let hungry = r#"(module (memory (export "memory") 1) (func (export "_start")
            (loop $more (drop (memory.grow (i32.const 16))) (br $more))))"#;
        let mut prompt = Prompt::new(hungry, false);
        assert_eq!(prompt.line("docker run -m 8m --name eater job:1", None).code, 137);
        assert_eq!(prompt.printed("docker inspect -f {{.State.OOMKilled}} eater"), ["true"]);
    }

    #[test]
    fn nobody_answers_and_nothing_leaves_the_lab() {
        let mut prompt = Prompt::new(&web(), false);
        // Its first port is 79: nobody accepts what comes to 80.
        prompt.line("docker run -d --expose 79 -p 8080:80 --name web job:1", None);
        assert_eq!(prompt.refused("curl localhost:8080"), 28);
        assert_eq!(prompt.refused("curl http://example.org/"), 6);
        assert_eq!(prompt.refused("curl ftp://localhost/"), 1);
        assert_eq!(prompt.refused("curl"), 2);
    }
}
