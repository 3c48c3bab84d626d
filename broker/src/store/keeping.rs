//! The hub and its store.

use std::io;
use std::sync::Arc;

use broker_core::{Broker, Key};
use tap::What;

use super::{Store, StoreError, StoreProblem, Unwritten};
use crate::hub::Hub;

impl Hub {
    /// Goes on with what is in the store, and keeps everything there from now on. No client may have
    /// come yet.
    pub(crate) fn restore(&mut self, store: Arc<dyn Store>) -> Result<(), StoreError> {
        let records = store.records()?;
        let count = |is_one: fn(&Key) -> bool| records.keys().filter(|key| is_one(key)).count();
        let sessions = count(|key| matches!(key, Key::Session(_)));
        let retained = count(|key| matches!(key, Key::Retained(_)));
        let mut outputs = Vec::new();
        let broker = Broker::restore(self.configuration(), records, &mut outputs)
            .map_err(|error| store.error(StoreProblem::Damaged(error.to_string())))?;
        if sessions + retained > 0 {
            self.record(None, || {
                let s = |count| if count == 1 { "" } else { "s" };
                let (of_sessions, of_retained) = (s(sessions), s(retained));
                What::Event(format!(
                    "the store has {sessions} session{of_sessions} and {retained} retained \
                     message{of_retained}"
                ))
            });
        }
        self.go_on(broker, outputs);
        let (changes, held) = self.state().unwritten.begin();
        store.write(changes)?;
        held.release();
        self.state().unwritten.is_writing = false;
        self.store = Some(store);
        Ok(())
    }

    /// Writes whatever is to be stored, until that fails.
    pub(crate) async fn keep(&self) -> StoreError {
        let Some(store) = &self.store else { return std::future::pending().await };
        loop {
            self.changed.notified().await;
            if let Err(error) = self.write(store).await {
                return error;
            }
        }
    }

    /// Writes one batch, if there is something to write, and releases what waited for it.
    async fn write(&self, store: &Arc<dyn Store>) -> Result<(), StoreError> {
        let (changes, held) = {
            let mut state = self.state();
            if state.unwritten.release() {
                return Ok(()); // it was written along with what came before
            }
            state.unwritten.begin()
        };
        if store.is_slow() {
            let its = Arc::clone(store);
            let written = tokio::task::spawn_blocking(move || its.write(changes)).await;
            written.map_err(|error| {
                store.error(StoreProblem::Unwritable(io::Error::other(error)))
            })??;
        } else {
            store.write(changes)?;
        }
        held.release();
        {
            let mut state = self.state();
            state.unwritten.is_writing = false;
            if !state.unwritten.release() {
                self.changed.notify_one();
            }
        }
        self.written.notify_waiters();
        Ok(())
    }

    /// Waits until there is room for more.
    pub(crate) async fn room_in_the_store(&self) {
        self.until(|unwritten| !unwritten.is_full()).await;
    }

    /// Waits until everything is written.
    pub(crate) async fn all_written(&self) {
        self.until(Unwritten::is_empty).await;
    }

    async fn until(&self, is_reached: impl Fn(&Unwritten) -> bool) {
        loop {
            let written = self.written.notified();
            if is_reached(&self.state().unwritten) {
                return;
            }
            written.await;
        }
    }
}
