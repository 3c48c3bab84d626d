//! 52-retain-vs-session: What belongs to whom
//!
//! Four stories, each with a question whose answer is true or false. Answer first, then look: each story is
//! recorded from the lab's own broker, as a text in `exercises/52-retain-vs-session/tests/expected/`.
//!
//! Check it:  cargo test -p ex-52-retain-vs-session
//! Read:      retained.html#whose-it-is in the book (cargo run -p book)

/// The story is in `publisher_goes.txt`. A publisher with a clean session publishes 21 with RETAIN 1, and
/// takes its leave. Does a client that subscribes later get 21?
pub fn outlives_the_clean_session_of_its_publisher() -> bool {
    todo!("does a clean session take its retained messages along?")
}

/// The story is in `subscribes_twice.txt`. bob has subscribed and got 21. He subscribes to the same filter
/// once more, over the same connection. Does he get 21 again?
pub fn comes_again_with_a_second_subscribe() -> bool {
    todo!("does the broker send it to somebody who has it?")
}

/// The story is in `comes_back.txt`. bob has subscribed in a session that is kept, and got 21. He goes and
/// comes back, and does not subscribe again. Does he get 21 again?
pub fn comes_again_with_the_session() -> bool {
    todo!("does it come when a session goes on?")
}

/// The story is in `waits.txt`. bob, whose session is kept, has subscribed at QoS 1 and is away. 22 is
/// published at QoS 1 with RETAIN 1. He comes back and gets it. Is RETAIN 1 in what he gets?
pub fn has_retain_1_after_waiting_in_a_session() -> bool {
    todo!("was it kept for its topic, or did it wait for him?")
}
