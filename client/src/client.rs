//! The client that programs use: a handle, and what it is told.

use client_core::Why;
use delivery::Message;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use wire::{ConnectReturnCode, Qos, SubackReturnCode, Subscription, TopicFilter};

use crate::error::{ConnectError, Ended};
use crate::options::Options;
use crate::task::{self, Command};

/// How many notices wait for a program that does not take them, before the client stops reading.
const NOTICES: usize = 64;

/// A client that is connected, and runs in a task of its own. See the [crate] for an example.
///
/// It ends with [`disconnect`](Self::disconnect), when it is dropped (then without a DISCONNECT), and
/// when its Network Connection is lost, unless it was asked to connect again.
#[derive(Debug)]
pub struct Client {
    commands: mpsc::UnboundedSender<Command>,
    task: JoinHandle<()>,
}

/// Something that happens to a client without its asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A message came.
    Message(Message),
    /// The Network Connection is lost. Unless the client connects again, this is the last notice.
    Disconnected(Why),
    /// The client connected again.
    Reconnected {
        /// Whether the server kept the session. If not, the subscriptions are gone.
        session_present: bool,
    },
    /// The client connected again, and was refused. It tries again later.
    Refused(ConnectReturnCode),
    /// The client did not get through to the server again: why, in a sentence. It tries again later.
    Unreachable(String),
}

/// What happens to a client, in its order. A program that does not take it holds the server up.
#[derive(Debug)]
pub struct Notices(mpsc::Receiver<Notice>);

impl Notices {
    /// Waits for the next notice; `None` when the client has ended.
    pub async fn next(&mut self) -> Option<Notice> {
        self.0.recv().await
    }
}

impl Client {
    /// Connects, and waits until the server lets the client in.
    ///
    /// # Errors
    ///
    /// - [`ConnectError::NamelessSession`]: the options ask for a session that nobody could find again.
    /// - [`ConnectError::Network`]: there is no such server, or it does not listen.
    /// - [`ConnectError::Refused`]: it said no, with a code.
    /// - [`ConnectError::Disconnected`]: it closed the Network Connection, or did not answer in time.
    pub async fn connect(options: Options) -> Result<(Self, Notices), ConnectError> {
        if options.configuration.is_nameless_session() {
            return Err(ConnectError::NamelessSession); // [MQTT-3.1.3-7]
        }
        let (notices, taken) = mpsc::channel(NOTICES);
        let (commands, asked) = mpsc::unbounded_channel();
        let running = task::connect(options, notices, asked).await?;
        let task = tokio::spawn(running.run());
        Ok((Self { commands, task }, Notices(taken)))
    }

    /// Publishes a message: it is on its way when this returns, and nobody has to wait for the rest. At
    /// QoS 0 the wait ends when the message was handed to the network, at QoS 1 and 2 when the server
    /// has acknowledged it; if the client connects again meanwhile, it is sent again.
    ///
    /// Whoever takes the [`Notices`] must not wait here for a message at QoS 1 or 2: the acknowledgement
    /// stands behind messages that nobody takes.
    ///
    /// # Errors
    ///
    /// [`Ended`] if the client ends before, or loses a message at QoS 0 with its Network Connection.
    pub fn publish(&self, message: Message) -> impl Future<Output = Result<(), Ended>> + use<> {
        answered(self.ask(|done| Command::Publish { message, done }))
    }

    /// Subscribes to a Topic Filter, and tells the server's answer.
    ///
    /// # Errors
    ///
    /// [`Ended`] if the client ends before the answer comes.
    pub async fn subscribe(
        &self,
        topic_filter: TopicFilter,
        requested_qos: Qos,
    ) -> Result<SubackReturnCode, Ended> {
        let subscriptions = vec![Subscription { topic_filter, requested_qos }];
        let return_codes = self.subscribe_all(subscriptions).await?;
        return_codes.first().copied().ok_or(Ended)
    }

    /// Subscribes to several Topic Filters, at least one, with one SUBSCRIBE. Tells the server's
    /// answers, one for each, in their order.
    ///
    /// # Errors
    ///
    /// As [`subscribe`](Self::subscribe).
    pub async fn subscribe_all(
        &self,
        subscriptions: Vec<Subscription>,
    ) -> Result<Vec<SubackReturnCode>, Ended> {
        answered(self.ask(|done| Command::Subscribe { subscriptions, done })).await
    }

    /// Gives subscriptions up, at least one.
    ///
    /// # Errors
    ///
    /// As [`subscribe`](Self::subscribe).
    pub async fn unsubscribe(&self, topic_filters: Vec<TopicFilter>) -> Result<(), Ended> {
        answered(self.ask(|done| Command::Unsubscribe { topic_filters, done })).await
    }

    /// Takes leave with a DISCONNECT, and waits until all that was sent has gone out. What was not
    /// acknowledged is left to the session.
    pub async fn disconnect(self) {
        if self.commands.send(Command::Disconnect).is_ok() {
            let _ = self.task.await; // it ends by itself
        }
    }

    fn ask<T>(&self, command: impl FnOnce(oneshot::Sender<T>) -> Command) -> oneshot::Receiver<T> {
        let (done, answer) = oneshot::channel();
        // If the task has ended, the one who would answer goes with the command.
        let _ = self.commands.send(command(done));
        answer
    }
}

async fn answered<T>(answer: oneshot::Receiver<T>) -> Result<T, Ended> {
    answer.await.map_err(|_| Ended)
}
