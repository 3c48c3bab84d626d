//! One Network Connection: what may come when, and for how long nothing may.

use std::collections::VecDeque;
use std::time::Duration;

use tap::Direction;
use wire::{Connect, ConnectReturnCode, Malformed, Packet, PacketType, Will, rules};

use super::remark::{Fault, keys};
use super::session::Session;

/// What was seen of a connection.
#[derive(Debug, Default)]
pub(super) struct Link {
    /// Whether its opening was seen.
    pub(super) is_whole: bool,
    stage: Stage,
    keep_alive: Duration,
    has_no_identifier: bool,
    last_of_client: Option<Duration>,
    is_overdue: bool,
    /// Number and time of each PINGREQ that waits.
    pings: VecDeque<(u64, Duration)>,
    pub(super) will: Option<Will>,
    /// In which directions a packet was broken, so that no other one is sure to begin behind it.
    broken: [bool; 2],
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    /// Nothing was seen yet, or nothing that tells.
    #[default]
    Unknown,
    /// CONNECT came.
    Asked,
    /// CONNACK let the client in.
    Accepted,
    /// CONNACK did not.
    Refused,
    /// DISCONNECT came.
    Left,
    /// The CONNECT was of a version that is not known here.
    Foreign,
}

impl Link {
    /// The rules that a packet breaks by coming now.
    pub(super) fn pass(
        &mut self,
        packet_type: PacketType,
        direction: Direction,
        number: u64,
        time: Duration,
    ) -> Vec<Fault> {
        let mut faults: Vec<Fault> = match direction {
            Direction::ToServer => self.of_client(packet_type).into_iter().collect(),
            Direction::ToClient => self.of_server(packet_type).into_iter().collect(),
        };
        faults.extend(self.silence(direction, time));
        faults.extend(self.ping(packet_type, number, time));
        if direction == Direction::ToServer {
            self.last_of_client = Some(time);
        }
        faults
    }

    fn of_client(&mut self, packet_type: PacketType) -> Option<Fault> {
        let fault = match (self.stage, packet_type) {
            (Stage::Left, _) => Some((&rules::MQTT_3_14_4_2, "the client took its leave before")),
            (Stage::Unknown, PacketType::Connect) => None,
            (_, PacketType::Connect) => {
                Some((&rules::MQTT_3_1_0_2, "there was a CONNECT on this connection before"))
            }
            (Stage::Unknown, _) if self.is_whole => {
                self.is_whole = false; // once is enough
                Some((&rules::MQTT_3_1_0_1, "the client has not sent CONNECT yet"))
            }
            _ => None,
        };
        if packet_type == PacketType::Disconnect {
            self.stage = Stage::Left;
        }
        fault.map(|(rule, detail)| Fault::new(rule, keys::PACKET, detail))
    }

    fn of_server(&mut self, packet_type: PacketType) -> Option<Fault> {
        let is_connack = packet_type == PacketType::Connack;
        let fault = match self.stage {
            Stage::Asked if !is_connack => {
                self.stage = Stage::Accepted; // once is enough
                Some((&rules::MQTT_3_2_0_1, "the server has not sent CONNACK yet"))
            }
            Stage::Refused => Some((&rules::MQTT_3_2_2_5, "the client was refused before")),
            _ => None,
        };
        fault.map(|(rule, detail)| Fault::new(rule, keys::PACKET, detail))
    }

    /// For how long the client said nothing.
    fn silence(&mut self, direction: Direction, time: Duration) -> Option<Fault> {
        let before = self.last_of_client?;
        let silent = time.saturating_sub(before);
        let is_open = matches!(self.stage, Stage::Accepted);
        if self.keep_alive.is_zero() || !is_open || self.is_overdue {
            return None;
        }
        // Clocks and timers are not exact, and a capture is made somewhere on the way.
        let leeway = (self.keep_alive / 4).max(Duration::from_secs(2));
        let told = format!("{:.1} s", silent.as_secs_f64());
        if silent > self.keep_alive * 3 / 2 + leeway {
            self.is_overdue = true;
            let detail = format!("the client was silent for {told}, and is still connected");
            return Some(Fault::new(&rules::MQTT_3_1_2_24, keys::PACKET, detail));
        }
        let is_late = direction == Direction::ToServer && silent > self.keep_alive + leeway;
        is_late.then(|| {
            let keep_alive = self.keep_alive.as_secs();
            let detail =
                format!("the client was silent for {told}; its keep alive is {keep_alive} s");
            Fault::new(&rules::MQTT_3_1_2_23, keys::PACKET, detail)
        })
    }

