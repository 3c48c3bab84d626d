//! `client pub` and `client sub` over TLS, as they are typed.
#![cfg(feature = "tls")]
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

mod support;

use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use certificates::{Authority, Certificate};
use support::{authority, broker_over_tls, days, long_ago};

fn client(arguments: &[&str]) -> Output {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("client"));
    command.args(arguments).output().unwrap()
}

/// The authority's certificate, in a file.
fn cafile(authority: &Authority) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&file, authority.certificate()).unwrap();
    file
}

/// What `client pub` says to a broker that shows this certificate, with exit code 1.
fn refusal(certificate: &Certificate, cafile: &Path) -> String {
    let port = broker_over_tls(certificate).1.to_string();
    let cafile = cafile.to_str().unwrap();
    let output =
        client(&["pub", "-h", "localhost", "-p", &port, "--cafile", cafile, "-t", "a", "-m", "x"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let told = String::from_utf8(output.stderr).unwrap();
    told.replace(&port, "PORT")
}

#[test]
fn a_retained_message_goes_there_and_back() {
    let authority = authority("an authority");
    let port = broker_over_tls(&authority.issue(&["localhost"], days(1)).unwrap()).1.to_string();
    let file = cafile(&authority);
    let server = ["-h", "localhost", "-p", &port, "--cafile", file.path().to_str().unwrap()];
    let publish = ["pub", "-t", "lamp", "-m", "on", "-r", "-q", "2", "-d", "--detail", "line"];
    let output = client(&[&publish[..], &server].concat());
    let trace = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && trace.contains("TLS 1.3 with "), "{trace}");
    let output = client(&[&["sub", "-t", "lamp", "-C", "1"][..], &server].concat());
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "on\n");
}

#[test]
fn refusals_say_what_was_checked_and_what_to_do() {
    let (trusted, namesake) = (authority("an authority"), authority("an authority"));
    let stranger = authority("a stranger");
    let file = cafile(&trusted);
    let issued = [
        stranger.issue(&["localhost"], days(1)),
        namesake.issue(&["localhost"], days(1)),
        trusted.issue(&["broker.example", "192.168.1.5"], days(1)),
        trusted.issue(&["localhost"], long_ago()),
    ];
    let told = issued.map(|certificate| refusal(&certificate.unwrap(), file.path())).concat();
    insta::assert_snapshot!(told);
}

#[test]
fn the_other_port_is_known() {
    let authority = authority("an authority");
    let (plain, over_tls) = broker_over_tls(&authority.issue(&["localhost"], days(1)).unwrap());
    let (plain, over_tls) = (plain.to_string(), over_tls.to_string());
    let file = cafile(&authority);
    let publish = ["pub", "-h", "localhost", "-t", "a", "-m", "x", "-p"];
    let output = client(&[&publish[..], &[&over_tls]].concat());
    let mut told = String::from_utf8(output.stderr).unwrap();
    let with_tls = [&plain, "--cafile", file.path().to_str().unwrap()];
    let output = client(&[&publish[..], &with_tls].concat());
    told += &String::from_utf8(output.stderr).unwrap().replace(&plain, "PORT");
    insta::assert_snapshot!(told);
}

#[test]
fn a_file_that_cannot_be_used_is_wrong_usage() {
    for file in ["no/such/file", "Cargo.toml"] {
        let output = client(&["sub", "-t", "a", "--cafile", file]);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("--cafile '"), "{output:?}");
    }
}
