//! Programs that listen and connect, and what reaches them from outside.

use bytes::Bytes;

use super::tests::program;
use super::*;
use crate::fs::{FsPath, Metadata, Node};
use crate::runtime::network::{Packet, Refusal, Traffic};
use crate::runtime::user::User;

const IMPORTS: &str = r#"
    (import "wasi_snapshot_preview1" "sock_accept" (func $accept (param i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "sock_recv" (func $recv (param i32 i32 i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "sock_send" (func $send (param i32 i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (import "drydock_net" "connect" (func $connect (param i32 i32 i32 i32) (result i32)))
    (import "drydock_process" "catch" (func $catch (param i32 i32) (result i32)))
    (import "drydock_process" "caught" (func $caught (param i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "\00\01\00\00\40\00\00\00")
    (data (i32.const 32) "web")
    (data (i32.const 256) "hello")
    (func $check (param i32) (if (local.get 0) (then (call $exit (local.get 0)))))"#;

/// Answers each connection to its first port with what it says, for ever.
const ECHO: &str = "(loop $next
    (call $check (call $accept (i32.const 3) (i32.const 0) (i32.const 64)))
    (call $check (call $recv (i32.load (i32.const 64)) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 68) (i32.const 72)))
    (i32.store (i32.const 4) (i32.load (i32.const 68)))
    (call $check (call $send (i32.load (i32.const 64)) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 68)))
    (i32.store (i32.const 4) (i32.const 64))
    (call $check (call $close (i32.load (i32.const 64))))
    (br $next))";

/// Says hello to `web:80`, prints the answer to its end.
const ASK: &str = "
    (call $check (call $connect (i32.const 32) (i32.const 3) (i32.const 80) (i32.const 64)))
    (i32.store (i32.const 4) (i32.const 5))
    (call $check (call $write (i32.load (i32.const 64)) (i32.const 0) (i32.const 1) (i32.const 68)))
    (loop $more
        (i32.store (i32.const 4) (i32.const 64))
        (call $check (call $read (i32.load (i32.const 64)) (i32.const 0) (i32.const 1) (i32.const 4)))
        (call $check (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 68)))
        (br_if $more (i32.load (i32.const 4))))";

fn module(body: &str) -> Vec<u8> {
    wat::parse_str(format!("(module {IMPORTS} (func (export \"_start\") {body}))")).unwrap()
}

fn start(body: &str) -> Namespace {
    let mut tree = Tree::default();
    let executable = Metadata { mode: 0o755, ..Metadata::file(Timestamp::default()) };
    tree.insert(&"/ask".into(), Node::file(executable, module(ASK))).unwrap();
    let modules = Modules::default();
    let loaded = modules.load(&module(body)).unwrap();
    let program = Program { ports: vec![80], networked: true, tree, ..program(2_000_000_000) };
    Namespace::start(&modules, &loaded, program).unwrap()
}

/// Lets it go on as far as it can: how that ended, what it wrote, and its packets.
fn go_on(namespace: &mut Namespace) -> (Step, String, Vec<Packet>) {
    let (mut text, mut packets) = (Vec::new(), Vec::new());
    loop {
        let step = namespace.step(100_000);
        text.extend(namespace.take_output().into_iter().flat_map(|output| output.bytes));
        packets.extend(namespace.take_news().into_iter().filter_map(|news| match news {
            News::Packet(packet) => Some(packet),
            News::Left { .. } | News::OutOfMemory => None,
        }));
        if step != Step::Running {
            return (step, String::from_utf8(text).unwrap(), packets);
        }
    }
}

fn give(namespace: &mut Namespace, connection: u64, what: Traffic) {
    namespace.give(&Given::Packet(Packet { connection, what }), Timestamp::default());
}

fn bytes(text: &'static str) -> Traffic {
    Traffic::Bytes(Bytes::from_static(text.as_bytes()))
}

#[test]
fn a_server_waits_for_who_comes_and_answers_each() {
    let mut server = start(ECHO);
    assert_eq!(go_on(&mut server), (Step::Hungry, String::new(), vec![]));
    for connection in [2, 4] {
        give(&mut server, connection, Traffic::Open { host: "10.0.0.9:5".into(), port: 80 });
        give(&mut server, connection, bytes("ping"));
        let (step, _, packets) = go_on(&mut server);
        let what =
            [Traffic::Taken { peer: String::new() }, bytes("ping"), Traffic::Read(4), Traffic::Shut, Traffic::Closed];
        let expected = what.map(|what| Packet { connection, what });
        assert_eq!((step, packets), (Step::Hungry, expected.into()));
    }
    give(&mut server, 6, Traffic::Open { host: String::new(), port: 81 });
    let refused = Packet { connection: 6, what: Traffic::Refused(Refusal::Nobody) };
    assert_eq!(go_on(&mut server).2, [refused]);
}

#[test]
fn a_client_waits_until_it_is_taken_and_reads_to_the_end() {
    let mut client = start(ASK);
    let open = Packet { connection: 1, what: Traffic::Open { host: "web".into(), port: 80 } };
    assert_eq!(go_on(&mut client), (Step::Hungry, String::new(), vec![open]));
    give(&mut client, 1, Traffic::Taken { peer: "10.0.0.2:80".into() });
    assert_eq!(go_on(&mut client), (Step::Hungry, String::new(), vec![Packet { connection: 1, what: bytes("hello") }]));
    give(&mut client, 1, bytes("you too"));
    give(&mut client, 1, Traffic::Shut);
    let (step, text, _) = go_on(&mut client);
    assert_eq!((step, text.as_str()), (Step::Exited { code: 0 }, "you too"));
}

#[test]
fn a_client_that_is_refused_is_told_why() {
    for (refusal, errno) in [
        (Refusal::Unknown, Errno::Noent),
        (Refusal::Nobody, Errno::Connrefused),
        (Refusal::Unreachable, Errno::Netunreach),
    ] {
        let mut client = start(ASK);
        go_on(&mut client);
        give(&mut client, 1, Traffic::Refused(refusal));
        assert_eq!(go_on(&mut client).0, Step::Exited { code: errno as i32 });
    }
}

#[test]
fn without_a_network_who_waits_for_it_waits_for_nobody() {
    let modules = Modules::default();
    let module = modules.load(&module(ECHO)).unwrap();
    let program = Program { ports: vec![80], ..program(2_000_000_000) };
    let mut server = Namespace::start(&modules, &module, program).unwrap();
    assert_eq!(go_on(&mut server).0, Step::Exited { code: KILLED });
}

#[test]
fn no_more_is_sent_than_the_other_side_has_room_for() {
    let flood = "(call $check (call $connect (i32.const 32) (i32.const 3) (i32.const 80) (i32.const 64)))
        (i32.store (i32.const 4) (i32.const 0x8000))
        (loop $more (call $check (call $write (i32.load (i32.const 64)) (i32.const 0) (i32.const 1) (i32.const 68))) (br $more))";
    let mut client = start(flood);
    go_on(&mut client);
    give(&mut client, 1, Traffic::Taken { peer: String::new() });
    let sent = |packets: &[Packet]| -> usize {
        packets.iter().map(|packet| if let Traffic::Bytes(bytes) = &packet.what { bytes.len() } else { 0 }).sum()
    };
    let (step, _, packets) = go_on(&mut client);
    assert_eq!((step, sent(&packets)), (Step::Hungry, limits::GUEST_PIPE_BYTES as usize));
    assert_eq!(sent(&go_on(&mut client).2), 0);
    give(&mut client, 1, Traffic::Read(100));
    assert_eq!(sent(&go_on(&mut client).2), 100);
    give(&mut client, 1, Traffic::Closed);
    assert_eq!(go_on(&mut client).0, Step::Exited { code: 128 + 13 });
}

#[test]
fn a_signal_from_outside_ends_the_waiting_of_who_catches_it_and_spares_others() {
    let mut deaf = start(ECHO);
    go_on(&mut deaf);
    deaf.give(&Given::Signal(15), Timestamp::default());
    assert_eq!(go_on(&mut deaf).0, Step::Hungry);
    deaf.give(&Given::Signal(9), Timestamp::default());
    assert_eq!(go_on(&mut deaf).0, Step::Exited { code: 137 });
    let trap = "(call $check (call $catch (i32.const 15) (i32.const 1)))
        (if (i32.ne (call $accept (i32.const 3) (i32.const 0) (i32.const 64)) (i32.const 27)) (then unreachable))
        (call $check (call $caught (i32.const 64)))
        (call $exit (i32.load (i32.const 64)))";
    let mut trapped = start(trap);
    go_on(&mut trapped);
    trapped.give(&Given::Signal(15), Timestamp::default());
    assert_eq!(go_on(&mut trapped).0, Step::Exited { code: 15 });
}

#[test]
fn a_program_enters_with_streams_of_its_own_and_its_end_is_told() {
    let mut server = start(ECHO);
    go_on(&mut server);
    let entry = |session, program: &str| Entry {
        session,
        program: program.into(),
        arguments: vec!["ask".into()],
        environment: vec![],
        directory: FsPath::root(),
        user: User::default(),
        fed: false,
        tty: false,
    };
    server.give(&Given::Enter(entry(7, "/ask")), Timestamp::from_seconds(9));
    assert_eq!(go_on(&mut server).0, Step::Hungry);
    let commands: Vec<_> = server.usage().processes.into_iter().map(|running| running.command).collect();
    assert_eq!(commands, [["test"], ["ask"]]);
    give(&mut server, 1, Traffic::Taken { peer: String::new() });
    give(&mut server, 1, bytes("hi"));
    give(&mut server, 1, Traffic::Shut);
    assert_eq!(server.step(100_000), Step::Hungry);
    let written: Vec<_> = server.take_output().into_iter().map(|output| (output.session, output.bytes)).collect();
    assert_eq!(written, [(7, b"hi".to_vec())]);
    assert!(server.take_news().contains(&News::Left { session: 7, code: 0 }));
    server.give(&Given::Enter(entry(8, "/nope")), Timestamp::default());
    assert!(server.take_news().contains(&News::Left { session: 8, code: NOT_EXECUTABLE }));
}
