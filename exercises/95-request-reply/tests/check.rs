use std::time::Duration;

use check::{Exercise, Mistake, Verdict, mistake};
use client_core::{Client, Configuration, Event, Input, Output, Request, Token};
use delivery::Message;
use ex95 as answer;
use lab::{Actor, ClientPart, Guest, Lab, LabError, Note, Rehearsal, rehearse_client};
use wire::{Qos, Text, TopicName};

const EXERCISE: Exercise = check::exercise!("95-request-reply");

#[test]
fn step1_a_question_and_its_answer() -> Verdict {
    EXERCISE.conversation("one", MISTAKES, || {
        play(|lab, alice, carol| {
            ask(lab, alice, "warm?")?;
            let question = hear(lab, carol)?;
            reply(lab, carol, &question, "21 degrees")
        })
    })
}

#[test]
fn step2_answers_in_another_order() -> Verdict {
    EXERCISE.conversation("crossed", MISTAKES, || {
        play(|lab, alice, carol| {
            ask(lab, alice, "warm?")?;
            ask(lab, alice, "late?")?;
            let (first, second) = (hear(lab, carol)?, hear(lab, carol)?);
            reply(lab, carol, &second, "noon")?;
            reply(lab, carol, &first, "21 degrees")
        })
    })
}

#[test]
fn step3_somebody_else_asks_as_well() -> Verdict {
    const OF_BOB: &[Mistake<[String]>] = &[mistake(
        |lines| lines.iter().any(|line| line.contains("alice ←") && line.contains("for bob")),
        "alice gets the answer for bob, who asked his question number 1 as well. Each client needs a \
         topic of its own.",
    )];
    EXERCISE.conversation("two_clients", OF_BOB, || {
        play(|lab, alice, carol| {
            let bob = lab.connect(Guest::named("bob"))?;
            let mut asks = answer::Requester::new("bob");
            lab.subscribe(bob, &asks.reply_topic(), Qos::AtMostOnce)?;
            lab.publish(bob, Note::new("request", asks.ask(Duration::ZERO, "me?")))?;
            ask(lab, alice, "warm?")?;
            let (of_bob, of_alice) = (hear(lab, carol)?, hear(lab, carol)?);
            reply(lab, carol, &of_bob, "for bob")?;
            lab.publish(carol, Note::new("response/alice", "no number"))?;
            reply(lab, carol, &of_alice, "21 degrees")
        })
    })
}

#[test]
fn step4_twice_is_once_too_often() -> Verdict {
    const TWICE: &[Mistake<[String]>] = &[
        mistake(
            |lines| lines.iter().any(|line| line.contains("alice 1 late?")),
            "Number 1 was that of the question before. Its answer came a second time, and is taken for the \
             answer to this one: a number is used once.",
        ),
        mistake(
            |lines| count(lines, "answer to 1") > 1,
            "The question had its answer already: at QoS 1 a message can come twice. What is answered does \
             not wait any more.",
        ),
    ];
    EXERCISE.conversation("twice", TWICE, || {
        play(|lab, alice, carol| {
            ask(lab, alice, "warm?")?;
            let question = hear(lab, carol)?;
            reply(lab, carol, &question, "21 degrees")?;
            ask(lab, alice, "late?")?;
            reply(lab, carol, &question, "21 degrees")?;
            let question = hear(lab, carol)?;
            reply(lab, carol, &question, "noon")
        })
    })
}

#[test]
fn step5_nobody_answers() -> Verdict {
    const LATE: &[Mistake<[String]>] = &[
        mistake(
            |lines| count(lines, "no answer to 1") == 0,
            "Nobody tells the requester that nobody listens: PUBACK came from the broker. After 5 s it has \
             to give up.",
        ),
        mistake(
            |lines| count(lines, "no answer to 1") > 1,
            "The question was given up before. It does not wait any more.",
        ),
        mistake(
            |lines| count(lines, "answer to 1") > count(lines, "no answer to 1"),
            "The question was given up; its answer comes too late, and nobody waits for it.",
        ),
        mistake(
            |lines| count(lines, "no answer to 2") > 0,
            "The second question was asked 3 s later, and has 5 s of its own.",
        ),
    ];
    EXERCISE.conversation("silence", LATE, || {
        play(|lab, alice, carol| {
            ask(lab, alice, "warm?")?;
            lab.wait(Duration::from_secs(3));
            ask(lab, alice, "late?")?;
            lab.wait(Duration::from_secs(3));
            let (first, second) = (hear(lab, carol)?, hear(lab, carol)?);
            reply(lab, carol, &first, "21 degrees")?;
            reply(lab, carol, &second, "noon")
        })
    })
}

