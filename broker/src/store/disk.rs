//! A store in a folder.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use broker_core::{Change, Key, Records};
use fjall::{Database, Keyspace, KeyspaceCreateOptions, PersistMode};

use super::encoding::{self, FORMAT, Place};
use super::{Store, StoreError, StoreProblem};

/// What says that a folder is a store, and of which format. Whoever has the store open has it locked.
const FORMAT_FILE: &str = "format";

/// The folder of the database within the store's.
const DATABASE: &str = "database";

/// What stands in the database's folder once it can be opened.
const DATABASE_IS_MADE: &str = "version";

/// How many bytes of changes are kept in memory, before they go from the journal to a table.
const MEMTABLE: u64 = 8 << 20;

/// How many bytes of tables are kept in memory. They are read once, when the store is opened.
const CACHE: u64 = 1 << 20;

/// How many bytes all journals may have, which are read when the store is opened.
const JOURNALS: u64 = 64 << 20;

/// A [`Store`] in a folder: a log-structured tree, whose journal has each batch before the call returns.
///
/// What was written survives the end of the process, however it comes, `kill -9` included. Whether it
/// survives the end of the machine, a power cut for instance, is up to the disk, which is waited for
/// only if that is asked for: then each batch takes as long as the disk does.
pub struct DiskStore {
    path: PathBuf,
    database: Database,
    sessions: Keyspace,
    retained: Keyspace,
    waits_for_disk: bool,
    /// Locked as long as the store is open.
    _format: File,
}

/// How a keyspace's keys are read.
type ReadKey = fn(&[u8]) -> Option<Key>;

impl DiskStore {
    /// Opens the store in this folder, and makes one if there is none. With `waits_for_disk` a power
    /// cut loses nothing either.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if another process has it open, if the folder holds something else, or a store
    /// of another format or a damaged one, or if the system does not let it be opened.
    pub fn open(path: impl Into<PathBuf>, waits_for_disk: bool) -> Result<Self, StoreError> {
        let path = path.into();
        Self::try_open(&path, waits_for_disk).map_err(|problem| StoreError { path, problem })
    }

    fn try_open(path: &Path, waits_for_disk: bool) -> Result<Self, StoreProblem> {
        let format = lock(path)?;
        let folder = path.join(DATABASE);
        if folder.exists() && !folder.join(DATABASE_IS_MADE).exists() {
            // Whoever was about to make it was stopped, and has stored nothing yet.
            fs::remove_dir_all(&folder)?;
        }
        let database = Database::builder(&folder)
            .worker_threads(1)
            .cache_size(CACHE)
            .max_journaling_size(JOURNALS)
            .manual_journal_persist(true)
            .open()?;
        let options = || KeyspaceCreateOptions::default().max_memtable_size(MEMTABLE);
        let sessions = database.keyspace("sessions", options)?;
        let retained = database.keyspace("retained", options)?;
        let path = path.to_owned();
        Ok(Self { path, database, sessions, retained, waits_for_disk, _format: format })
    }

    fn try_records(&self) -> Result<Records, StoreProblem> {
        let mut records = Records::new();
        let keyspaces: [(_, ReadKey); 2] =
            [(&self.sessions, encoding::session_key), (&self.retained, encoding::retained_key)];
        for (keyspace, read) in keyspaces {
            for entry in keyspace.iter() {
                let (bytes, value) = entry.into_inner()?;
                let unknown = || StoreProblem::Damaged(format!("it has a record {bytes:02x?}"));
                let key = read(&bytes).ok_or_else(unknown)?;
                let packet = encoding::packet(&value)
                    .map_err(|error| StoreProblem::Damaged(format!("{key}: {error}")))?;
                records.insert(key, packet);
            }
        }
        Ok(records)
    }

    fn try_write(&self, changes: Vec<Change>) -> Result<(), StoreProblem> {
        // Within one batch a key may stand once: the last change is the one that counts.
        let mut last = BTreeMap::new();
        for Change { key, packet } in changes {
            last.insert(encoding::place(key), packet);
        }
        let mut batch = self.database.batch();
        for (place, packet) in last {
            let (keyspace, key) = match &place {
                Place::Sessions(bytes) => (&self.sessions, &bytes[..]),
                Place::Retained(bytes) => (&self.retained, &bytes[..]),
            };
            match packet.as_ref().map(encoding::value).transpose().map_err(io::Error::other)? {
                Some(value) => batch.insert(keyspace, key, &value[..]),
                None => batch.remove(keyspace, key),
            }
        }
        let mode = if self.waits_for_disk { PersistMode::SyncData } else { PersistMode::Buffer };
        Ok(batch.durability(Some(mode)).commit()?)
    }
}

impl Store for DiskStore {
    fn records(&self) -> Result<Records, StoreError> {
        self.try_records().map_err(|problem| self.error(problem))
    }

    fn write(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        self.try_write(changes).map_err(|problem| {
            self.error(match problem {
                StoreProblem::Unreadable(error) => StoreProblem::Unwritable(error),
                problem => problem,
            })
        })
    }

    fn is_slow(&self) -> bool {
        self.waits_for_disk
    }

    fn error(&self, problem: StoreProblem) -> StoreError {
        StoreError { path: self.path.clone(), problem }
    }
}

/// Takes the folder for this process alone, and sees to it that it is a store's.
#[allow(clippy::incompatible_msrv)] // the database needs the same newer Rust
fn lock(path: &Path) -> Result<File, StoreProblem> {
    fs::create_dir_all(path)?;
    let name = path.join(FORMAT_FILE);
    if !name.exists() && fs::read_dir(path)?.next().is_some() {
        return Err(StoreProblem::Foreign);
    }
    let mut file =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).open(name)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(StoreProblem::Locked),
        Err(TryLockError::Error(error)) => return Err(error.into()),
    }
    let mut found = Vec::new();
    (&file).take(200).read_to_end(&mut found)?;
    if found.is_empty() {
        file.write_all(FORMAT.as_bytes())?;
        file.sync_all()?;
    } else if found != FORMAT.as_bytes() {
        let found = String::from_utf8_lossy(&found).trim_end().to_owned();
        return Err(StoreProblem::Format(found));
    }
    Ok(file)
}

impl From<io::Error> for StoreProblem {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(error)
    }
}

impl From<fjall::Error> for StoreProblem {
    fn from(error: fjall::Error) -> Self {
        match error {
            fjall::Error::Io(error) => Self::Unreadable(error),
            fjall::Error::Locked => Self::Locked,
            fjall::Error::InvalidVersion(Some(version)) => {
                Self::Format(format!("the database's format {version}"))
            }
            error => Self::Damaged(error.to_string()),
        }
    }
}
