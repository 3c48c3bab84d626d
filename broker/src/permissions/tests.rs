use super::*;

const FILE: &str = "\
# who    what       Topic Filter

paolo    publish    sensors/#
devday   both       chat/+
*        subscribe  public/#
*        both       a topic with blanks
";

fn may(user_name: Option<&str>, ask: impl FnOnce(&Permissions, Who<'_>) -> bool) -> bool {
    let user_name = user_name.map(|name| Text::try_from(name).unwrap());
    let client_identifier = Text::try_from("laptop").unwrap();
    let who = Who { client_identifier: &client_identifier, user_name: user_name.as_ref() };
    ask(&FILE.parse().unwrap(), who)
}

fn publishes(user_name: Option<&str>, topic: &str) -> bool {
    may(user_name, |permissions, who| {
        permissions.publish(who, &TopicName::try_from(topic).unwrap())
    })
}

fn subscribes(user_name: Option<&str>, topic_filter: &str) -> bool {
    let topic_filter = TopicFilter::try_from(topic_filter).unwrap();
    may(user_name, |permissions, who| permissions.subscribe(who, &topic_filter))
}

#[test]
fn a_user_may_what_a_line_permits() {
    assert!(publishes(Some("paolo"), "sensors/kitchen"));
    assert!(publishes(Some("devday"), "chat/lobby"));
    assert!(subscribes(Some("devday"), "chat/+"));
    assert!(!publishes(Some("paolo"), "chat/lobby"), "that is for devday");
    assert!(!subscribes(Some("paolo"), "sensors/kitchen"), "he may publish there, no more");
    assert!(!subscribes(Some("devday"), "chat/#"), "that is more than chat/+");
    assert!(!publishes(Some("Paolo"), "sensors/kitchen"), "another name");
}

#[test]
fn everybody_is_everybody() {
    for user_name in [None, Some("paolo"), Some("a stranger")] {
        assert!(subscribes(user_name, "public/news"));
        assert!(!publishes(user_name, "public/news"));
        assert!(publishes(user_name, "a topic with blanks"));
    }
}

#[test]
fn a_session_is_its_users() {
    let (paolo, devday) = (Text::try_from("paolo").unwrap(), Text::try_from("devday").unwrap());
    for (owner, expected) in [(None, false), (Some(&devday), false), (Some(&paolo), true)] {
        assert_eq!(
            may(Some("paolo"), |permissions, who| permissions.take_over(who, owner)),
            expected
        );
    }
}

#[test]
fn a_broken_line_is_told_with_its_number() {
    for (broken, expected) in [
        ("paolo publish", "line 2: a permission has three parts, who, what and a Topic Filter"),
        ("paolo", "line 2: a permission has three parts, who, what and a Topic Filter"),
        ("paolo read a", "line 2: \"read\" is none of publish, subscribe and both"),
        ("* both a#", "line 2: \"a#\" is no Topic Filter: "),
    ] {
        let error =
            format!("# broken:\n{broken}\n").parse::<Permissions>().unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn names_of_users_are_found() {
    assert_eq!(FILE.parse::<Permissions>().unwrap().any_user_name(), Some("paolo"));
    assert_eq!("* both #".parse::<Permissions>().unwrap().any_user_name(), None);
}
