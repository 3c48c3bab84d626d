//! Sentences that several fields share.

use std::borrow::Cow;

use crate::field::Value;

/// The length in front of a string or of binary data.
pub(crate) fn length(value: Value<'_>, what: &str) -> Cow<'static, str> {
    match value.number() {
        0 => format!("The {what} is empty: the next field follows at once.").into(),
        1 => format!("The {what} is the next byte. Lengths count bytes, not characters.").into(),
        number => {
            format!("The {what} is the next {number} bytes. Lengths count bytes, not characters.")
                .into()
        }
    }
}

/// A Topic Filter in a SUBSCRIBE.
pub(crate) fn topic_filter(value: Value<'_>) -> Cow<'static, str> {
    let Value::Text(filter) = value else {
        return "Not well-formed UTF-8.".into();
    };
    match (filter.contains('+'), filter.contains('#')) {
        (false, false) => "No wildcard: messages of exactly this Topic Name match.".into(),
        (true, false) => "Each + stands for one level, whatever it says.".into(),
        (false, true) if filter == "#" => {
            "# alone matches every Topic Name but those that begin with $.".into()
        }
        (false, true) => {
            "# stands for any number of levels below, and for the level above it as well.".into()
        }
        (true, true) => {
            "Each + stands for one level, the # at the end for any number of them.".into()
        }
    }
}
