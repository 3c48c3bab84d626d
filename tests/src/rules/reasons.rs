//! The rules that no test of the lab can show.

use wire::{Rule, rules};

const NO_WEBSOCKET: &str = "The lab speaks MQTT over TCP and TLS. It has no WebSocket, neither at the \
    broker nor at the client, so nothing here could break the rule.";

/// Each rule without a test, and why there can be none.
pub static REASONS: &[(&Rule, &str)] = &[
    (
        &rules::MQTT_3_8_3_2,
        "It binds a server that knows no wildcards in Topic Filters. This broker does.",
    ),
    (&rules::MQTT_6_0_0_1, NO_WEBSOCKET),
    (&rules::MQTT_6_0_0_2, NO_WEBSOCKET),
    (&rules::MQTT_6_0_0_3, NO_WEBSOCKET),
    (&rules::MQTT_6_0_0_4, NO_WEBSOCKET),
    (
        &rules::MQTT_7_0_0_1,
        "It binds a server that connects to other servers. This broker waits for clients and opens \
         no connection of its own.",
    ),
];
