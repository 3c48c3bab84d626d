//! Scenario 9 of the talk: a broker that asks who is there.

use wire::Qos;

use super::Scenario;
use crate::error::LabError;
use crate::guest::{Account, Guest, Note};
use crate::lab::Lab;

pub(super) const SCENARIO: Scenario = Scenario {
    name: "authentication",
    about: "User Name and Password: an anonymous client, a wrong password and the right one",
    remember: "CONNECT carries User Name and Password as they are: the dump of it shows both. \
               Whoever sees the packet on its way can read them, and come in with them. Only TLS hides \
               them.",
    play,
};

fn play(lab: &mut Lab) -> Result<(), LabError> {
    let paolo = Account::new("paolo", "devday");
    lab.admit_only(paolo.clone())?;
    lab.say(
        "The broker lets in only whom it knows. The first client says nothing of itself: both flags, \
         User Name and Password, are 0. CONNACK says 5, not authorized, and the broker closes.",
    );
    lab.connect_refused(Guest::named("nobody"))?;

    lab.say(
        "The second one names a user, paolo, and a password that is wrong. CONNACK says 4, bad user \
         name or password. It does not say which of the two: that would tell a stranger who has an \
         account.",
    );
    let wrong = Account { password: "secret".to_owned(), ..paolo.clone() };
    lab.connect_refused(Guest::named("guesser").user(wrong))?;

    lab.say(
        "The third one has the right password: code 0, and it may go on. Look at the end of its CONNECT: \
         the last field is the password, letter by letter.",
    );
    let client = lab.connect(Guest::named("laptop").user(paolo))?;
    lab.subscribe(client, "mytopic", Qos::AtMostOnce)?;
    lab.publish(client, Note::new("mytopic", "hello"))?;
    lab.receive(client)?;
    lab.disconnect(client)?;
    Ok(())
}
