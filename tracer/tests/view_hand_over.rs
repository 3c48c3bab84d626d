//! `tracer view` where the tracer was built without it: cargo builds one that has it, and runs that.
#![allow(clippy::unwrap_used)] // a test ends where it fails
#![cfg(all(unix, not(feature = "view")))] // `echo` stands for cargo

#[test]
fn a_tracer_without_a_view_goes_on_to_one_that_has_it() {
    let mut tracer = assert_cmd::Command::new(assert_cmd::cargo::cargo_bin!("tracer"));
    let output = tracer.env("CARGO", "echo").args(["view", "a.pcapng", "--port", "1"]).output();
    let output = output.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let (stdout, stderr) = (text(output.stdout), text(output.stderr));
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    assert_eq!(stdout, "run --quiet --package tracer --features view -- view a.pcapng --port 1\n");
    assert!(stderr.contains("cargo run --quiet --package tracer --features view -- …"), "{stderr}");
}

#[test]
fn whoever_asks_for_tls_gets_one_that_has_that_too() {
    let mut tracer = assert_cmd::Command::new(assert_cmd::cargo::cargo_bin!("tracer"));
    let asked = ["view", "--proxy", "127.0.0.1:0", "--cafile", "ca.pem"];
    let output = tracer.env("CARGO", "echo").args(asked).output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(stdout.starts_with("run --quiet --package tracer --features view,tls --"), "{stdout}");
}

#[test]
fn the_exit_code_is_that_of_the_other_one() {
    let mut tracer = assert_cmd::Command::new(assert_cmd::cargo::cargo_bin!("tracer"));
    tracer.env("CARGO", "false").args(["view", "a.pcapng"]).assert().code(1);
    let mut tracer = assert_cmd::Command::new(assert_cmd::cargo::cargo_bin!("tracer"));
    let output = tracer.env("CARGO", "/no/cargo").args(["view", "a.pcapng"]).output().unwrap();
    assert!(String::from_utf8(output.stderr).unwrap().contains("cannot run cargo"));
}
