//! Who may publish and subscribe where.
//!
//! A line of the file says who may do what with which topics, and each line only ever allows:
//!
//! ```text
//!   # who    what       Topic Filter
//!   paolo    publish    sensors/#
//!   devday   both       chat/+
//!   *        subscribe  public/#
//! ```
//!
//! - *who* is a User Name, or `*` for everybody, with a User Name or without;
//! - *what* is `publish`, `subscribe` or `both`;
//! - a message may be published if the Topic Filter of one line matches its topic;
//! - a subscription is granted if the Topic Filter of one line covers the whole of it, so that no
//!   message could come that is not permitted: `chat/+` covers `chat/+` and `chat/lobby`, not `chat/#`;
//! - what no line permits is refused.
//!
//! A session belongs to its user: nobody else can come under its Client Identifier, and get what waits
//! there.

mod covers;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use broker_core::{Access, Who};
use wire::{Text, TextError, TopicFilter, TopicName};

use crate::lines::{self, FileError, LineError};

pub(crate) use self::covers::covers;

/// What is permitted; everything else is not.
///
/// ```
/// use broker::Permissions;
/// use broker_core::{Access, Who};
/// use wire::{Text, TopicFilter, TopicName};
///
/// let permissions: Permissions = "paolo publish sensors/#\n* subscribe public/#".parse()?;
/// let (name, paolo) = (Text::try_from("laptop")?, Text::try_from("paolo")?);
/// let who = Who { client_identifier: &name, user_name: Some(&paolo) };
/// assert!(permissions.publish(who, &TopicName::new("sensors/kitchen")?));
/// assert!(permissions.subscribe(who, &TopicFilter::new("public/+/news")?));
/// assert!(!permissions.subscribe(who, &TopicFilter::new("#")?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Permissions(Vec<Permission>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Permission {
    /// `None` for everybody.
    user_name: Option<String>,
    publish: bool,
    subscribe: bool,
    topic_filter: TopicFilter,
}

impl Permissions {
    /// Reads a file of permissions.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or a line of it is broken.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, FileError<PermissionError>> {
        lines::read(path.as_ref(), str::parse)
    }

    /// A User Name that stands in a line, if there is one. Where no passwords are asked for, anybody
    /// can come by that name.
    pub fn any_user_name(&self) -> Option<&str> {
        self.0.iter().find_map(|permission| permission.user_name.as_deref())
    }

    fn of(&self, who: Who<'_>) -> impl Iterator<Item = &Permission> {
        let user_name = who.user_name.map(Text::as_str);
        self.0.iter().filter(move |permission| {
            permission.user_name.is_none() || permission.user_name.as_deref() == user_name
        })
    }
}

impl Access for Permissions {
    fn take_over(&self, who: Who<'_>, owner: Option<&Text>) -> bool {
        who.user_name == owner
    }

    fn publish(&self, who: Who<'_>, topic: &TopicName) -> bool {
        self.of(who).any(|permission| permission.publish && permission.topic_filter.matches(topic))
    }

    fn subscribe(&self, who: Who<'_>, topic_filter: &TopicFilter) -> bool {
        self.of(who).any(|permission| {
            permission.subscribe && covers(&permission.topic_filter, topic_filter)
        })
    }
}

impl FromStr for Permissions {
    type Err = LineError<PermissionError>;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut permissions = Vec::new();
        lines::each(text, |line| {
            permissions.push(line.parse()?);
            Ok(())
        })?;
        Ok(Self(permissions))
    }
}

impl FromStr for Permission {
    type Err = PermissionError;

    fn from_str(line: &str) -> Result<Self, PermissionError> {
        let (who, rest) = word(line);
        let (what, topic_filter) = word(rest);
        let (publish, subscribe) = match what {
            "publish" => (true, false),
            "subscribe" => (false, true),
            "both" => (true, true),
            "" => return Err(PermissionError::Short),
            _ => return Err(PermissionError::What(what.to_owned())),
        };
        if topic_filter.is_empty() {
            return Err(PermissionError::Short);
        }
        Ok(Self {
            user_name: (who != "*").then(|| who.to_owned()),
            publish,
            subscribe,
            topic_filter: TopicFilter::try_from(topic_filter)
                .map_err(|error| PermissionError::TopicFilter(topic_filter.to_owned(), error))?,
        })
    }
}

/// What is wrong with a line of permissions.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PermissionError {
    /// There are fewer than three parts.
    Short,
    /// The second part is none of the three words.
    What(String),
    /// The third part is no Topic Filter.
    TopicFilter(String, TextError),
}

impl fmt::Display for PermissionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Short => f.write_str(
                "a permission has three parts, who, what and a Topic Filter: paolo publish sensors/#",
            ),
            Self::What(what) => {
                write!(f, "{what:?} is none of publish, subscribe and both")
            }
            Self::TopicFilter(text, error) => {
                write!(f, "{text:?} is no Topic Filter: {error}")
            }
        }
    }
}

impl std::error::Error for PermissionError {}

/// The first word, and what stands behind it. Words are apart by blanks; a Topic Filter may have some.
fn word(text: &str) -> (&str, &str) {
    let text = text.trim();
    text.split_once(char::is_whitespace).map_or((text, ""), |(word, rest)| (word, rest.trim()))
}
