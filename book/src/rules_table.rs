//! All rules of MQTT 3.1.1, with the id of each and whom it binds.

use std::fmt::Write;

use wire::Binds;
use wire::rules::MQTT_3_1_1;

use crate::html::escape;

/// The table of rules.
pub(crate) fn html() -> String {
    let mut out = "<table class=\"rules\"><thead><tr><th scope=\"col\">Rule</th><th \
                   scope=\"col\">Binds</th><th scope=\"col\">What it says</th></tr></thead>\n<tbody>\n"
        .to_owned();
    for rule in MQTT_3_1_1 {
        let _ = writeln!(
            out,
            "<tr id=\"{}\"><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>",
            rule.id.to_lowercase().replace('.', "-"),
            rule.id,
            whom(rule.binds),
            escape(rule.sentence),
        );
    }
    out.push_str("</tbody></table>\n");
    out
}

fn whom(binds: Binds) -> &'static str {
    match binds {
        Binds::Codec => "the form of the bytes",
        Binds::Server => "the server",
        Binds::Client => "the client",
        Binds::Both => "both",
    }
}
