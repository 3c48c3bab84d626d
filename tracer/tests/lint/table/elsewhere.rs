//! The rules that are not in the table: what breaks them breaks another one that is, or cannot be seen.

/// Whoever breaks the first one is told so by the second.
pub(super) static SAME_AS: &[(&str, &str)] = &[
    ("MQTT-1.5.3-3", "MQTT-3.3.2-3"), // without U+FEFF it is another topic, which nobody asked for
    ("MQTT-2.2.2-1", "MQTT-2.2.2-2"), // the sender's half of the rule
    ("MQTT-2.3.1-7", "MQTT-3.8.4-2"), // and MQTT-3.10.4-4
    ("MQTT-3.1.2-4", "MQTT-3.2.2-2"), // a session that was to be kept is not there
    ("MQTT-3.1.2-6", "MQTT-3.2.2-3"), // a session that was not to be kept is there
    ("MQTT-3.1.2-10", "MQTT-3.14.4-3"), // a will that a DISCONNECT removed is published
    ("MQTT-3.1.2-11", "MQTT-3.1.2-13"), // and MQTT-3.1.2-15, MQTT-3.1.2-18
    ("MQTT-3.1.3-2", "MQTT-3.2.2-2"), // and MQTT-3.2.2-3
    ("MQTT-3.1.3-9", "MQTT-3.2.2-5"), // the refused connection goes on
    ("MQTT-3.1.4-3", "MQTT-3.2.2-1"), // and MQTT-3.2.2-2, MQTT-3.2.2-3
    ("MQTT-3.1.4-4", "MQTT-3.2.0-1"), // something else comes instead
    ("MQTT-3.3.1-5", "MQTT-3.3.1-6"), // an older message was stored, and this one not
    ("MQTT-3.8.4-3", "MQTT-3.8.4-6"), // a message comes at the QoS of the old subscription
    ("MQTT-3.8.4-4", "MQTT-3.8.4-5"), // and MQTT-3.8.4-2, for a second SUBACK
    ("MQTT-3.10.4-1", "MQTT-3.10.4-2"), // the equal filter is not deleted
    ("MQTT-3.10.4-6", "MQTT-3.10.4-4"), // a second UNSUBACK
    ("MQTT-4.1.0-1", "MQTT-3.2.2-2"),
    ("MQTT-4.3.1-1", "MQTT-3.3.1-2"),
    ("MQTT-4.3.2-2", "MQTT-2.3.1-6"), // and MQTT-3.3.4-1
    ("MQTT-4.6.0-5", "MQTT-4.6.0-6"),
    ("MQTT-4.7.3-2", "MQTT-1.5.3-2"),
    ("MQTT-4.7.3-4", "MQTT-3.3.2-3"), // another spelling is another topic, which nobody asked for
];

/// What no traffic can show for sure, and why.
pub(super) static UNSEEN: &[(&str, &str)] = &[
    (
        "MQTT-2.3.1-5",
        "An identifier in a PUBLISH of QoS 0 looks like the beginning of its payload.",
    ),
    ("MQTT-3.1.2-7", MAY_BE_DELETED),
    ("MQTT-3.1.2-12", "Such a message looks like one of a client that is out of sight."),
    ("MQTT-3.1.2-17", MAY_BE_DELETED),
    ("MQTT-3.1.3-1", "The fields have no names: in another order each is read as the other."),
    ("MQTT-3.1.3-6", "The identifier that the server gives does not pass."),
    ("MQTT-3.3.5-2", "There is no deadline for an acknowledgement."),
    ("MQTT-3.8.3-2", "No packet tells whether a server knows wildcards."),
    ("MQTT-3.10.4-3", "There is no deadline for the rest of an exchange."),
    (
        "MQTT-3.14.4-1",
        "What the client's end did may not have reached the capture; see MQTT-3.14.4-2.",
    ),
    (
        "MQTT-4.1.0-2",
        "A server that forgets subscriptions is like one on which nobody publishes, or may.",
    ),
    (
        "MQTT-4.5.0-2",
        "There is no deadline: a client may leave, be sent it again, and acknowledge it then.",
    ),
    ("MQTT-4.7.3-3", "A length of two bytes counts no further."),
    ("MQTT-4.8.0-2", "What fails within a peer does not pass."),
    ("MQTT-6.0.0-1", NO_WEBSOCKET),
    ("MQTT-6.0.0-2", NO_WEBSOCKET),
    ("MQTT-6.0.0-3", NO_WEBSOCKET),
    ("MQTT-6.0.0-4", NO_WEBSOCKET),
    ("MQTT-7.0.0-1", "It is about what a server is, and its two parts are judged each by itself."),
    ("MQTT-7.0.0-2", "What is outside of the standard breaks another rule, or none."),
    ("MQTT-7.1.1-1", "That anything passed at all shows it."),
    ("MQTT-7.1.2-1", "That anything passed at all shows it."),
    ("s1.5.3", "A length of two bytes counts no further."),
];

const MAY_BE_DELETED: &str = "A retained message that does not come may have been deleted out of sight, or be kept from this client.";

const NO_WEBSOCKET: &str = "MQTT over WebSocket is not read here.";
