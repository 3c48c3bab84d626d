//! 52-retain-vs-session: What belongs to whom
//!
//! kind: reading
//! minutes: 10
//! part: extra
//! page: retained.html#whose-it-is
//! rules: MQTT-3.8.4-3 MQTT-3.3.1-6
//! misconception: Retained messages are a part of the session, and a clean session deletes them.
//! checks with: lab wire
//! hint: A retained message belongs to its topic. A session belongs to a client. Neither of the two knows
//!   of the other.
//! hint: A retained message comes with a subscription: with each SUBSCRIBE, and with nothing else. Which of
//!   the four stories has a SUBSCRIBE?
//! hint: The publisher's session may end as it likes. bob's second SUBSCRIBE is one as any other. A session
//!   that goes on needs no SUBSCRIBE. For an offline subscriber a message waits as it was published.
//!
//! Four stories, each with a question whose answer is true or false. Answer first, then look: each story is
//! recorded from the lab's own broker, as a text in `exercises/52-retain-vs-session/tests/expected/`.

/// The story is in `publisher_goes.txt`. A publisher with a clean session publishes 21 with RETAIN 1, and
/// takes its leave. Does a client that subscribes later get 21?
pub fn outlives_the_clean_session_of_its_publisher() -> bool {
    // LAB: todo!("does a clean session take its retained messages along?")
    true
    // LAB-END
}

/// The story is in `subscribes_twice.txt`. bob has subscribed and got 21. He subscribes to the same filter
/// once more, over the same connection. Does he get 21 again?
pub fn comes_again_with_a_second_subscribe() -> bool {
    // LAB: todo!("does the broker send it to somebody who has it?")
    true
    // LAB-END
}

/// The story is in `comes_back.txt`. bob has subscribed in a session that is kept, and got 21. He goes and
/// comes back, and does not subscribe again. Does he get 21 again?
pub fn comes_again_with_the_session() -> bool {
    // LAB: todo!("does it come when a session goes on?")
    false
    // LAB-END
}

/// The story is in `waits.txt`. bob, whose session is kept, has subscribed at QoS 1 and is away. 22 is
/// published at QoS 1 with RETAIN 1. He comes back and gets it. Is RETAIN 1 in what he gets?
pub fn has_retain_1_after_waiting_in_a_session() -> bool {
    // LAB: todo!("was it kept for its topic, or did it wait for him?")
    false
    // LAB-END
}
