//! What the tests of the book share.
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test
#![allow(dead_code, unreachable_pub)] // each test takes what it needs

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

pub const BOOK: &str = env!("CARGO_BIN_EXE_book");
pub const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The book, built once for all tests of a file.
pub fn built() -> &'static Path {
    static BUILT: OnceLock<TempDir> = OnceLock::new();
    BUILT
        .get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            let status = Command::new(BOOK).args(["build", "--to"]).arg(folder.path()).status();
            assert!(status.unwrap().success(), "the book cannot be built");
            folder
        })
        .path()
}

/// The Markdown of the chapters, by the names of their files.
pub fn chapters() -> BTreeMap<String, String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("chapters");
    let files = fs::read_dir(folder).unwrap().map(Result::unwrap);
    files
        .map(|file| {
            let name = file.file_name().to_string_lossy().into_owned();
            (name, fs::read_to_string(file.path()).unwrap())
        })
        .collect()
}

/// The served book, until this is dropped.
pub struct Served {
    child: Child,
    pub address: String,
    _folder: TempDir,
    _out: BufReader<ChildStdout>,
}

impl Served {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new(BOOK)
            .args(["--no-open", "--port", "0", "--to"])
            .arg(folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("the book is at http://").unwrap();
        let address = url.trim_end_matches('/').to_owned();
        Self { child, address, _folder: folder, _out: out }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
