//! What runs in the page, as HTML: *Run*, *Flip a bit*, *Decode mine*.
//!
//! Each has two faces. On a static host, and without scripts, it says in plain words what to type
//! instead. Where our own server serves the page, `theme/live.js` shows the form and hides the words.

use std::fmt::Write;

use lab::Scenario;

use crate::flip::owner;
use crate::html::escape;
use crate::play::Passed;

/// A button that plays the scenario.
pub(crate) fn run(scenario: &Scenario) -> String {
    let name = scenario.name;
    format!(
        "<div class=\"live\" data-live=\"run\" data-scenario=\"{name}\">\n<p class=\"instead\">Play it \
         yourself: <code>cargo run -- scenario {name}</code>. If you read this book with <code>cargo run \
         -p book</code>, there is a button here that plays it in the page.</p>\n<form hidden>\n<p>{} \
         <button type=\"submit\">Run it now</button></p>\n</form>\n</div>\n",
        "A real broker and real clients, over TCP, on this machine.",
    )
}

/// A form for a message of one's own.
pub(crate) fn exchange() -> String {
    const FORM: &str = "\
<label>Client Identifier <input name=\"client\" value=\"alice\" maxlength=\"64\"></label>
<label>Keep Alive, in seconds <input name=\"keep_alive\" type=\"number\" min=\"0\" max=\"65535\" value=\"60\"></label>
<label>Topic <input name=\"topic\" value=\"mytopic\" maxlength=\"128\"></label>
<label>Payload <input name=\"payload\" value=\"hello\" maxlength=\"256\"></label>
<label>QoS of the message <select name=\"qos\"><option>0</option><option>1</option><option>2</option></select></label>
<label>QoS of the subscription <select name=\"subscribed\"><option>0</option><option>1</option><option>2</option></select></label>
<label><input type=\"checkbox\" name=\"retain\" value=\"yes\"> RETAIN</label>
<label><input type=\"checkbox\" name=\"clean\" value=\"yes\" checked> Clean Session</label>
<label><input type=\"checkbox\" name=\"will\" value=\"yes\"> a will on <code>dead_clients</code></label>
<label><input type=\"checkbox\" name=\"cut\" value=\"yes\"> end without DISCONNECT</label>
";
    format!(
        "<div class=\"live\" data-live=\"exchange\">\n<p class=\"instead\">If you read this book with \
         <code>cargo run -p book</code>, there is a form here: choose QoS, RETAIN, Clean Session, a will, \
         and see which bits they change. In a terminal: <code>cargo run -p broker -- --trace</code>, and \
         <code>cargo run -p client -- pub --help</code> for the choices.</p>\n<form hidden>\n{FORM}<p>\
         <button type=\"submit\">Run it now</button></p>\n</form>\n</div>\n",
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
     here.</p>\n<form hidden>\n<label>Hex, as Wireshark, <code>xxd</code> or a programme prints it \
     <textarea name=\"hex\" rows=\"4\" spellcheck=\"false\"></textarea></label>\n<p><button \
     type=\"submit\">Decode it</button> <label class=\"file\">or a capture, pcap or pcapng: drop it \
     here, or <input type=\"file\" name=\"capture\" \
     accept=\".pcap,.pcapng,.cap\"></label></p>\n</form>\n</div>\n"
        .to_owned()
}
