//! 32-topic-match: Which message is mine?
//!
//! kind: behaviour
//! minutes: 30
//! part: core
//! page: topics.html
//! rules: MQTT-4.7.1-2 MQTT-4.7.1-3 MQTT-4.7.2-1 MQTT-4.7.3-4
//! misconception: # matches everything, a/# leaves out a, + goes over several levels, and a slash in front
//!   does not count.
//! checks with: broker-core delivery lab wire
//! hint: Do not compare texts but levels: `filter.split('/')` and `topic.split('/')` give them one after
//!   the other. Walk along both at the same time.
//! hint: A `#` says yes to all that is left, also if nothing is left. A `+` says yes to one level, and there
//!   has to be one. At the end nothing of the topic may be left. Only then think of the `$`.
//! hint: `let mut levels = topic.split('/');`, then for each level of the filter: `#` returns true,
//!   otherwise `match levels.next()` returns false unless the level is there and is the same, or the
//!   filter has `+`. Last of all `levels.next().is_none()`.
//!
//! The broker asks one question all day: does this message belong to that subscription? Answer it for any
//! good Topic Filter and any good Topic Name. The last step puts your answer into a broker, and the lab's
//! own clients talk to it.

/// Whether a message on this topic belongs to a subscription with this filter.
pub fn matches(filter: &str, topic: &str) -> bool {
    // LAB: todo!("compare filter and topic level by level")
    if topic.starts_with('$') && filter.starts_with(['+', '#']) {
        return false;
    }
    let mut levels = topic.split('/');
    for wanted in filter.split('/') {
        if wanted == "#" {
            return true;
        }
        match levels.next() {
            Some(level) if wanted == "+" || wanted == level => {}
            _ => return false,
        }
    }
    levels.next().is_none()
    // LAB-END
}
