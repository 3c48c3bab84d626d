//! A message with choices of the reader's own: played over TCP, and compared with what the same would
//! be without these choices.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Form, State};
use lab::{Guest, Lab, LabError, Note};
use tracer::value_text;
use wire::Qos;

use super::Site;
use super::run::{Sent, finish, play};
use super::stream::{Answer, Refusal, answer};
use crate::play::{Ear, Moment, Passed};

/// What the reader can choose. The default is what the form begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // each is a box to tick in the form
struct Choices {
    client: String,
    topic: String,
    payload: String,
    keep_alive: u16,
    qos: Qos,
    subscribed: Qos,
    retain: bool,
    clean: bool,
    will: bool,
    cut: bool,
}

const SUBSCRIBER: &str = "bob";
const LATE: &str = "late";
const WILL_TOPIC: &str = "dead_clients";
/// The most bytes of a text.
const LONGEST: usize = 256;

impl Default for Choices {
    fn default() -> Self {
        Self {
            client: "alice".to_owned(),
            topic: "mytopic".to_owned(),
            payload: "hello".to_owned(),
            keep_alive: 60,
            qos: Qos::AtMostOnce,
            subscribed: Qos::AtMostOnce,
            retain: false,
            clean: true,
            will: false,
            cut: false,
        }
    }
}

pub(super) async fn exchange(
    State(site): State<Site>,
    Form(sent): Sent,
) -> Result<Answer, Refusal> {
    let choices = Choices::read(&sent).map_err(Refusal::wrong)?;
    answer(site.turn()?, move |pen| {
        let usual = Usual::new();
        let told = pen.clone();
        let tell = move |moment: Moment| {
            let changed = match &moment {
                Moment::Packet(passed) => usual.changed(passed),
                _ => Vec::new(),
            };
            told.moment(&moment, changed);
        };
        finish(pen, play(tell, |lab| choices.play(lab)));
    })
}

impl Choices {
    fn read(sent: &BTreeMap<String, String>) -> Result<Self, String> {
        let text = |key: &str| {
            let text = sent.get(key).cloned().unwrap_or_default();
            if text.len() > LONGEST {
                return Err(format!("{key} is longer than {LONGEST} bytes"));
            }
            Ok(text)
        };
        let qos = |key: &str| {
            let level = text(key)?;
            let level = level.parse().ok().and_then(Qos::new);
            level.ok_or_else(|| "QoS is 0, 1 or 2 [MQTT-3.3.1-4]".to_owned())
        };
        let is_chosen = |key: &str| sent.get(key).is_some_and(|value| value == "yes");
        let choices = Self {
            client: text("client")?,
            topic: text("topic")?,
            payload: text("payload")?,
            keep_alive: text("keep_alive")?
                .parse()
                .map_err(|_| "Keep Alive is two bytes: 0 to 65535 seconds".to_owned())?,
            qos: qos("qos")?,
            subscribed: qos("subscribed")?,
            retain: is_chosen("retain"),
            clean: is_chosen("clean"),
            will: is_chosen("will"),
            cut: is_chosen("cut"),
        };
        if [SUBSCRIBER, LATE].contains(&choices.client.as_str()) {
            return Err(format!(
                "another client here is called {}: it would lose its connection to yours, as the \
                 chapter on connection stealing shows",
                choices.client
            ));
        }
        Ok(choices)
    }

    fn play(&self, lab: &mut Lab) -> Result<(), LabError> {
        let subscriber = lab.connect(Guest::named(SUBSCRIBER))?;
        lab.subscribe(subscriber, &self.topic, self.subscribed)?;
        if self.will {
            lab.subscribe(subscriber, WILL_TOPIC, Qos::AtMostOnce)?;
        }
        lab.say("Your client connects and publishes.");
        let publisher = lab.connect(self.guest())?;
        lab.publish(publisher, self.note())?;
        lab.receive(subscriber)?;
        if self.cut {
            lab.say("Its Network Connection is cut, without a DISCONNECT.");
            lab.cut(publisher)?;
            if self.will {
                lab.receive(subscriber)?;
            }
        } else {
            lab.disconnect(publisher)?;
        }
        if self.retain {
            lab.say("Somebody subscribes who was not there yet.");
            let late = lab.connect(Guest::named(LATE))?;
            lab.subscribe(late, &self.topic, Qos::AtMostOnce)?;
            if !self.payload.is_empty() {
                lab.receive(late)?;
            }
            lab.disconnect(late)?;
        }
        lab.disconnect(subscriber)
    }

