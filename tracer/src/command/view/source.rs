//! Where the records come from: each source in a thread of its own, so that keys never wait for it.

use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use tap::Record;
use tracer::capture::{Listener, Reader};
use tracer::output::Failure;
use tracer::proxy::Proxy;

use super::View;
use crate::command::capture::{self, Prints};

/// What comes from a source.
pub(super) enum News {
    Record(Record),
    /// Nothing more comes, for this reason.
    End(String),
}

/// A source that has begun.
pub(super) struct Source {
    pub(super) title: String,
    pub(super) news: Receiver<News>,
}

/// How many records wait for the screen, before a file is read more slowly.
const WAITING: usize = 4096;

/// Begins with the source that the options name.
pub(super) fn open(view: &View) -> Result<Source, Failure> {
    let (sender, news) = sync_channel(WAITING);
    let title = match (&view.file, view.proxy, view.listen) {
        (Some(file), ..) => {
            let reader = capture::reader(file, &view.port, Prints::Meanwhile)?;
            begin(move || read(reader, &sender))?;
            file.display().to_string()
        }
        (None, Some(_), _) => proxy(view, sender)?,
        (None, None, _) => listen(view, sender)?,
    };
    Ok(Source { title, news })
}

fn begin(source: impl FnOnce() + Send + 'static) -> io::Result<()> {
    thread::Builder::new().name("source".to_owned()).spawn(source).map(|_| ())
}

/// Who does not listen any more has left.
fn read(reader: Reader<capture::Source>, sender: &SyncSender<News>) {
    for record in reader {
        let news = match record {
            Ok(record) => News::Record(record),
            Err(error) => {
                let _ = sender.send(News::End(error.to_string()));
                return;
            }
        };
        if sender.send(news).is_err() {
            return;
        }
    }
    let _ = sender.send(News::End(String::new()));
}

fn proxy(view: &View, sender: SyncSender<News>) -> Result<String, Failure> {
    let address = view.proxy.unwrap_or_else(|| ([127, 0, 0, 1], 0).into());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (queue, records) = tracer::queue();
    let secured = view.sides.prepare(&view.to, None)?;
    let to = view.to.address(view.sides.usual_port());
    let bound = runtime.block_on(Proxy::bind(address, &*to, Arc::new(queue)));
    let mut proxy = bound.map_err(|error| {
        Failure::Usage(format!("cannot listen at {address}: {error}; try another port"))
    })?;
    if let Some(secured) = secured {
        proxy = secured.secure(proxy, None);
    }
    let title = format!("proxy {} → {to}", proxy.local_address());
    begin(move || {
        let _ = runtime.block_on(proxy.run(std::future::pending()));
    })?;
    begin(move || {
        for record in records {
            if sender.send(News::Record(record)).is_err() {
                return;
            }
        }
    })?;
    Ok(title)
}

fn listen(view: &View, sender: SyncSender<News>) -> Result<String, Failure> {
    let address = view.listen.unwrap_or_else(|| ([127, 0, 0, 1], 0).into());
    let listener = Listener::bind(address).map_err(|error| {
        Failure::Usage(format!("cannot listen at {address}: {error}; try another port"))
    })?;
    let title = format!("listening on {}", listener.local_address());
    begin(move || {
        let ended = listener.run(|record| match sender.send(News::Record(record)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        });
        let end = ended.map_or_else(|error| error.to_string(), |counts| counts.to_string());
        let _ = sender.send(News::End(end));
    })?;
    Ok(title)
}
