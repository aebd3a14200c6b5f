//! An upload whose connection broke: the client asks how far it came, and goes on.

use std::io::{Read, Write};
use std::net::TcpStream;

use drydock::oci::Digest;

use super::client::{read_answer, send};
use super::server::{Server, folder};

#[test]
fn a_push_goes_on_where_its_connection_broke() {
    let root = folder("resume");
    let root = root.to_string_lossy();
    for flags in [&[][..], &["--root", &root]] {
        let mut server = Server::start(flags);
        let blob: Vec<u8> = (0..100_000_u32).flat_map(u32::to_be_bytes).collect();
        let opened = send(server.address, "POST", "/v2/r/blobs/uploads/", &[], b"").expect("an answer");
        let mut location = opened.header("location").to_owned();
        for reached in [150_000, 150_001, 390_000] {
            let from = send(server.address, "GET", &location, &[], b"").expect("an answer");
            assert_eq!(from.status, 204);
            let from = next(from.header("range"));
            let mut stream = TcpStream::connect(server.address).expect("it listens");
            let length = blob.len() - from;
            write!(stream, "PATCH {location} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n").expect("taken");
            stream.write_all(&blob[from..reached]).expect("taken");
            drop(stream);
            server.logged("\"PATCH ", 1);
            let status = send(server.address, "GET", &location, &[], b"").expect("an answer");
            assert_eq!((status.status, next(status.header("range"))), (204, reached));
            location = status.header("location").to_owned();
        }
        let digest = Digest::of(&blob);
        let close = format!("{location}&digest={digest}");
        assert_eq!(send(server.address, "PUT", &close, &[], &blob[390_000..]).expect("an answer").status, 201);
        let path = format!("/v2/r/blobs/{digest}");
        assert!(send(server.address, "GET", &path, &[], b"").expect("an answer").body == blob);
    }
}

#[test]
fn a_piece_that_says_its_range_is_taken_whole_or_not_at_all() {
    let mut server = Server::start(&[]);
    let opened = send(server.address, "POST", "/v2/r/blobs/uploads/", &[], b"").expect("an answer");
    let location = opened.header("location");
    let mut stream = TcpStream::connect(server.address).expect("it listens");
    let range = "Content-Range: 0-9\r\nContent-Length: 10";
    write!(stream, "PATCH {location} HTTP/1.1\r\nHost: x\r\n{range}\r\n\r\nhello").expect("taken");
    drop(stream);
    server.logged("\"PATCH ", 1);
    let status = send(server.address, "GET", location, &[], b"").expect("an answer");
    assert_eq!((status.status, status.header("location")), (204, location));
}

#[test]
fn what_is_on_its_way_when_the_registry_is_to_stop_is_taken_and_answered() {
    let root = folder("stopping");
    let server = Server::on(&root);
    let opened = send(server.address, "POST", "/v2/r/blobs/uploads/", &[], b"").expect("an answer");
    let location = opened.header("location");
    let mut stream = TcpStream::connect(server.address).expect("it listens");
    let head = "Host: x\r\nExpect: 100-continue\r\nContent-Length: 5";
    write!(stream, "PATCH {location} HTTP/1.1\r\n{head}\r\n\r\n").expect("taken");
    let mut told = [0; 25];
    stream.read_exact(&mut told).expect("it waits for the body");
    assert_eq!(told.as_slice(), b"HTTP/1.1 100 Continue\r\n\r\n");
    server.ask_to_stop();
    while TcpStream::connect(server.address).is_ok() {
        std::thread::yield_now();
    }
    stream.write_all(b"layer").expect("taken");
    let answer = read_answer(&mut stream).expect("an answer, and the end of the connection");
    assert_eq!((answer.status, answer.header("range")), (202, "0-4"));
    assert_eq!(server.stop().1, Some(0));
}

/// Where the next byte goes, after this range. Nothing yet is `0-0` too: `first-last` cannot say it.
fn next(range: &str) -> usize {
    let last: usize = range.strip_prefix("0-").expect("from the start").parse().expect("a number");
    if last == 0 { 0 } else { last + 1 }
}
