//! The packet goes to a broker, and what the broker does about it is shown.

use std::io::{self, Write};

use bytes::Bytes;
use tap::{Collector, Direction, Record};
use tokio::net::TcpStream;
use tracer::output::{Failure, OutputOptions};
use tracer::probe::{Probe, Verdict};
use tracer::{Conversation, Detail, Dump, Entry, Format, Printer, Seen};
use wire::{Connect, Credentials, PacketType, Text, Version};

use super::super::decode;
use super::Sending;

/// Sends the packet, shows it and each answer in full, the whole conversation as a ladder, and what
/// became of it.
pub(super) fn send(
    sending: &Sending,
    broker: &str,
    packet: Bytes,
    output: &OutputOptions,
) -> Result<(), Failure> {
    let probe = Probe { connect: connect(sending, &packet)?, packet, patience: sending.timeout };
    let (packet, patience) = (probe.packet.clone(), probe.patience);
    let collector = Collector::default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let sent = runtime.block_on(async {
        let reached = tokio::time::timeout(patience, TcpStream::connect(broker));
        let socket = reached.await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))?;
        probe.send(socket, &collector).await
    });
    let verdict = sent.map_err(|error| {
        Failure::Usage(format!(
            "no broker answers at {broker} ({error}); start it, or name another"
        ))
    })?;
    show(&collector.take(), &packet, verdict, output)?;
    let is_well = decode::is_good(&packet) && verdict == Verdict::Took || is_leave(&packet);
    if is_well { Ok(()) } else { Err(Failure::Wrong(None)) }
}

/// The CONNECT that goes first; none in front of another one.
fn connect(sending: &Sending, packet: &Bytes) -> Result<Option<Bytes>, Failure> {
    let packet_type = packet.first().copied().and_then(PacketType::of_first_byte);
    if packet_type == Some(PacketType::Connect) && sending.username.is_some() {
        return Err(Failure::Usage(
            "-u and -P are for the CONNECT that goes before a packet, and this one is a CONNECT \
             itself: give it --user-name and --password"
                .to_owned(),
        ));
    }
    if sending.first || packet_type == Some(PacketType::Connect) {
        return Ok(None);
    }
    let usage = |error: &dyn std::error::Error| Failure::Usage(format!("--client: {error}"));
    let credentials = sending.username.as_deref().map(|name| {
        let user_name =
            Text::try_from(name).map_err(|error| Failure::Usage(format!("--username: {error}")))?;
        let password = sending.password.clone().map(Bytes::from);
        Ok::<_, Failure>(Credentials { user_name, password })
    });
    let connect = Connect {
        version: Version::default(),
        clean_session: true,
        keep_alive: 60,
        client_identifier: Text::try_from(&*sending.client).map_err(|error| usage(&error))?,
        will: None,
        credentials: credentials.transpose()?,
    };
    wire::Packet::from(connect).to_bytes().map(Some).map_err(|error| usage(&error))
}

/// Whether the packet is a good DISCONNECT, after which a broker closes.
fn is_leave(packet: &Bytes) -> bool {
    matches!(wire::Packet::decode(packet, Version::default()), Ok(wire::Packet::Disconnect(_)))
}

fn show(
    records: &[Record],
    packet: &Bytes,
    verdict: Verdict,
    output: &OutputOptions,
) -> Result<(), Failure> {
    let stdout = io::stdout().lock();
    if output.format == Format::Json {
        return replay(records, &output.printer(stdout));
    }
    let mut stdout = stdout;
    if output.detail > Detail::Line {
        stdout.write_all(dumps(records, packet, output).as_bytes())?;
    }
    let ladder = Printer::new(&mut stdout, Format::Text, output.page(), Detail::Line);
    replay(records, &ladder)?;
    writeln!(stdout, "\n{verdict}")?;
    Ok(())
}

fn replay<W: Write>(records: &[Record], printer: &Printer<W>) -> Result<(), Failure> {
    for record in records {
        printer.print(record.clone());
    }
    printer.result()?;
    Ok(())
}

/// The packet, and what the broker answered it, in full.
fn dumps(records: &[Record], packet: &Bytes, output: &OutputOptions) -> String {
    let mut dump = Dump::new(output.page(), output.detail);
    dump.show_full(output.full);
    let mut conversation = Conversation::default();
    let mut out = String::new();
    let mut is_sent = false;
    for record in records {
        if let Some(Entry::Packet(seen)) = conversation.add(record.clone()) {
            let is_it = seen.direction == Direction::ToServer && seen.bytes == packet;
            if is_it && !is_sent || is_sent && is_answer(&seen) {
                dump.packet(&seen, &mut out);
            }
            is_sent |= is_it;
        }
    }
    out
}

/// Whether it is an answer to the packet, and not to the PINGREQ behind it.
fn is_answer(seen: &Seen<'_>) -> bool {
    seen.direction == Direction::ToClient && !matches!(seen.outcome, Ok(wire::Packet::Pingresp(_)))
}
