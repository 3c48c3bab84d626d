//! The files of the `broker` command: passwords, permissions, certificates.
#![cfg(all(feature = "passwords", feature = "tls", feature = "certificates"))]
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use tempfile::TempDir;

/// The command, in a directory of its own.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn run(&self, arguments: &[&str], input: &str) -> Assert {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("broker"));
        command.current_dir(self.path()).args(arguments).write_stdin(input).assert()
    }

    /// Runs it, and gives what it said of its failure.
    fn refused(&self, arguments: &[&str], code: i32) -> String {
        let output = self.run(arguments, "").code(code).get_output().stderr.clone();
        String::from_utf8(output).unwrap()
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap()
    }
}

#[test]
fn passwd_adds_changes_and_deletes_users() {
    let place = Place::new();
    let users = || -> Vec<String> {
        let text = place.read("users");
        text.lines().map(|line| line.split(':').next().unwrap().to_owned()).collect()
    };
    place.run(&["passwd", "users", "paolo"], "devday\n").success().stdout("added paolo to users\n");
    place.run(&["passwd", "users", "alice"], "secret").success().stdout("added alice to users\n");
    let before = place.read("users");
    assert!(!before.contains("devday") && before.starts_with("paolo:$7$210000$"), "{before}");
    place
        .run(&["passwd", "users", "paolo"], "devday\r\n")
        .success()
        .stdout("changed the password of paolo in users\n");
    assert_ne!(place.read("users"), before, "with another salt");
    assert_eq!(users(), ["paolo", "alice"]);
    place
        .run(&["passwd", "users", "paolo", "--delete"], "")
        .success()
        .stdout("deleted paolo from users\n");
    assert_eq!(users(), ["alice"]);
    let error = place.refused(&["passwd", "users", "paolo", "--delete"], 1);
    assert_eq!(error, "broker: there is no user paolo in users\n");
}

#[test]
fn passwd_refuses_what_cannot_stand_in_the_file() {
    let place = Place::new();
    for (user, password, expected) in [
        ("a:b", "x", "broker: ':' ends the name in a password file: choose another name\n"),
        ("", "x", "broker: the name of the user is empty\n"),
        ("paolo", "", "broker: the password is empty\n"),
        ("paolo", "\n", "broker: the password is empty\n"),
    ] {
        place.run(&["passwd", "users", user], password).code(1).stderr(expected);
    }
    assert!(!place.path().join("users").exists());
    place.run(&["passwd", "users"], "").code(2);
}

#[test]
fn a_broken_file_is_told_with_its_line() {
    let place = Place::new();
    place.write("users", "# users\npaolo:devday\n");
    let error = place.refused(&["--password-file", "users"], 1);
    let expected = "broker: users, line 2: what follows the ':' is not a hash that begins with";
    assert!(error.starts_with(expected), "{error}");

    place.write("permissions", "* subscribe #\n* write #\n");
    let error = place.refused(&["--permissions", "permissions"], 1);
    let expected =
        "broker: permissions, line 2: \"write\" is none of publish, subscribe and both\n";
    assert_eq!(error, expected);

    let error = place.refused(&["--password-file", "nowhere"], 1);
    assert!(error.starts_with("broker: cannot read nowhere: "), "{error}");
}

#[test]
fn permissions_of_a_user_need_passwords() {
    let place = Place::new();
    place.write("permissions", "* subscribe #\npaolo publish #\n");
    let error = place.refused(&["--permissions", "permissions"], 2);
    let expected = "broker: permissions permits something to paolo, but without a password file";
    assert!(error.starts_with(expected), "{error}");
    place.refused(&["--allow-anonymous"], 2);
}