    fn guest(&self) -> Guest {
        let guest = Guest::named(&self.client).keep_alive(self.keep_alive);
        let guest = if self.clean { guest } else { guest.kept_session() };
        if self.will { guest.will(Note::new(WILL_TOPIC, "imdead")) } else { guest }
    }

    fn note(&self) -> Note {
        let note = Note::new(&self.topic, self.payload.clone()).qos(self.qos);
        if self.retain { note.retain() } else { note }
    }
}

/// The packets of the same exchange without any choice, to compare with: for each type and sender,
/// what stands in the fields of the first one, the second one, and so on.
struct Usual {
    packets: BTreeMap<Kind, Vec<Values>>,
    /// How many of each were compared.
    seen: Mutex<BTreeMap<Kind, usize>>,
}

type Kind = (&'static str, bool);
type Values = BTreeMap<&'static str, String>;

impl Usual {
    fn new() -> Self {
        let packets = Arc::new(Mutex::new(BTreeMap::<Kind, Vec<Values>>::new()));
        let kept = Arc::clone(&packets);
        let ear = Ear::new(move |moment| {
            if let Moment::Packet(passed) = moment {
                let mut packets = kept.lock().unwrap_or_else(PoisonError::into_inner);
                packets.entry(kind(&passed)).or_default().push(values(&passed));
            }
        });
        // What goes wrong here would leave every field unmarked, and nothing worse.
        let _ = Choices::default().play(&mut Lab::on_virtual_network(Arc::new(ear)));
        let packets = std::mem::take(&mut *packets.lock().unwrap_or_else(PoisonError::into_inner));
        Self { packets, seen: Mutex::default() }
    }

    /// The keys of the fields that the usual packet has not, or has otherwise. A packet that would not
    /// be there at all has none.
    fn changed(&self, passed: &Passed) -> Vec<&'static str> {
        let kind = kind(passed);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let index = seen.entry(kind).or_default();
        let usual = self.packets.get(&kind).and_then(|usual| usual.get(*index));
        *index += 1;
        let Some(usual) = usual else { return Vec::new() };
        let values = values(passed);
        values
            .into_iter()
            .filter(|(key, value)| usual.get(key) != Some(value))
            .map(|(key, _)| key)
            .collect()
    }
}

fn kind(passed: &Passed) -> Kind {
    (passed.type_name(), passed.direction == tap::Direction::ToServer)
}

fn values(passed: &Passed) -> Values {
    let spans = passed.spans.iter().filter(|spanned| !spanned.is_group);
    spans.map(|spanned| (spanned.field.key, value_text(spanned, &passed.bytes, LONGEST))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        let mut sent: BTreeMap<_, _> = [
            ("client", "alice"),
            ("topic", "mytopic"),
            ("payload", "hello"),
            ("keep_alive", "60"),
            ("qos", "0"),
            ("subscribed", "0"),
            ("clean", "yes"),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into();
        sent.extend(pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
        sent
    }

    #[test]
    fn the_form_begins_with_the_default() {
        assert_eq!(Choices::read(&sent(&[])), Ok(Choices::default()));
    }

    #[test]
    fn what_is_out_of_range_is_refused_in_words() {
        for (key, value) in [("qos", "3"), ("keep_alive", "65536"), ("client", "bob")] {
            assert!(Choices::read(&sent(&[(key, value)])).is_err(), "{key}={value}");
        }
        let long = "x".repeat(LONGEST + 1);
        assert!(Choices::read(&sent(&[("payload", &long)])).unwrap_err().contains("256"));
    }

    #[test]
    fn what_was_chosen_is_told_from_what_is_usual() {
        let choices = Choices { qos: Qos::AtLeastOnce, retain: true, ..Choices::default() };
        let usual = Usual::new();
        let changed = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&changed);
        let ear = Ear::new(move |moment| {
            if let Moment::Packet(passed) = moment
                && passed.type_name() == "PUBLISH"
            {
                kept.lock().unwrap().push(usual.changed(&passed));
            }
        });
        choices.play(&mut Lab::on_virtual_network(Arc::new(ear))).unwrap();
        let changed = changed.lock().unwrap();
        assert_eq!(changed[0], ["packet_identifier", "qos", "remaining_length", "retain"]);
        assert!(
            changed[1].is_empty(),
            "the subscriber's leg is at QoS 0, and the message is fresh"
        );
    }
}
