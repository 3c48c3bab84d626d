//! The options that also write what is shown as a capture, and what writes it.
//!
//! ```text
//!   read                 record ─▶ Recorder ─▶ file, standard output
//!   proxy, listen        record ─▶ queue ─▶ thread: Recorder ─▶ file, readers
//! ```
//!
//! So that neither a slow disk nor a slow Wireshark holds anybody up who talks.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};

use clap::Args;
use tap::{Record, What};
use tracer::capture::{Keys, Note, Server, Writer};
use tracer::output::{Failure, address};
use tracer::{Filter, Queue, Sieve};

/// Where to write a capture.
#[derive(Args)]
pub(super) struct ToFile {
    /// Also write what is shown to this file, as pcapng for Wireshark; - is standard output, and then
    /// nothing else is printed
    #[arg(long, value_name = "FILE")]
    pcap: Option<PathBuf>,
}

/// The same, of traffic that goes on.
#[derive(Args)]
pub(super) struct Live {
    #[command(flatten)]
    file: ToFile,
    /// Let Wireshark look on meanwhile, as often as you like: wireshark -k -i TCP@ADDRESS
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    wireshark: Option<SocketAddr>,
}

/// What a capture is to have.
pub(super) enum Form {
    /// Packets.
    Packets,
    /// The TLS records around them, and these session keys.
    #[cfg_attr(not(feature = "tls"), allow(dead_code))] // a proxy with TLS has them
    Records(Keys),
}

/// How what comes is written.
enum Manner {
    /// What passes a filter.
    Sifted(Box<Sieve>),
    /// All of it, with session keys.
    Sealed(Keys),
}

/// Writes a capture.
pub(super) struct Recorder {
    manner: Manner,
    file: Option<Writer<Box<dyn Write + Send>>>,
    /// How the file is called, where it is one.
    path: Option<PathBuf>,
    /// Whether each record is to be there before the next one comes.
    is_live: bool,
    packets: u64,
    server: Option<Server>,
}

/// A recorder on a thread of its own.
pub(super) struct Background {
    queue: Queue,
    thread: JoinHandle<Result<(), Failure>>,
}

impl Form {
    /// Whether it is TLS records.
    pub(super) fn has_records(&self) -> bool {
        matches!(self, Self::Records(_))
    }

    /// How that is written of it which passes a filter.
    fn manner(self, filter: Filter) -> Result<Manner, Failure> {
        match self {
            Self::Packets => Ok(Manner::Sifted(Box::new(Sieve::new(filter)))),
            Self::Records(keys) if filter.is_open() => Ok(Manner::Sealed(keys)),
            Self::Records(_) => Err(Failure::Usage(
                "no packet can be left out of a capture of TLS records, since each record is needed \
                 to decrypt the next one: add --capture-tls clear, for the packets alone"
                    .to_owned(),
            )),
        }
    }
}

impl ToFile {
    /// Whether standard output is for the capture.
    pub(super) fn takes_output(&self) -> bool {
        self.pcap.as_deref().is_some_and(is_output)
    }

    /// What writes the capture, if one is asked for. `input` is not to be written over.
    pub(super) fn recorder(
        &self,
        input: &Path,
        filter: Filter,
    ) -> Result<Option<Recorder>, Failure> {
        let Some(path) = &self.pcap else { return Ok(None) };
        spare(input, path)?;
        Recorder::new(Some(path), None, false, Form::Packets.manner(filter)?).map(Some)
    }
}

impl Live {
    /// Whether standard output is for the capture.
    pub(super) fn takes_output(&self) -> bool {
        self.file.takes_output()
    }

    /// Whether a capture is asked for.
    pub(super) fn is_asked_for(&self) -> bool {
        self.file.pcap.is_some() || self.wireshark.is_some()
    }

    /// What writes the capture, if one is asked for.
    pub(super) fn recorder(&self, form: Form, filter: Filter) -> Result<Option<Recorder>, Failure> {
        if !self.is_asked_for() {
            return Ok(None);
        }
        let manner = form.manner(filter)?;
        let server = self.wireshark.map(Server::bind).transpose().map_err(|error| {
            Failure::Usage(format!("no Wireshark can connect there: {error}; try another port"))
        })?;
        Recorder::new(self.file.pcap.as_deref(), server, true, manner).map(Some)
    }
}

/// Refuses to write a capture over the one that is read.
pub(super) fn spare(input: &Path, path: &Path) -> Result<(), Failure> {
    let same = |one: &Path, other: &Path| {
        one.canonicalize().is_ok_and(|one| other.canonicalize().is_ok_and(|other| one == other))
    };
    if same(input, path) {
        let path = path.display();
        let message = format!("--pcap {path} is the capture that is read: name another file");
        return Err(Failure::Usage(message));
    }
    Ok(())
}

