//! Whether clients are who they say they are, found out beside the broker.
//!
//! ```text
//!   CONNECT ─▶ Examiner ─▶ Authentication, on a thread of its own ─▶ Input::Examined ─▶ Broker
//! ```
//!
//! A hash that is slow to guess is slow to check as well, and one thread serves all clients. So the
//! check goes to another thread, while no further packet of this one client is taken.

use std::fmt;
use std::sync::Arc;

use broker_core::Admission;
use tokio::sync::Semaphore;
use wire::{Connect, Credentials};

/// How many clients are examined at a time. The others wait for their turn, at most as long as a
/// client may take until its CONNECT was taken.
const AT_A_TIME: usize = 2;

/// Knows who clients are.
pub trait Authentication: fmt::Debug + Send + Sync {
    /// Whether somebody with these credentials, or with none, may come in. This may take a while.
    ///
    /// # Errors
    ///
    /// Why it may not.
    fn authenticate(&self, credentials: Option<&Credentials>) -> Result<(), Refusal>;
}

/// Why a client is not let in. CONNACK tells less than this, so that nobody can find out by it which
/// users there are; whoever runs the broker may know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It came without a User Name.
    Anonymous,
    /// There is no such user.
    UnknownUser,
    /// The user has another Password, or the client came without one.
    WrongPassword,
}

impl Refusal {
    /// What the client is told (MQTT 3.1.1 §3.2.2.3): code 5 if it is anonymous, else code 4.
    pub const fn admission(self) -> Admission {
        match self {
            Self::Anonymous => Admission::NotAuthorized,
            Self::UnknownUser | Self::WrongPassword => Admission::BadUserNameOrPassword,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Anonymous => "it has no User Name, and anonymous clients are not let in",
            Self::UnknownUser => "there is no user of this name",
            Self::WrongPassword => "the Password is wrong",
        })
    }
}

/// Asks an [`Authentication`] without holding anybody else up.
pub(crate) struct Examiner {
    authentication: Arc<dyn Authentication>,
    turns: Arc<Semaphore>,
}

impl Examiner {
    pub(crate) fn new(authentication: Arc<dyn Authentication>) -> Self {
        Self { authentication, turns: Arc::new(Semaphore::new(AT_A_TIME)) }
    }

    /// Waits for the answer. Whoever stops to wait does not free the turn: that ends with the work.
    pub(crate) async fn examine(&self, connect: &Connect) -> Result<(), Refusal> {
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        let authentication = Arc::clone(&self.authentication);
        let credentials = connect.credentials.clone();
        let answer = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            authentication.authenticate(credentials.as_ref())
        });
        answer.await.unwrap_or(Err(Refusal::WrongPassword)) // it panicked: nobody comes in that way
    }
}
