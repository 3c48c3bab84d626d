//! What runs in the page, as HTML: *Run*, *Flip a bit*, *Decode mine*.
//!
//! Each has two faces. On a static host, and without scripts, it says in plain words what to type
//! instead. Where our own server serves the page, `theme/live.js` shows the form and hides the words.

mod inputs;

use std::fmt::Write;

use lab::Scenario;

use crate::flip::owner;
use crate::html::escape;
use crate::play::Passed;

/// A form that plays the scenario, with what may be chosen in it.
pub(crate) fn run(scenario: &Scenario) -> String {
    let name = scenario.name;
    format!(
        "<div class=\"live\" id=\"run-{name}\" data-live=\"run\" data-scenario=\"{name}\">\n<p \
         class=\"instead\">Play it yourself: <code>cargo run -- scenario {name}</code>, and with \
         <code class=\"word\">--inputs</code> see what you can change in it. If you read this book with \
         <code>cargo run -p book</code>, there is a form here that plays it in the page.</p>\n<form \
         hidden>\n<p>A real broker and real clients, over TCP, on this machine.</p>\n\
         <details><summary>Change something first</summary>\n<div class=\"inputs\">\n{}</div>\n\
         </details>\n<p><button type=\"submit\">Run it now</button> <button \
         type=\"reset\">Reset</button></p>\n</form>\n</div>\n",
        inputs::controls(scenario),
    )
}

/// A choice of bits of a packet, and what the decoder says to each.
pub(crate) fn flip(passed: &Passed, scenario: &str, table: &str) -> String {
    let (name, number) = (passed.type_name(), passed.number);
    let mut bits = String::new();
    for (offset, byte) in passed.bytes.iter().enumerate() {
        // From bit 7 down, for the script, which writes them beside the bits to choose from.
        let owners: Vec<_> = (0..8).rev().map(|bit| owner(passed, offset, bit)).collect();
        let is_one = owners.windows(2).all(|pair| pair[0] == pair[1]);
        let (name, names) = if is_one {
            (owners[0], owners[0].to_owned())
        } else {
            ("several fields", owners.join("|"))
        };
        let _ = write!(
            bits,
            "<option value=\"{offset}\" data-byte=\"{byte}\" data-names=\"{}\">{offset}: \
             {byte:02x} {}</option>",
            escape(&names),
            escape(name),
        );
    }
    format!(
        "<div class=\"live\" data-live=\"flip\" data-scenario=\"{}\" data-number=\"{number}\">\n<p \
         class=\"instead\">If you read this book with <code>cargo run -p book</code>, you can flip a bit \
         of this {name} here and send it to a real broker. The list below says what to \
         expect.</p>\n<form hidden>\n<p><label>Byte of the {name} <select \
         name=\"byte\">{bits}</select></label> <label>Bit <select \
         name=\"bit\"><option>7</option><option>6</option><option>5</option><option>4</option><option>\
         3</option><option>2</option><option>1</option><option>0</option></select></label> <button \
         type=\"submit\">Flip it and send it</button></p>\n</form>\n</div>\n{table}",
        escape(scenario),
    )
}

/// A place for hex or a capture.
pub(crate) fn decode() -> String {
    "<div class=\"live\" data-live=\"decode\">\n<p class=\"instead\">Have bytes of your own? Give them \
     to <code>cargo run -p tracer -- decode</code>, or a capture to <code>cargo run -p tracer -- read \
     FILE</code>. If you read this book with <code>cargo run -p book</code>, you can paste or drop them \
     here.</p>\n<form hidden>\n<label>Hex, as Wireshark, <code>xxd</code> or a program prints it \
     <textarea name=\"hex\" rows=\"4\" spellcheck=\"false\"></textarea></label>\n<p><button \
     type=\"submit\">Decode it</button> <label class=\"file\">or a capture, pcap or pcapng: drop it \
     here, or <input type=\"file\" name=\"capture\" \
     accept=\".pcap,.pcapng,.cap\"></label></p>\n</form>\n</div>\n"
        .to_owned()
}
