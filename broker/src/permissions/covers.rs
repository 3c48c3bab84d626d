//! Whether one Topic Filter covers another.

use wire::TopicFilter;

/// Whether every topic that `other` matches is matched by `filter` as well (MQTT 3.1.1 §4.7). Level by
/// level, `+` covers any one level and `#` any number of them, with three cases to mind:
///
/// - `a/#` covers `a`, which it matches too;
/// - a wildcard at the front covers nothing that begins with `$` (`[MQTT-4.7.2-1]`);
/// - `+/#` covers `#`, since every topic has a first level, and `/+/#` covers `/#`, since no topic is
///   empty; but `a/+/#` does not cover `a/#`, which matches `a`.
pub(crate) fn covers(filter: &TopicFilter, other: &TopicFilter) -> bool {
    if other.starts_with('$') && filter.starts_with(['+', '#']) {
        return false;
    }
    let mut others = match &**other {
        "#" => "+/#",
        "/#" => "/+/#",
        other => other,
    }
    .split('/');
    for level in filter.levels() {
        match (level, others.next()) {
            ("#", _) => return true,
            ("+", Some(other)) if other != "#" => {}
            (level, Some(other)) if level == other => {}
            _ => return false,
        }
    }
    others.next().is_none()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use wire::TopicName;

    use super::*;

    fn filter(text: &str) -> TopicFilter {
        TopicFilter::try_from(text).unwrap()
    }

    #[test]
    fn a_filter_covers_what_is_within_it() {
        let yes = [
            ("#", "#"),
            ("#", "a/+/b"),
            ("+/#", "#"),
            ("#", "+/#"),
            ("+/+/#", "/#"),
            ("a/#", "a"),
            ("a/#", "a/#"),
            ("a/#", "a/+/b/#"),
            ("a/+", "a/b"),
            ("a/+", "a/+"),
            ("a/+", "a/"),
            ("+/+", "/"),
            ("a/+/#", "a/+"),
            ("$SYS/#", "$SYS/+"),
            ("a", "a"),
        ];
        for (one, other) in yes {
            assert!(covers(&filter(one), &filter(other)), "{one} covers {other}");
        }
        let no = [
            ("a/+", "a/#"),
            ("a/+", "+/a"),
            ("a/b", "a/+"),
            ("+", "#"),
            ("+/+/#", "#"),
            ("a/+/#", "a/#"),
            ("#", "$SYS/#"),
            ("+/x", "$SYS/x"),
            ("a/#", "#"),
            ("a", "A"),
            ("a", "a/"),
            ("+", "/"),
        ];
        for (one, other) in no {
            assert!(!covers(&filter(one), &filter(other)), "{one} does not cover {other}");
        }
    }

    /// Every topic of up to four levels out of names that the filters have, one that they have not,
    /// and the empty one. With filters of up to three levels, each difference between two of them
    /// shows in one of these.
    fn topics() -> Vec<TopicName> {
        let levels = ["", "a", "b", "other", "$", "$a"];
        let mut topics: Vec<String> = levels.map(str::to_owned).into();
        let mut longest = topics.clone();
        for _ in 0..3 {
            longest = longest
                .iter()
                .flat_map(|topic| levels.map(|level| format!("{topic}/{level}")))
                .collect();
            topics.extend_from_slice(&longest);
        }
        topics.iter().filter_map(|topic| TopicName::try_from(topic.as_str()).ok()).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        /// One covers the other just if there is no topic that the other alone matches.
        #[test]
        fn it_covers_just_what_it_matches_topic_by_topic(
            one in "(\\+|a|b|\\$a|)(/(\\+|a|b|\\$a|)){0,2}(/#)?|#",
            other in "(\\+|a|b|\\$a|)(/(\\+|a|b|\\$a|)){0,2}(/#)?|#",
        ) {
            thread_local!(static TOPICS: Vec<TopicName> = topics());
            let (Ok(one), Ok(other)) =
                (TopicFilter::try_from(one.as_str()), TopicFilter::try_from(other.as_str()))
            else {
                return Ok(()); // the empty one is no filter
            };
            let is_within = TOPICS.with(|topics| {
                topics.iter().all(|topic| one.matches(topic) || !other.matches(topic))
            });
            prop_assert_eq!(covers(&one, &other), is_within);
        }
    }
}
