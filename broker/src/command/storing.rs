//! The options on what outlives the broker.

use std::path::PathBuf;
use std::sync::Arc;

use broker::{DiskStore, Store};
use clap::Args;
use tracer::output::Failure;

#[derive(Args)]
#[command(next_help_heading = "State on disk")]
pub(super) struct StoreOptions {
    /// Keep retained messages and sessions in this folder, where they survive the end of the broker,
    /// `kill -9` included; it is made if it is not there [default: they end with the broker]
    #[arg(long, value_name = "FOLDER")]
    store: Option<PathBuf>,
    /// Wait for the disk before anything is acknowledged, so that a power cut loses nothing either;
    /// each answer then takes as long as the disk does
    #[arg(long, requires = "store")]
    store_sync: bool,
}

impl StoreOptions {
    pub(super) fn open(&self) -> Result<Option<Arc<dyn Store>>, Failure> {
        let Some(path) = &self.store else { return Ok(None) };
        let store = DiskStore::open(path, self.store_sync).map_err(super::wrong)?;
        Ok(Some(Arc::new(store)))
    }
}