fn is_output(path: &Path) -> bool {
    path.as_os_str() == "-"
}

impl Recorder {
    fn new(
        path: Option<&Path>,
        server: Option<Server>,
        is_live: bool,
        manner: Manner,
    ) -> Result<Self, Failure> {
        let file = path.map(create).transpose()?;
        let path = path.filter(|path| !is_output(path)).map(Path::to_path_buf);
        Ok(Self { manner, file, path, is_live, packets: 0, server })
    }

    /// How to look on, if that is possible.
    pub(super) fn invitation(&self) -> Option<String> {
        let address = self.server.as_ref()?.local_address();
        Some(format!("to look on: wireshark -k -i TCP@{address}"))
    }

    /// Writes what happened, if it is to be written.
    pub(super) fn record(&mut self, record: &Record) -> Result<(), Failure> {
        self.keys()?;
        let Self { manner, file, path, is_live, packets, server } = self;
        let mut write = |record: &Record, note: &Note| {
            *packets += u64::from(matches!(record.what, What::Packet { .. }));
            if let Some(server) = server {
                server.noted(record, note);
            }
            let Some(file) = file else { return Ok(()) };
            file.noted(record, note)?;
            if *is_live { file.flush() } else { Ok(()) }
        };
        let written = match manner {
            Manner::Sifted(sieve) => sieve.put(record, write),
            Manner::Sealed(_) => write(record, &Note::sealed()),
        };
        written.map_err(|error| unwritten(path.as_deref(), error))
    }

    /// Writes the session keys that are new.
    fn keys(&mut self) -> Result<(), Failure> {
        let Manner::Sealed(keys) = &self.manner else { return Ok(()) };
        let lines = keys.take();
        if lines.is_empty() {
            return Ok(());
        }
        if let Some(server) = &self.server {
            server.keys(&lines);
        }
        let Some(file) = &mut self.file else { return Ok(()) };
        file.keys(&lines).map_err(|error| unwritten(self.path.as_deref(), error))
    }

    /// Ends the capture, and says what became of it.
    pub(super) fn finish(self) -> Result<(), Failure> {
        if let Some(file) = self.file {
            file.finish().map_err(|error| unwritten(self.path.as_deref(), error))?;
        }
        if let Some(path) = self.path {
            let (count, path) = (self.packets, path.display());
            let what = match self.manner {
                Manner::Sifted(_) => "packet",
                Manner::Sealed(_) => "segment",
            };
            let plural = if count == 1 { "" } else { "s" };
            writeln!(io::stderr(), "wrote {count} {what}{plural} to {path}")?;
        }
        if let Some(server) = self.server {
            writeln!(io::stderr(), "{}", server.finish())?;
        }
        Ok(())
    }

    /// Lets it write on a thread of its own.
    pub(super) fn in_background(mut self) -> io::Result<Background> {
        let (queue, records) = tracer::queue();
        let thread = thread::Builder::new().name("capture".to_owned()).spawn(move || {
            for record in records {
                if let Err(failure) = self.record(&record) {
                    // At once, since the command may go on for long.
                    writeln!(io::stderr(), "tracer: {failure}; what follows is not recorded")?;
                    return Err(Failure::Wrong(None));
                }
            }
            self.finish()
        })?;
        Ok(Background { queue, thread })
    }
}

impl Background {
    /// What takes records. The recorder ends with the last clone of it.
    pub(super) fn queue(&self) -> Queue {
        self.queue.clone()
    }

    /// Waits until all is written.
    pub(super) fn finish(self) -> Result<(), Failure> {
        drop(self.queue);
        self.thread.join().unwrap_or(Ok(())) // it does not panic
    }
}

/// What writes a capture there.
pub(super) fn create(path: &Path) -> Result<Writer<Box<dyn Write + Send>>, Failure> {
    if is_output(path) {
        if io::stdout().is_terminal() {
            let message = "a capture is not for the eye: pipe it, as in\n  \
                           tracer proxy --pcap - | wireshark -k -i -";
            return Err(Failure::Usage(message.to_owned()));
        }
        return Ok(Writer::new(Box::new(io::stdout()) as Box<dyn Write + Send>)?);
    }
    let file = File::create(path)
        .map_err(|error| Failure::Usage(format!("cannot write {}: {error}", path.display())))?;
    Ok(Writer::new(Box::new(BufWriter::new(file)) as Box<dyn Write + Send>)?)
}

/// Standard output fails as output does; a file has a name that helps.
pub(super) fn unwritten(path: Option<&Path>, error: io::Error) -> Failure {
    match path {
        None => Failure::Output(error),
        Some(path) => {
            let message = format!("cannot write {}: {error}", path.display());
            Failure::Output(io::Error::new(error.kind(), message))
        }
    }
}
