//! To subscribe and to take what comes, over one Network Connection after the other.

use std::io::{self, Write};
use std::ops::ControlFlow;

use client::{Client, Notice, Notices};
use delivery::Message;
use tracer::output::Failure;
use wire::{SubackReturnCode, Subscription};

use super::session::wrong;

/// Hands each message to `take`, until that says that it is enough. After a new Network Connection
/// without the old session it subscribes again.
pub(super) async fn listen(
    client: &Client,
    notices: &mut Notices,
    subscriptions: &[Subscription],
    mut take: impl FnMut(&Message) -> Result<ControlFlow<()>, Failure>,
) -> Result<(), Failure> {
    loop {
        match notices.next().await {
            Some(Notice::Message(message)) => {
                if take(&message)?.is_break() {
                    return Ok(());
                }
            }
            Some(Notice::Disconnected(why)) => say(&format!("{why}; connecting again")),
            Some(Notice::Reconnected { session_present: false }) => {
                subscribe(client, subscriptions).await?;
            }
            Some(Notice::Reconnected { session_present: true }) => {}
            Some(Notice::Refused(code)) => say(&format!("CONNACK code {code}; trying again")),
            Some(Notice::Unreachable(why)) => say(&format!("{why}; trying again")),
            None => return Err(wrong("the connection is over")),
        }
    }
}

/// Subscribes, and says which filters were refused. An error if all of them were.
pub(super) async fn subscribe(
    client: &Client,
    subscriptions: &[Subscription],
) -> Result<(), Failure> {
    let answers = client.subscribe_all(subscriptions.to_vec()).await.map_err(wrong)?;
    let asked = subscriptions.iter().zip(&answers);
    let refused: Vec<_> = asked
        .filter(|(_, answer)| **answer == SubackReturnCode::Failure)
        .map(|(subscription, _)| &*subscription.topic_filter)
        .collect();
    for filter in &refused {
        say(&format!("the server refused the subscription to {filter}: SUBACK code 0x80"));
    }
    if refused.len() == subscriptions.len() { Err(Failure::Wrong(None)) } else { Ok(()) }
}

/// Tells the person at the terminal something that is no message.
pub(super) fn say(sentence: &str) {
    // Where standard error is closed, nobody is left to tell.
    let _ = writeln!(io::stderr(), "client: {sentence}");
}