const MISTAKES: &[Mistake<[String]>] = &[
    mistake(
        |lines| !lines.iter().any(|line| line.contains(": response/alice at QoS")),
        "Whoever subscribes to this topic gets alice's answers, and alice theirs. It has to be `response/` \
         and her name.",
    ),
    mistake(
        |lines| lines.iter().any(|line| line.contains(UNREADABLE)),
        "carol does not know where to answer: the question has to be `TOPIC NUMBER WORDS`, with one blank \
         between its parts.",
    ),
    mistake(
        |lines| lines.iter().any(|line| line.contains("alice 0 ")),
        "The first question is number 1, and each one has the number that follows.",
    ),
    mistake(
        |lines| {
            lines.iter().filter(|line| line.contains("request, QoS 1")).count() > 1
                && lines.iter().filter(|line| line.contains("alice 1 ")).count() > 2
        },
        "Both questions have the number 1. Nobody can tell their answers apart.",
    ),
    mistake(
        |lines| count(lines, "answer to 1: noon") > 0,
        "\"noon\" answers question 2: its number says so. Which comes first says nothing.",
    ),
    mistake(
        |lines| count(lines, "dropped") > 0,
        "The question was open, and this is its answer. Was it noted under the number that it was sent with?",
    ),
    mistake(
        |lines| lines.iter().any(|line| line.ends_with("answer to 1: 21\"")),
        "The WORDS are all that stands behind the number, blanks and all.",
    ),
];

/// How often alice says this of what she understood.
fn count(lines: &[String], what: &str) -> usize {
    let says = |line: &&String| line.contains("alice → PUBLISH  understood") && line.contains(what);
    lines.iter().filter(says).count()
}

const UNREADABLE: &str = "unreadable";

fn ask(lab: &mut Lab, alice: Actor, words: &'static str) -> Result<(), LabError> {
    lab.publish(alice, Note::new("request", words).qos(Qos::AtLeastOnce))
}

/// The topic and the number of the next question.
fn hear(lab: &mut Lab, carol: Actor) -> Result<(String, String), LabError> {
    let message = lab.receive(carol)?;
    let text = String::from_utf8_lossy(&message.payload).into_owned();
    let mut parts = text.splitn(3, ' ');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(topic), Some(number), Some(_)) if topic.starts_with("response") => {
            Ok((topic.to_owned(), number.to_owned()))
        }
        _ => Ok((UNREADABLE.to_owned(), "0".to_owned())),
    }
}

fn reply(
    lab: &mut Lab,
    carol: Actor,
    (topic, number): &(String, String),
    words: &str,
) -> Result<(), LabError> {
    lab.publish(carol, Note::new(topic, format!("{number} {words}")))
}

/// carol answers, alice asks.
fn play(scenario: impl FnOnce(&mut Lab, Actor, Actor) -> Result<(), LabError>) -> Rehearsal {
    let requester = answer::Requester::new("alice");
    let topic = requester.reply_topic();
    let name = Text::try_from("alice").expect("a text");
    let core = Client::new(Configuration::new(name));
    let alice = Alice { core, requester, now: Duration::ZERO };
    rehearse_client("alice", alice, |lab, alice| {
        let carol = lab.connect(Guest::named("carol"))?;
        lab.subscribe(carol, "request", Qos::AtMostOnce)?;
        lab.reconnect(alice)?;
        lab.subscribe(alice, &topic, Qos::AtMostOnce)?;
        scenario(lab, alice, carol)
    })
}

const HALF_SECOND: Duration = Duration::from_millis(500);

/// The lab's own client, which asks as the learner says, and tells on a topic what she understood.
struct Alice {
    core: Client,
    requester: answer::Requester,
    now: Duration,
}

impl ClientPart for Alice {
    fn step(&mut self, now: Duration, mut input: Input, outputs: &mut Vec<Output>) {
        self.now = now;
        if let Input::Request(Request::Publish { message, .. }) = &mut input {
            let words = String::from_utf8_lossy(&message.payload).into_owned();
            message.payload = self.requester.ask(now, &words).into();
        }
        let before = outputs.len();
        self.core.step(now, input, outputs);
        let come: Vec<Message> = outputs[before..].iter().filter_map(message).collect();
        for Message { payload, .. } in come {
            let text = String::from_utf8_lossy(&payload).into_owned();
            let understood = match self.requester.answer(&text) {
                Some((number, words)) => format!("answer to {number}: {words}"),
                None => format!("dropped: {text}"),
            };
            self.tell(now, &understood, outputs);
        }
    }

    fn tick(&mut self, now: Duration, outputs: &mut Vec<Output>) {
        self.now = now;
        self.core.tick(now, outputs);
        for number in self.requester.give_up(now) {
            self.tell(now, &format!("no answer to {number}"), outputs);
        }
    }

    fn deadline(&self) -> Option<Duration> {
        // Every half second, whether the learner gives up at the very moment or right behind it.
        let next = HALF_SECOND * (self.now.as_millis() / HALF_SECOND.as_millis() + 1) as u32;
        let looks = (!self.requester.open.is_empty()).then_some(next);
        looks.into_iter().chain(self.core.deadline()).min()
    }
}

impl Alice {
    fn tell(&mut self, now: Duration, what: &str, outputs: &mut Vec<Output>) {
        let topic = TopicName::try_from("understood").expect("a topic");
        let payload = what.to_owned().into();
        let message = Message { topic, payload, qos: Qos::AtMostOnce, retain: false };
        let request = Request::Publish { message, token: Token(u64::MAX) };
        self.core.step(now, Input::Request(request), outputs);
    }
}

fn message(output: &Output) -> Option<Message> {
    match output {
        Output::Event(Event::Message(message)) => Some(message.clone()),
        _ => None,
    }
}
