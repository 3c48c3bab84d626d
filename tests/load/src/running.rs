//! A process of a broker, from its start to its end.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::Failure;
use crate::subject::{How, Output, Start, Subject, TRACE};

/// How long a broker may take until it listens.
const START: Duration = Duration::from_secs(10);

/// How often it is looked whether it does.
const A_LITTLE: Duration = Duration::from_millis(5);

/// A broker that listens. It ends with this value.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    /// Its process, if it is known.
    pub(crate) pid: Option<u32>,
    child: Option<Child>,
    /// Where its files are.
    folder: Option<TempDir>,
    /// Somebody who reads nothing.
    _unread: Option<TcpListener>,
}

impl Running {
    /// Starts a process of this broker, and waits until it listens.
    pub(crate) fn start(subject: &Subject) -> Result<Self, Failure> {
        match &subject.how {
            How::Running(address, pid) => {
                Ok(Self { address: *address, pid: *pid, child: None, folder: None, _unread: None })
            }
            How::Started(start) => Self::spawn(start),
        }
    }

    fn spawn(start: &Start) -> Result<Self, Failure> {
        // In this order: what is free is another port then.
        let (unread, address, folder) = (listener()?, free_address()?, tempfile::tempdir()?);
        let (port, place) = (address.port().to_string(), folder.path().to_string_lossy());
        let other = unread.local_addr()?.to_string();
        let filled = |text: &str| {
            text.replace("{port}", &port).replace("{folder}", &place).replace("{unread}", &other)
        };
        if let Some((name, text)) = start.file {
            fs::write(folder.path().join(name), filled(text))?;
        }
        let mut words = start.words.iter().map(|word| filled(word));
        let mut command = Command::new(words.next().ok_or("a command without words")?);
        command.args(words).stdin(Stdio::null()).stderr(Stdio::null()).stdout(match start.output {
            Output::Nowhere => Stdio::null(),
            Output::File => File::create(folder.path().join(TRACE))?.into(),
            Output::Unread => Stdio::piped(),
        });
        let child = command.spawn().map_err(|error| format!("{command:?}: {error}"))?;
        let pid = Some(child.id());
        let (child, folder, unread) = (Some(child), Some(folder), Some(unread));
        let mut running = Self { address, pid, child, folder, _unread: unread };
        running.listens().map_err(|error| format!("{command:?} {error}"))?;
        Ok(running)
    }

    /// How many records are missing in its trace, as the trace itself tells.
    pub(crate) fn dropped(&self) -> Result<u64, Failure> {
        let Some(folder) = &self.folder else { return Ok(0) };
        let Ok(file) = File::open(folder.path().join(TRACE)) else { return Ok(0) };
        let mut dropped = 0;
        for line in BufReader::new(file).split(b'\n') {
            dropped += dropped_before(&String::from_utf8_lossy(&line?)).unwrap_or(0);
        }
        Ok(dropped)
    }

    /// Waits until it listens. Each broker says so in its own way, and some not at all: so it is asked
    /// again and again.
    fn listens(&mut self) -> Result<(), Failure> {
        let start = Instant::now();
        while TcpStream::connect(self.address).is_err() {
            if let Some(status) = self.child.as_mut().and_then(|it| it.try_wait().transpose()) {
                return Err(format!("ended before it listened: {}", status?).into());
            }
            if start.elapsed() > START {
                return Err(format!("does not listen on {}", self.address).into());
            }
            thread::sleep(A_LITTLE);
        }
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill().and_then(|()| child.wait()); // it may be gone already
        }
    }
}

/// Where nobody listens now.
fn free_address() -> Result<SocketAddr, Failure> {
    Ok(listener()?.local_addr()?)
}

fn listener() -> Result<TcpListener, Failure> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?)
}

/// What `… could not keep pace: 7 records dropped before this line` tells.
fn dropped_before(line: &str) -> Option<u64> {
    let (_, rest) = line.split_once("could not keep pace: ")?;
    rest.split_once(" record")?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_tells_what_is_missing_in_it() {
        let line = "# the tracer could not keep pace: 17 records dropped before this line";
        assert_eq!(dropped_before(line), Some(17));
        assert_eq!(dropped_before("00  10  CONNECT"), None);
    }
}
