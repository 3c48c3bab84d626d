use std::sync::Arc;

use check::{Exercise, Verdict};
use ex52 as answer;
use lab::{Audience, Guest, Lab, LabError, Note, Rehearsal, Transcript};
use wire::Qos;

const EXERCISE: Exercise = check::exercise!("52-retain-vs-session");

#[test]
fn step1_the_publisher_goes() -> Verdict {
    let known = [(
        "false",
        "Clean Session 1 ends the session of the client: its subscriptions, and what waited for it. A \
         retained message is no part of any session. It belongs to its topic, and stays.",
    )];
    EXERCISE.answer(
        "outlives_the_clean_session_of_its_publisher",
        0x3299_918e_0d3b_8f23,
        &known,
        LOOK,
        answer::outlives_the_clean_session_of_its_publisher,
    )?;
    EXERCISE.conversation("publisher_goes", &[], || {
        play(|lab| {
            let sensor = lab.connect(Guest::named("sensor"))?;
            lab.publish(sensor, Note::new("cellar", "21").retain())?;
            lab.disconnect(sensor)?;
            let bob = lab.connect(Guest::named("bob"))?;
            lab.subscribe(bob, "cellar", Qos::AtLeastOnce)?;
            Ok(())
        })
    })
}

#[test]
fn step2_bob_subscribes_twice() -> Verdict {
    let known = [(
        "false",
        "The broker does not remember who has seen what. A second SUBSCRIBE replaces the first one, and the \
         retained messages are sent again. [MQTT-3.8.4-3]",
    )];
    EXERCISE.answer(
        "comes_again_with_a_second_subscribe",
        0x7373_c4db_0d78_99aa,
        &known,
        LOOK,
        answer::comes_again_with_a_second_subscribe,
    )?;
    EXERCISE.conversation("subscribes_twice", &[], || {
        play(|lab| {
            let sensor = lab.connect(Guest::named("sensor"))?;
            lab.publish(sensor, Note::new("cellar", "21").retain())?;
            let bob = lab.connect(Guest::named("bob"))?;
            lab.subscribe(bob, "cellar", Qos::AtLeastOnce)?;
            lab.subscribe(bob, "cellar", Qos::AtLeastOnce)?;
            Ok(())
        })
    })
}

#[test]
fn step3_bob_comes_back() -> Verdict {
    let known = [(
        "true",
        "His subscription is there already, so nothing new is subscribed. Retained messages come with a \
         SUBSCRIBE, and neither with CONNECT nor with a session that goes on. [MQTT-3.3.1-6]",
    )];
    EXERCISE.answer(
        "comes_again_with_the_session",
        0xba08_c704_36fc_6282,
        &known,
        LOOK,
        answer::comes_again_with_the_session,
    )?;
    EXERCISE.conversation("comes_back", &[], || {
        play(|lab| {
            let sensor = lab.connect(Guest::named("sensor"))?;
            lab.publish(sensor, Note::new("cellar", "21").retain())?;
            let bob = lab.connect(Guest::named("bob").kept_session())?;
            lab.subscribe(bob, "cellar", Qos::AtLeastOnce)?;
            lab.disconnect(bob)?;
            lab.reconnect(bob)
        })
    })
}

#[test]
fn step4_a_message_waits() -> Verdict {
    let known = [(
        "true",
        "His subscription stood when 22 was published, so for him it is a fresh message that had to wait. \
         RETAIN 1 is for those who subscribe later. [MQTT-3.3.1-9]",
    )];
    EXERCISE.answer(
        "has_retain_1_after_waiting_in_a_session",
        0x0fff_a614_7421_7374,
        &known,
        LOOK,
        answer::has_retain_1_after_waiting_in_a_session,
    )?;
    EXERCISE.conversation("waits", &[], || {
        play(|lab| {
            let bob = lab.connect(Guest::named("bob").kept_session())?;
            lab.subscribe(bob, "cellar", Qos::AtLeastOnce)?;
            lab.disconnect(bob)?;
            let sensor = lab.connect(Guest::named("sensor"))?;
            lab.publish(sensor, Note::new("cellar", "22").qos(Qos::AtLeastOnce).retain())?;
            lab.reconnect(bob)?;
            lab.receive(bob)?;
            Ok(())
        })
    })
}

const LOOK: &str = "The answer is true or false.";

/// The lab's own broker and clients.
fn play(scenario: impl FnOnce(&mut Lab) -> Result<(), LabError>) -> Rehearsal {
    let transcript = Arc::new(Transcript::default());
    let audience = Arc::clone(&transcript) as Arc<dyn Audience>;
    let end = scenario(&mut Lab::on_virtual_network(audience));
    (transcript.records(), end)
}
