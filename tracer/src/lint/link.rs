//! One Network Connection: what may come when, and for how long nothing may.

use std::collections::VecDeque;
use std::time::Duration;

use tap::Direction;
use wire::{Connack, Connect, ConnectReturnCode, Malformed, Packet, PacketType, Will, rules};

use super::admission::Asked;
use super::offence::Offence;
use super::remark::{Fault, Spot, keys};
use super::session::Session;

/// What was seen of a connection.
#[derive(Debug, Default)]
pub(super) struct Link {
    /// Whether its opening was seen.
    pub(super) is_whole: bool,
    stage: Stage,
    keep_alive: Duration,
    pub(super) asked: Asked,
    /// Why the server has to hang up, until it was said that it does not.
    offence: Option<Offence>,
    last_of_client: Option<Duration>,
    is_overdue: bool,
    /// Number and time of each PINGREQ that waits.
    pings: VecDeque<(u64, Duration)>,
    /// The will, and where it stands.
    pub(super) will: Option<(Will, Spot)>,
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
            Direction::ToServer => self.of_client(packet_type, number).into_iter().collect(),
            Direction::ToClient => self.of_server(packet_type).into_iter().collect(),
        };
        faults.extend(self.silence(direction, time));
        faults.extend(self.ping(packet_type, number, time));
        if direction == Direction::ToServer {
            self.last_of_client = Some(time);
        }
        faults
    }

    fn of_client(&mut self, packet_type: PacketType, number: u64) -> Option<Fault> {
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
        if let Some((rule, _)) = fault
            && rule != &rules::MQTT_3_14_4_2
        {
            self.offend(Offence::against_protocol(number));
        }
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

    /// The client sent this packet, which breaks a rule.
    pub(super) fn malformed(&mut self, packet_type: Option<PacketType>, number: u64) {
        if packet_type == Some(PacketType::Connect) && self.stage == Stage::Unknown {
            (self.stage, self.asked) = (Stage::Asked, Asked::Malformed);
        }
        if packet_type.is_some() {
            self.offend(Offence::against_protocol(number));
        }
    }

    /// The server has to hang up, unless it had to before.
    pub(super) fn offend(&mut self, offence: Offence) {
        self.offence.get_or_insert(offence);
    }

    /// The rule that a server breaks by going on, once. `pinged` is the PINGREQ that the packet answers.
    pub(super) fn goes_on(
        &mut self,
        packet: &Packet,
        direction: Direction,
        pinged: Option<u64>,
    ) -> Option<Fault> {
        let offence = self.offence.as_mut()?;
        if direction == Direction::ToServer {
            offence.ask(packet);
            return None;
        }
        let fault = offence.answer(packet, pinged)?;
        self.offence = None;
        Some(fault)
    }

    /// The client asks in a version that is not known here.
    pub(super) fn is_foreign(&self) -> bool {
        self.stage == Stage::Foreign
    }

    /// Nothing more is known of this connection, but how it begins.
    pub(super) fn give_up(&mut self, asked: Asked) {
        (self.stage, self.asked) = (Stage::Foreign, asked);
    }

    /// The rule that the first answer breaks on a connection of which nothing more is known.
    pub(super) fn foreign(
        &mut self,
        packet: Option<&Packet>,
        direction: Direction,
    ) -> Option<Fault> {
        if direction == Direction::ToServer {
            return None;
        }
        let asked = std::mem::take(&mut self.asked);
        let Some(Packet::Connack(connack)) = packet else { return None };
        asked.answered_as_3_1_1(*connack)
    }

    /// Number and time of the PINGREQ that a PINGRESP answers.
    pub(super) fn pong(&mut self, packet: &Packet) -> Option<(u64, Duration)> {
        matches!(packet, Packet::Pingresp(_)).then(|| self.pings.pop_front())?
    }

    /// The will that the server has to publish when the connection ends now, and by when it knows that.
    pub(super) fn testament(self) -> Option<(Will, Spot, Duration)> {
        let is_taken_over = self.offence.is_some();
        let (will, spot) = self.will.filter(|_| !is_taken_over && self.stage == Stage::Accepted)?;
        let patience = (self.keep_alive * 3 / 2).max(Duration::from_secs(60));
        Some((will, spot, patience + self.keep_alive / 2))
    }

    /// Whether the client is let in, and has not taken its leave.
    pub(super) fn is_accepted(&self) -> bool {
        self.stage == Stage::Accepted
    }

    /// The client asks to be let in.
    pub(super) fn connect(
        &mut self,
        connect: &Connect,
        spot: impl FnOnce() -> Spot,
    ) -> Option<Fault> {
        if self.stage == Stage::Unknown {
            self.stage = Stage::Asked;
        }
        self.keep_alive = Duration::from_secs(connect.keep_alive.into());
        self.asked = Asked::of(connect);
        self.will = connect.will.clone().map(|will| (will, spot()));
        self.asked.fault()
    }

    /// The server's answer.
    pub(super) fn connack(&mut self, connack: Connack) -> Vec<Fault> {
        let is_accepted = connack.return_code == ConnectReturnCode::ACCEPTED;
        if self.stage != Stage::Left {
            self.stage = if is_accepted { Stage::Accepted } else { Stage::Refused };
        }
        self.asked.answered(connack)
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
