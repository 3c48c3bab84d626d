//! `lab class board`: who is where.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use catalogue::Course;
use clap::Args;
use client::{Client, ConnectError, Notice, Notices, Options};
use delivery::Message;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;
use tracer::output::Failure;
use wire::{Qos, TopicName};

use super::grid::Grid;
use super::host::{CLASS, PLACE};
use super::topics::{Told, Topics, name, text};
use super::{local, runtime, wrong};
use crate::command::keys::Keys;

/// Show who is there and how far: live on a terminal, a line for each change elsewhere
#[derive(Args)]
pub(super) struct Board {
    /// Where the class meets: what `lab class host` said
    #[arg(long, value_name = "HOST[:PORT]", default_value = PLACE)]
    at: String,
    /// The name of the class
    #[arg(long, value_name = "NAME", default_value = CLASS, value_parser = name)]
    class: String,
    /// Show it as it is now, and end
    #[arg(long)]
    once: bool,
}

/// How long a board waits for more before it is drawn anew.
const PAUSE: Duration = Duration::from_millis(100);

impl Board {
    pub(super) fn run(&self, course: &Course) -> Result<(), Failure> {
        runtime()?.block_on(async {
            let room = Room::enter(&self.at, &self.class).await?;
            match (self.once, io::stdout().is_terminal()) {
                (true, _) => room.once(course).await,
                (false, true) => room.draw(course).await,
                (false, false) => room.log().await,
            }
        })
    }
}

/// A board that hears what is told in the class.
struct Room {
    client: Client,
    notices: Notices,
    topics: Topics,
    /// What is heard when all that was told before has come.
    echo: TopicName,
    grid: Grid,
}

impl Room {
    async fn enter(place: &str, class: &str) -> Result<Self, Failure> {
        let address = local::resolve(place).map_err(Failure::Usage)?;
        let topics = Topics::new(class);
        let nameless = text("").map_err(wrong)?;
        let options = Options::new(&address.ip().to_string(), address.port(), nameless);
        let no_class = |error: ConnectError| wrong(format!("no class meets at {place}: {error}"));
        let (client, notices) = Client::connect(options).await.map_err(no_class)?;
        client.subscribe(topics.all().map_err(wrong)?, Qos::AtLeastOnce).await.map_err(wrong)?;
        let echo = topics.echo(std::process::id()).map_err(wrong)?;
        Ok(Self { client, notices, topics, echo, grid: Grid::default() })
    }

    /// Shows the board when all that was told before has come.
    async fn once(mut self, course: &Course) -> Result<(), Failure> {
        let (topic, payload) = (self.echo.clone(), "".into());
        let echo = Message { topic, payload, qos: Qos::AtMostOnce, retain: false };
        self.client.publish(echo).await.map_err(wrong)?;
        while let Some(message) = self.next().await {
            if message.topic == self.echo {
                write!(io::stdout(), "{}", self.grid.text(course))?;
                self.client.disconnect().await;
                return Ok(());
            }
            self.hear(&message);
        }
        Err(class_is_over())
    }

    /// Draws the board anew whenever something changes, until a key ends it.
    async fn draw(mut self, course: &Course) -> Result<(), Failure> {
        let (keys, mut typed) = keys();
        loop {
            self.show(course, keys.at_once())?;
            tokio::select! {
                message = self.next() => match message {
                    Some(message) => { self.hear(&message); }
                    None => return Err(class_is_over()),
                },
                key = typed.recv() => if key.as_deref() == Some("q") {
                    self.client.disconnect().await;
                    return Ok(());
                },
            }
            // What comes together is drawn together.
            while let Ok(Some(message)) = timeout(PAUSE, self.next()).await {
                self.hear(&message);
            }
        }
    }

    fn show(&self, course: &Course, at_once: bool) -> io::Result<()> {
        let enter = if at_once { "" } else { ", and Enter" };
        let board = self.grid.text(course);
        write!(io::stdout(), "\u{1b}[2J\u{1b}[H{board}\n[q]uit{enter}\n")?;
        io::stdout().flush()
    }

    /// Writes a line for each thing that is told.
    async fn log(mut self) -> Result<(), Failure> {
        while let Some(message) = self.next().await {
            let line = match self.hear(&message) {
                None => continue,
                Some(Told::Presence { name, is_here }) => {
                    format!("{name} is {}", if is_here { "here" } else { "away" })
                }
                Some(Told::Gone { name }) => format!("{name} has left"),
                Some(Told::Outcome { name, number, outcome }) => {
                    format!("{name} {number} {}", outcome.as_deref().unwrap_or("nothing"))
                }
            };
            writeln!(io::stdout(), "{line}")?;
        }
        Err(class_is_over())
    }

    /// The next message; `None` when the class is over.
    async fn next(&mut self) -> Option<Message> {
        loop {
            match self.notices.next().await? {
                Notice::Message(message) => return Some(message),
                Notice::Disconnected(_) => return None,
                Notice::Reconnected { .. } | Notice::Refused(_) | Notice::Unreachable(_) => {}
            }
        }
    }

    fn hear(&mut self, message: &Message) -> Option<Told> {
        let told = self.topics.read(&message.topic, &message.payload)?;
        self.grid.hear(told.clone());
        Some(told)
    }
}

/// The keys, where the network can be listened to at the same time.
fn keys() -> (Keys, UnboundedReceiver<String>) {
    let (sender, typed) = unbounded_channel();
    (Keys::to(move |key| sender.send(key).is_ok()), typed)
}

fn class_is_over() -> Failure {
    wrong("the class is over: its broker has closed")
}
