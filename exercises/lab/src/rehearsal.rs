//! Plays in which a part is somebody else's: a learner's broker with the lab's clients, or a learner's
//! client with the lab's broker. Always on the virtual stage, so that it takes no time.

use std::sync::Arc;

use tap::Record;

use crate::audience::Audience;
use crate::error::LabError;
use crate::lab::Lab;
use crate::stage::{Actor, ClientPart, ServerPart};
use crate::transcript::Transcript;

/// What was seen in a play, and how it ended.
pub type Rehearsal = (Vec<Record>, Result<(), LabError>);

/// Plays with this broker.
pub fn rehearse_broker(
    broker: impl ServerPart + 'static,
    play: impl FnOnce(&mut Lab) -> Result<(), LabError>,
) -> Rehearsal {
    recorded(|audience| play(&mut Lab::with_broker(audience, Box::new(broker))))
}

/// Plays with this client, which is called `name` and waits for [`Lab::reconnect`].
pub fn rehearse_client(
    name: &str,
    client: impl ClientPart + 'static,
    play: impl FnOnce(&mut Lab, Actor) -> Result<(), LabError>,
) -> Rehearsal {
    recorded(|audience| {
        let (mut lab, actor) = Lab::with_client(audience, name, Box::new(client));
        play(&mut lab, actor)
    })
}

/// Plays with this broker and this client. A broker can so be tried with what no good client sends.
pub fn rehearse_both(
    broker: impl ServerPart + 'static,
    name: &str,
    client: impl ClientPart + 'static,
    play: impl FnOnce(&mut Lab, Actor) -> Result<(), LabError>,
) -> Rehearsal {
    recorded(|audience| {
        let (mut lab, actor) = Lab::with_both(audience, Box::new(broker), name, Box::new(client));
        play(&mut lab, actor)
    })
}

/// What an audience sees of this play, and how it ends.
fn recorded(play: impl FnOnce(Arc<dyn Audience>) -> Result<(), LabError>) -> Rehearsal {
    let transcript = Arc::new(Transcript::default());
    let end = play(Arc::clone(&transcript) as Arc<dyn Audience>);
    (transcript.records(), end)
}
