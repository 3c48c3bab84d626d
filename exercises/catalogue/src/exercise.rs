//! What is known of one exercise.

use std::fmt;

/// An exercise: everything that its source says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exercise {
    /// Two digits and a name: `10-connect`. The first digit is the chapter.
    pub id: String,
    /// Its title: `The first packet of every connection`.
    pub title: String,
    /// What the learner does.
    pub kind: Kind,
    /// How long it takes, in minutes.
    pub minutes: u16,
    /// Whether it is for those who want more.
    pub is_extra: bool,
    /// The programmes that it is part of. Two days have room for all that are not extra.
    pub sheets: Vec<Sheet>,
    /// Where the book tells of it.
    pub page: Page,
    /// The rules of the standard that it is about: `MQTT-3.1.2-3`.
    pub rules: Vec<String>,
    /// What a learner may have believed before.
    pub misconception: String,
    /// Three hints, each one more telling than the one before.
    pub hints: [String; 3],
    /// What is to be done, in a few lines.
    pub goal: String,
    /// Words of the `todo!` that the first step meets, where it is not the first one of the file.
    pub first: Option<String>,
    /// The packages that the learner's code may use, as names of the workspace.
    pub uses: Vec<String>,
    /// The packages that the check needs besides `check`.
    pub checks_with: Vec<String>,
    /// The code: solution and marks.
    pub(crate) code: String,
}

/// What the learner does in an exercise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Writes bits and bytes.
    Codec,
    /// Writes what a client or a broker does, and takes part in a conversation.
    Behaviour,
    /// Finds answers in a trace.
    Reading,
}

/// A programme that has not all exercises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sheet {
    /// About seven hours.
    Day,
    /// Less than four hours.
    HalfDay,
    /// An hour and a half.
    Ninety,
}

/// A place in the book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The chapter, without its ending: `connection`.
    pub chapter: String,
    /// The heading, as it stands in the address; empty for the whole chapter: `connack`.
    pub heading: String,
}

/// A chapter of exercises: those whose number begins with its digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// Its digit.
    pub digit: char,
    /// Its title.
    pub title: &'static str,
}

impl Chapter {
    /// All of them, in the order of the talk.
    pub const ALL: [Self; 10] = [
        Self { digit: '0', title: "The packet format" },
        Self { digit: '1', title: "Connection" },
        Self { digit: '2', title: "Last will" },
        Self { digit: '3', title: "Publish and subscribe" },
        Self { digit: '4', title: "Quality of Service" },
        Self { digit: '5', title: "Retained messages" },
        Self { digit: '6', title: "Sessions" },
        Self { digit: '7', title: "Connection stealing" },
        Self { digit: '8', title: "Authentication" },
        Self { digit: '9', title: "TLS, request and reply" },
    ];
}

impl Exercise {
    /// Its number, as it is typed: `10`.
    pub fn number(&self) -> &str {
        self.id.split('-').next().unwrap_or_default()
    }

    /// The digit of its chapter.
    pub fn chapter(&self) -> char {
        self.id.chars().next().unwrap_or_default()
    }

    /// The name of its package: `ex-10-connect`.
    pub fn package(&self) -> String {
        format!("ex-{}", self.id)
    }

    /// The name of its library: `ex10`.
    pub fn library(&self) -> String {
        format!("ex{}", self.number())
    }

    /// The file that the learner edits, from the root of the repository.
    pub fn file(&self) -> String {
        format!("exercises/{}/src/lib.rs", self.id)
    }
}

impl Kind {
    /// As the head of a source names it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Codec => "codec",
            Self::Behaviour => "behaviour",
            Self::Reading => "reading",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Codec, Self::Behaviour, Self::Reading].into_iter().find(|kind| kind.name() == name)
    }
}

impl Sheet {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Day, Self::HalfDay, Self::Ninety];

    /// As the head of a source and the command line name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::HalfDay => "half-day",
            Self::Ninety => "ninety",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sheet| sheet.name() == name)
    }
}

impl fmt::Display for Page {
    /// As the address of a page of the book: `connection.html#connack`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.html", self.chapter)?;
        if self.heading.is_empty() { Ok(()) } else { write!(f, "#{}", self.heading) }
    }
}