#[test]
fn cert_makes_files_once_and_says_what_to_type() {
    let place = Place::new();
    let made = place.run(&["cert", "--directory", "lab"], "").success();
    let said = String::from_utf8(made.get_output().stdout.clone()).unwrap();
    let serve = "broker --tls-listen 127.0.0.1:8883 --cert lab/server.pem --key lab/server.key\n";
    assert!(said.contains(serve), "{said}");
    assert!(said.contains("mosquitto_sub -h localhost -p 8883 --cafile lab/ca.pem"), "{said}");
    let before = ["lab/ca.pem", "lab/server.pem", "lab/server.key"].map(|name| place.read(name));
    let error = place.refused(&["cert", "--directory", "lab"], 1);
    assert!(error.starts_with("broker: lab/ca.pem is there already"), "{error}");
    let after = ["lab/ca.pem", "lab/server.pem", "lab/server.key"].map(|name| place.read(name));
    assert_eq!(before, after);
    place.run(&["cert", "--directory", "lab", "--force", "--days", "1"], "").success();
    assert_ne!(before[0], place.read("lab/ca.pem"));
    let error = place.refused(&["cert", "--directory", "other", "--name", "not a name"], 1);
    assert!(error.contains("\"not a name\" cannot be the name in a certificate"), "{error}");
    assert!(!place.path().join("other").exists(), "nothing is made by halves");
    place.refused(&["cert", "--days", "0"], 2);
}

#[cfg(unix)]
#[test]
fn the_key_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let place = Place::new();
    let key = place.path().join("server.key");
    place.write("server.key", "an old one that everybody may read");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    place.run(&["cert", "--force"], "").success();
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn tls_needs_all_three_options_and_files_that_fit() {
    let place = Place::new();
    place.run(&["cert"], "").success();
    place.refused(&["--tls-listen", "127.0.0.1:0"], 2);
    place.refused(&["--cert", "server.pem", "--key", "server.key"], 2);
    let listen = ["--tls-listen", "127.0.0.1:0"];
    for (cert, key, expected) in [
        ("server.key", "server.pem", "broker: the file of the certificate holds none"),
        ("ca.pem", "server.key", "broker: the key does not belong to the certificate"),
        ("nowhere", "server.key", "broker: cannot read nowhere: "),
    ] {
        let files = ["--cert", cert, "--key", key];
        let error = place.refused(&[&listen[..], &files].concat(), 1);
        assert!(error.starts_with(expected), "{error}");
    }
}

/// Ends the command with the test.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_second_line_says_where_it_listens_for_tls() {
    let place = Place::new();
    place.run(&["cert"], "").success();
    let mut broker = std::process::Command::new(assert_cmd::cargo::cargo_bin!("broker"))
        .current_dir(place.path())
        .env("SSLKEYLOGFILE", "keys")
        .args(["--listen", "127.0.0.1:0", "--tls-listen", "127.0.0.1:0"])
        .args(["--cert", "server.pem", "--key", "server.key"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(broker.stdout.take().unwrap()).lines();
    let mut errors = BufReader::new(broker.stderr.take().unwrap()).lines();
    let broker = Killed(broker);
    let line = out.next().unwrap().unwrap();
    assert!(line.starts_with("listening on 127.0.0.1:") && !line.contains("TLS"), "{line}");
    let line = out.next().unwrap().unwrap();
    assert!(line.starts_with("listening on 127.0.0.1:") && line.ends_with(" (TLS)"), "{line}");
    let warning = "the keys of TLS sessions go to keys: whoever has them can read the traffic";
    assert_eq!(errors.next().unwrap().unwrap(), warning);
    drop(broker);
    assert_eq!(place.read("keys"), "", "it is there, and holds nothing yet");
}

#[test]
fn keys_that_cannot_be_written_are_told() {
    let place = Place::new();
    place.run(&["cert"], "").success();
    let assert = Command::new(assert_cmd::cargo::cargo_bin!("broker"))
        .current_dir(place.path())
        .env("SSLKEYLOGFILE", "no/such/directory")
        .args(["--tls-listen", "127.0.0.1:0", "--cert", "server.pem", "--key", "server.key"])
        .assert()
        .code(1);
    let error = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
    assert!(error.starts_with("broker: cannot write no/such/directory, which SSLKEYLOGFILE"));
}

#[test]
fn subcommands_have_help_of_their_own() {
    let place = Place::new();
    for (subcommand, part) in [("passwd", "--delete"), ("cert", "--force")] {
        let help = place.run(&[subcommand, "--help"], "").success().get_output().stdout.clone();
        let help = String::from_utf8(help).unwrap();
        for part in [part, "Examples:", "Exit codes"] {
            assert!(help.contains(part), "{part} is in\n{help}");
        }
        assert!(!help.contains("--detail"), "how packets are shown concerns the broker\n{help}");
        place.refused(&["--trace", subcommand, "a", "b"], 2);
    }
}
