//! The book in Chromium: see `browser/check.mjs`, which has the checks.
//!
//! Needs Chromium (`CHROMIUM` says where, else `/usr/bin/chromium`), Node and npm. The packages are
//! pinned in `browser/package-lock.json` and are installed on first use.

mod common;

use std::path::Path;
use std::process::Command;

use common::{Served, built};

#[test]
#[ignore = "needs chromium"]
fn the_book_is_for_everybody() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    if !folder.join("node_modules").exists() {
        let status = Command::new("npm").args(["ci", "--silent"]).current_dir(&folder).status();
        assert!(status.expect("npm is installed").success(), "npm ci failed");
    }
    let served = Served::start();
    let status = Command::new("node")
        .arg("check.mjs")
        .arg(built())
        .arg(format!("http://{}", served.address))
        .current_dir(&folder)
        .status();
    assert!(status.expect("Node is installed").success(), "see above");
}