    fn ping(&mut self, packet_type: PacketType, number: u64, time: Duration) -> Option<Fault> {
        if packet_type != PacketType::Pingreq {
            return None;
        }
        let patience = self.keep_alive.max(Duration::from_secs(60));
        let waits = self.pings.front().copied();
        self.pings.push_back((number, time));
        let (first, since) = waits.filter(|(_, since)| time > *since + patience)?;
        self.pings.retain(|(number, _)| *number != first);
        let waited = time.saturating_sub(since).as_secs();
        let detail = format!("no PINGRESP came for #{first}, {waited} s before");
        Some(Fault::new(&rules::MQTT_3_12_4_1, keys::PACKET, detail))
    }

    /// Whether a broken packet is to be told of. Behind one whose length is wrong comes what is no
    /// packet at all: that is told once.
    pub(super) fn is_news(&mut self, malformed: &Malformed, direction: Direction) -> bool {
        let was_broken = std::mem::replace(&mut self.broken[direction as usize], true);
        !was_broken || malformed.packet_type.is_some()
    }

    /// The client asks in a version that is not known here.
    pub(super) fn is_foreign(&self) -> bool {
        self.stage == Stage::Foreign
    }

    /// Nothing more is known of this connection.
    pub(super) fn give_up(&mut self) {
        self.stage = Stage::Foreign;
    }

    /// The number of the PINGREQ that a PINGRESP answers.
    pub(super) fn pong(&mut self) -> Option<u64> {
        self.pings.pop_front().map(|(number, _)| number)
    }

    /// The client asks to be let in.
    pub(super) fn connect(&mut self, connect: &Connect) -> Option<Fault> {
        if self.stage == Stage::Unknown {
            self.stage = Stage::Asked;
        }
        self.keep_alive = Duration::from_secs(connect.keep_alive.into());
        self.has_no_identifier = connect.client_identifier.is_empty() && !connect.clean_session;
        self.will.clone_from(&connect.will);
        self.has_no_identifier.then(|| {
            Fault::new(&rules::MQTT_3_1_3_7, keys::CLIENT_IDENTIFIER, "Clean Session is 0")
        })
    }

    /// The server's answer.
    pub(super) fn connack(&mut self, return_code: ConnectReturnCode) -> Option<Fault> {
        let is_accepted = return_code == ConnectReturnCode::ACCEPTED;
        if self.stage != Stage::Left {
            self.stage = if is_accepted { Stage::Accepted } else { Stage::Refused };
        }
        let is_wrong =
            self.has_no_identifier && return_code != ConnectReturnCode::IDENTIFIER_REJECTED;
        is_wrong.then(|| {
            let detail = "the client has no identifier, and does not ask for a clean session";
            Fault::new(&rules::MQTT_3_1_3_8, keys::RETURN_CODE, detail)
        })
    }
}

/// The rules that bind what belongs to a session.
pub(super) fn in_session(
    packet: &Packet,
    direction: Direction,
    number: u64,
    session: &mut Session,
) -> Option<Fault> {
    use super::exchanges::Answer::{Puback, Pubcomp, Pubrec};
    let (sender, receiver) = match direction {
        Direction::ToServer => (&mut session.client, &mut session.server),
        Direction::ToClient => (&mut session.server, &mut session.client),
    };
    match packet {
        Packet::Publish(publish) => sender.publish(publish, number),
        Packet::Pubrel(packet) => sender.release(packet.packet_identifier),
        Packet::Subscribe(packet) => sender.ask(packet.packet_identifier, number),
        Packet::Unsubscribe(packet) => sender.ask(packet.packet_identifier, number),
        Packet::Puback(packet) => receiver.answer(Puback, packet.packet_identifier, number),
        Packet::Pubrec(packet) => receiver.answer(Pubrec, packet.packet_identifier, number),
        Packet::Pubcomp(packet) => receiver.answer(Pubcomp, packet.packet_identifier, number),
        Packet::Suback(packet) => {
            receiver.answered(packet.packet_identifier);
            None
        }
        Packet::Unsuback(packet) => {
            receiver.answered(packet.packet_identifier);
            None
        }
        _ => None,
    }
}
