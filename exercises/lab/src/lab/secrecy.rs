//! TLS: what is the same with it, and what is not.

use super::Lab;
use crate::error::LabError;
use crate::guest::Guest;
use crate::stage::{Doubt, Doubted};

impl Lab {
    /// From now on clients connect over TLS. On a broker of the lab's own, an authority and a certificate
    /// are made for it; on somebody else's they do so from the beginning or never. False if there is no
    /// TLS here: on the virtual stage, and where the lab is built without it.
    ///
    /// # Errors
    ///
    /// [`LabError::Network`] if the system does not play along.
    pub fn secure(&mut self) -> Result<bool, LabError> {
        self.stage.secure()
    }

    /// A new client connects over TLS, and has reason not to trust whom it finds there. Tells why, in a
    /// sentence; `None` if this doubt cannot be had here.
    ///
    /// # Errors
    ///
    /// [`LabError::NotRefused`] if it trusts all the same.
    pub fn connect_in_doubt(
        &mut self,
        guest: Guest,
        doubt: Doubt,
    ) -> Result<Option<String>, LabError> {
        let actor = self.enter(guest)?;
        match self.stage.open_in_doubt(actor, doubt)? {
            Doubted::Rightly(why) => {
                self.stage.settle();
                Ok(Some(why))
            }
            Doubted::Never => Ok(None),
            Doubted::InVain => Err(LabError::NotRefused { who: self.cast(actor).name.clone() }),
        }
    }

    /// What somebody who stands between clients and broker has seen since the last call, a line for each
    /// TLS record. Nothing where nobody stands there.
    pub fn overheard(&mut self) -> Vec<String> {
        self.stage.overheard()
    }
}
