//! Plays in which a part is somebody else's: a learner's broker with the lab's clients, or a learner's
//! client with the lab's broker. Always on the virtual stage, so that it takes no time.
//!
//! Parts and plays are put into boxes at once: what is generic would be compiled anew in an exercise whenever
//! its learner saves.

use std::sync::Arc;

use tap::Record;

use crate::audience::Audience;
use crate::error::LabError;
use crate::lab::Lab;
use crate::stage::{Actor, ClientPart, ServerPart};
use crate::transcript::Transcript;

/// What was seen in a play, and how it ended.
pub type Rehearsal = (Vec<Record>, Result<(), LabError>);

/// A play around a broker.
type Play<'p> = Box<dyn FnOnce(&mut Lab) -> Result<(), LabError> + 'p>;
/// A play around a client.
type ClientPlay<'p> = Box<dyn FnOnce(&mut Lab, Actor) -> Result<(), LabError> + 'p>;

/// Plays with this broker.
pub fn rehearse_broker(
    broker: impl ServerPart + 'static,
    play: impl FnOnce(&mut Lab) -> Result<(), LabError>,
) -> Rehearsal {
    with_broker(Box::new(broker), Box::new(play))
}

fn with_broker(broker: Box<dyn ServerPart>, play: Play<'_>) -> Rehearsal {
    recorded(|audience| play(&mut Lab::with_broker(audience, broker)))
}

/// Plays with this client, which is called `name` and waits for [`Lab::reconnect`].
pub fn rehearse_client(
    name: &str,
    client: impl ClientPart + 'static,
    play: impl FnOnce(&mut Lab, Actor) -> Result<(), LabError>,
) -> Rehearsal {
    with_client(name, Box::new(client), Box::new(play))
}

fn with_client(name: &str, client: Box<dyn ClientPart>, play: ClientPlay<'_>) -> Rehearsal {
    recorded(|audience| {
        let (mut lab, actor) = Lab::with_client(audience, name, client);
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
    with_both(Box::new(broker), name, Box::new(client), Box::new(play))
}

fn with_both(
    broker: Box<dyn ServerPart>,
    name: &str,
    client: Box<dyn ClientPart>,
    play: ClientPlay<'_>,
) -> Rehearsal {
    recorded(|audience| {
        let (mut lab, actor) = Lab::with_both(audience, broker, name, client);
        play(&mut lab, actor)
    })
}

/// What an audience sees of this play, and how it ends.
fn recorded(play: impl FnOnce(Arc<dyn Audience>) -> Result<(), LabError>) -> Rehearsal {
    let transcript = Arc::new(Transcript::default());
    let end = play(Arc::clone(&transcript) as Arc<dyn Audience>);
    (transcript.records(), end)
}
