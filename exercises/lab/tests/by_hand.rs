//! What scenarios tell people to type, tried with the talk's tools. Our own commands are parsed by the tests of the packages that they belong to.
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

use std::net::TcpListener;
use std::process::Command;
use std::time::SystemTime;

use certificates::{Authority, Validity};
use lab::{Action, SCENARIOS, Step, Tools};

/// An option that mosquitto's tools do not know would be told before they connect.
#[test]
#[ignore = "needs mosquitto_pub and mosquitto_sub"]
fn mosquittos_tools_know_every_option() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let folder = tempfile::tempdir().unwrap();
    let authority =
        Authority::new("a test", Validity::days(SystemTime::now(), 1).unwrap()).unwrap();
    std::fs::write(folder.path().join("ca.pem"), authority.certificate()).unwrap();
    let mut tried = 0;
    for scenario in SCENARIOS {
        for Step { action, .. } in scenario.by_hand.steps {
            if !matches!(action, Action::Subscribe(_) | Action::Publish(_)) {
                continue;
            }
            let words = action.words(Tools::Mosquitto).unwrap();
            let output = Command::new(words[0])
                .current_dir(&folder)
                .args(&words[1..])
                .args(["-p", &nobody])
                .output()
                .unwrap();
            let told = String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat())
                .into_owned();
            assert!(told.contains("Connection refused"), "{}: {words:?}: {told}", scenario.name);
            tried += 1;
        }
    }
    assert!(tried > 20, "{tried}");
}
