//! The task in which a client runs: it turns its driver, answers requests, and connects again.

use std::collections::{BTreeMap, VecDeque};
use std::pin::Pin;

use client_core::{Event, Request, Token, Why};
use delivery::Message;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use wire::{SubackReturnCode, Subscription, TopicFilter};

use crate::client::Notice;
use crate::driver::Driver;
use crate::error::ConnectError;
use crate::options::Options;
#[cfg(feature = "tls")]
use crate::over_tls::connect_tls;
use crate::transport::{Transport, connect_tcp};

/// What the handle asks for.
#[derive(Debug)]
pub(crate) enum Command {
    Publish { message: Message, done: oneshot::Sender<()> },
    Subscribe { subscriptions: Vec<Subscription>, done: oneshot::Sender<Vec<SubackReturnCode>> },
    Unsubscribe { topic_filters: Vec<TopicFilter>, done: oneshot::Sender<()> },
    Disconnect,
}

/// A client that was let in.
pub(crate) struct Running {
    options: Options,
    driver: Driver,
    notices: mpsc::Sender<Notice>,
    commands: mpsc::UnboundedReceiver<Command>,
    /// What has no room in the channel yet.
    untold: VecDeque<Notice>,
    asked: Asked,
    reconnecting: Option<Reconnecting>,
    /// Whether the handle has asked for the end: then nobody takes notices any more.
    is_leaving: bool,
}

/// Who waits for which answer.
#[derive(Default)]
struct Asked {
    last: u64,
    done: BTreeMap<Token, oneshot::Sender<()>>,
    granted: BTreeMap<Token, oneshot::Sender<Vec<SubackReturnCode>>>,
}

type Attempt = Pin<Box<dyn Future<Output = Result<Transport, String>> + Send>>;

/// The way back to the server.
struct Reconnecting {
    /// The wait and the next attempt; `None` while CONNACK is awaited.
    attempt: Option<Attempt>,
    /// How many attempts failed in a row.
    failed: u32,
}

/// What there is to do next.
enum Next {
    Told,
    Asked(Option<Command>),
    Happened(Option<Event>),
    Tried(Result<Transport, String>),
}

/// Connects for the first time.
pub(crate) async fn connect(
    options: Options,
    notices: mpsc::Sender<Notice>,
    commands: mpsc::UnboundedReceiver<Command>,
) -> Result<Running, ConnectError> {
    let Options { configuration, max_packet_size, tap, .. } = &options;
    let mut driver = Driver::new(configuration.clone(), *max_packet_size, tap.clone());
    open(&mut driver, &options).await?;
    loop {
        match driver.turn().await {
            Some(Event::Connected { .. }) => break,
            Some(Event::Refused(code)) => return Err(ConnectError::Refused(code)),
            Some(Event::Disconnected(why)) => return Err(ConnectError::Disconnected(why)),
            Some(_) | None => {}
        }
    }
    let (untold, asked) = (VecDeque::new(), Asked::default());
    let (reconnecting, is_leaving) = (None, false);
    Ok(Running { options, driver, notices, commands, untold, asked, reconnecting, is_leaving })
}

async fn open(driver: &mut Driver, options: &Options) -> Result<(), ConnectError> {
    driver.open(transport(options).await?);
    Ok(())
}

async fn transport(options: &Options) -> Result<Transport, ConnectError> {
    let Options { host, port, .. } = options;
    #[cfg(feature = "tls")]
    if let Some(tls) = &options.tls {
        return connect_tls(host, *port, tls).await;
    }
    connect_tcp(host, *port).await.map_err(|error| {
        let server = format!("{host}:{port}");
        ConnectError::Network { server, error }
    })
}

impl Running {
    /// Runs until the client has ended.
    pub(crate) async fn run(mut self) {
        while self.is_running() {
            match self.next().await {
                Next::Told => {}
                Next::Asked(Some(command)) => self.ask(command),
                // The handle is gone: what it would have said is said by the end of the connection.
                Next::Asked(None) => return,
                Next::Happened(event) => self.happened(event),
                Next::Tried(result) => self.tried(result),
            }
        }
    }

    fn is_running(&self) -> bool {
        let has_more_to_tell = !self.untold.is_empty() && !self.is_leaving;
        self.driver.is_open() || self.reconnecting.is_some() || has_more_to_tell
    }

