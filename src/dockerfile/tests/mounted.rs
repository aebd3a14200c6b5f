//! Mounts of a RUN.

use crate::dockerfile::{ExpandError, Expander, Mount, MountKind, Sharing};

#[track_caller]
fn check(text: &str, expected: &Mount) {
    assert_eq!(Mount::parse(text).as_ref(), Ok(expected), "{text}");
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn every_kind_has_its_keys() {
    let bind = Mount { read_only: true, from: some("s"), source: some("a"), target: some("/b"), ..Mount::default() };
    check("from=s,src=a,dst=/b", &bind);
    check("type=bind,from=s,source=a,TARGET=/b,rw=false", &bind);
    check("from=s,src=a,destination=/b,rw", &Mount { read_only: false, ..bind });
    let cache = Mount {
        kind: MountKind::Cache,
        target: some("/c"),
        id: some("i"),
        sharing: Some(Sharing::Locked),
        mode: Some(0o750),
        uid: Some(1),
        gid: Some(2),
        ..Mount::default()
    };
    check("type=Cache,target=/c,id=i,sharing=LOCKED,mode=0750,uid=1,gid=2", &cache);
    check("\"type=tmpfs\",size=1.5m", &Mount { kind: MountKind::Tmpfs, size_bytes: 3 << 19, ..Mount::default() });
    let secret = Mount { kind: MountKind::Secret, read_only: true, id: some("k"), env: some("K"), ..Mount::default() };
    check("type=secret,id=k,env=K,required", &Mount { required: true, ..secret.clone() });
    check("type=secret,id=k,env=K,required=0", &secret);
    check("type=ssh", &Mount { kind: MountKind::Ssh, read_only: true, ..Mount::default() });
}

#[test]
fn values_are_resolved_first() {
    let expand = |value: &str| -> Result<String, ExpandError> {
        Expander { escape: '\\', lookup: &|_| Some("x,y=z".to_owned()) }.word(value)
    };
    let mount = Mount::parse_with("type=cache,target=/$V", &expand).expect("a mount");
    assert_eq!(mount.target.as_deref(), Some("/x,y=z"));
    assert_eq!(Mount::written_from("type=$T,From=a,mode=$M"), Ok(some("a")));
    assert!(Mount::written_from("from=$A").is_err());
}

#[test]
fn mistakes_are_named_in_buildkits_words() {
    let table = [
        ("", "failed to parse csv mounts: EOF"),
        ("a\"b", "failed to parse csv mounts: parse error on line 1, column 2: bare \" in non-quoted-field"),
        ("target", "invalid field 'target' must be a key=value pair"),
        ("tagret=/a", "unexpected key 'tagret' in 'tagret=/a' (did you mean target?)"),
        ("nonsense=/a", "unexpected key 'nonsense' in 'nonsense=/a'"),
        ("type=cach", "unsupported mount type \"cach\" (did you mean cache?)"),
        ("type=volume", "unsupported mount type \"volume\""),
        ("type=cache,sharing=share", "unsupported sharing value \"share\" (did you mean shared?)"),
        ("ro=perhaps", "invalid value for ro: perhaps"),
        ("type=tmpfs,size=much", "invalid value for size: much"),
        ("type=cache,size=1m", "unexpected key 'size' for mount type 'cache'"),
        ("required", "unexpected key 'required' for mount type 'bind'"),
        ("type=cache,mode=9", "invalid value 9 for mode"),
        ("type=cache,uid=-1", "invalid value -1 for uid"),
        ("mode=0755", "mode not allowed for \"bind\" type mounts"),
        ("type=tmpfs,gid=1", "gid not allowed for \"tmpfs\" type mounts"),
        ("type=secret,from=a,id=b", "secret mount should not have a from"),
        ("type=secret,id=b,sharing=shared", "secret mount should not define sharing"),
        ("type=secret", "invalid secret mount. one of source, target required"),
        ("type=secret,id=a,source=b", "both source and id can't be set"),
        ("sharing=shared", "invalid cache sharing set for bind mount"),
    ];
    for (text, message) in table {
        assert_eq!(Mount::parse(text).expect_err(text).to_string(), message, "{text}");
    }
}