    async fn next(&mut self) -> Next {
        let Self { driver, notices, commands, untold, reconnecting, .. } = self;
        driver.reads(untold.is_empty());
        let attempt = reconnecting.as_mut().and_then(|it| it.attempt.as_mut());
        tokio::select! {
            permit = notices.reserve(), if !untold.is_empty() => {
                match (permit, untold.pop_front()) {
                    (Ok(permit), Some(notice)) => permit.send(notice),
                    _ => untold.clear(), // nobody listens
                }
                Next::Told
            }
            command = commands.recv() => Next::Asked(command),
            event = driver.turn() => Next::Happened(event),
            result = outcome(attempt) => Next::Tried(result),
        }
    }

    fn ask(&mut self, command: Command) {
        self.asked.last += 1;
        let token = Token(self.asked.last);
        self.driver.request(match command {
            Command::Publish { message, done } => {
                self.asked.done.insert(token, done);
                Request::Publish { message, token }
            }
            Command::Subscribe { subscriptions, done } => {
                self.asked.granted.insert(token, done);
                Request::Subscribe { subscriptions, token }
            }
            Command::Unsubscribe { topic_filters, done } => {
                self.asked.done.insert(token, done);
                Request::Unsubscribe { topic_filters, token }
            }
            Command::Disconnect => {
                self.reconnecting = None;
                self.is_leaving = true;
                Request::Disconnect
            }
        });
    }

    fn happened(&mut self, event: Option<Event>) {
        match event {
            Some(Event::Message(message)) => self.untold.push_back(Notice::Message(message)),
            Some(Event::Published(token) | Event::Unsubscribed(token)) => self.asked.done(token),
            Some(Event::Subscribed { token, return_codes }) => {
                if let Some(done) = self.asked.granted.remove(&token) {
                    let _ = done.send(return_codes); // whoever asked may have given up
                }
            }
            Some(Event::Dropped(token)) => drop(self.asked.done.remove(&token)),
            Some(Event::Connected { session_present }) => {
                self.untold.push_back(Notice::Reconnected { session_present });
                self.reconnecting = None;
            }
            Some(Event::Disconnected(why)) => {
                let is_over = why == Why::Requested;
                self.untold.push_back(Notice::Disconnected(why));
                if !is_over {
                    self.wait_to_reconnect();
                }
            }
            Some(Event::Refused(code)) => {
                self.untold.push_back(Notice::Refused(code));
                self.wait_to_reconnect();
            }
            Some(Event::Alive | Event::Unexpected(_)) | None => {}
        }
    }

    fn wait_to_reconnect(&mut self) {
        let Some(backoff) = self.options.reconnect else { return };
        let failed = self.reconnecting.take().map_or(0, |it| it.failed);
        let at = Instant::now() + backoff.wait(failed);
        let attempt = Some(Box::pin(try_again(self.options.clone(), at)) as Attempt);
        self.reconnecting = Some(Reconnecting { attempt, failed: failed + 1 });
    }

    fn tried(&mut self, result: Result<Transport, String>) {
        if let Some(it) = &mut self.reconnecting {
            it.attempt = None;
        }
        match result {
            // CONNACK, or the end of the Network Connection, takes it from here.
            Ok(transport) => self.driver.open(transport),
            Err(why) => {
                self.untold.push_back(Notice::Unreachable(why));
                self.wait_to_reconnect();
            }
        }
    }
}

/// Opens a Network Connection, not before `at`; or says in a sentence why there is none.
async fn try_again(options: Options, at: Instant) -> Result<Transport, String> {
    tokio::time::sleep_until(at).await;
    let (Options { host, port, .. }, patience) = (&options, options.configuration.patience);
    let opened = tokio::time::timeout(patience, transport(&options))
        .await
        .map_err(|_| format!("{host}:{port} did not answer within {} s", patience.as_secs_f64()))?;
    opened.map_err(|error| error.to_string())
}

/// What comes of the attempt; nothing ever, if there is none.
async fn outcome(attempt: Option<&mut Attempt>) -> Result<Transport, String> {
    match attempt {
        Some(attempt) => attempt.await,
        None => std::future::pending().await,
    }
}

impl Asked {
    fn done(&mut self, token: Token) {
        if let Some(done) = self.done.remove(&token) {
            let _ = done.send(()); // whoever asked may have given up
        }
    }
}
