//! `client sub`: subscribes, and prints what comes.

use std::io::{self, Write};
use std::ops::ControlFlow;

use clap::Args;
use client::{Backoff, Client, Options};
use delivery::Message;
use tracer::output::Failure;
use wire::{Qos, Subscription, TopicFilter};

use super::connection::{ConnectionOptions, qos, unfit};
use super::listening::{listen, subscribe};
use super::session::{self, wrong};

/// Subscribe, and print each message on a line
#[derive(Args)]
#[command(
    disable_help_flag = true,
    after_help = "\
Examples:
  client sub -t 'kitchen/#' -v
  client sub -t mytopic -q 1 -i bob -c        the session outlives the connection
  client sub -t mytopic -C 1                  ends after one message
  client sub -t mytopic -d --detail explain   every bit of every packet

Ctrl+C ends it with a DISCONNECT. When the connection is lost it connects again by itself."
)]
pub(super) struct Subscribe {
    /// A Topic Filter; may come several times
    #[arg(short, long = "topic", value_name = "FILTER", required = true)]
    topics: Vec<String>,
    /// The QoS to ask for: 0, 1 or 2
    #[arg(short, long, value_name = "QOS", default_value = "0", value_parser = qos)]
    qos: Qos,
    /// End after so many messages
    #[arg(short = 'C', value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,
    /// Print the topic before each message
    #[arg(short, long)]
    verbose: bool,
    /// Print no line end behind a message
    #[arg(short = 'N', long = "no-line-end")]
    no_line_end: bool,
    #[command(flatten)]
    connection: ConnectionOptions,
}

impl Subscribe {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let mut subscriptions = Vec::new();
        for filter in &self.topics {
            let topic_filter = TopicFilter::new(filter.clone());
            let topic_filter = topic_filter.map_err(|error| unfit("-t", filter, &error))?;
            subscriptions.push(Subscription { topic_filter, requested_qos: self.qos });
        }
        session::run(&self.connection, |mut options| {
            options.reconnect = Some(Backoff::default());
            self.subscribe(options, subscriptions)
        })
    }

    async fn subscribe(
        &self,
        options: Options,
        subscriptions: Vec<Subscription>,
    ) -> Result<(), Failure> {
        let (client, mut notices) = Client::connect(options).await.map_err(wrong)?;
        let printing = async {
            subscribe(&client, &subscriptions).await?;
            let mut left = self.count;
            let take = |message: &Message| {
                self.print_message(message)?;
                left = left.map(|left| left - 1);
                let is_over = left == Some(0);
                Ok(if is_over { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
            };
            listen(&client, &mut notices, &subscriptions, take).await
        };
        let printed = tokio::select! {
            printed = printing => printed,
            interrupted = tokio::signal::ctrl_c() => interrupted.map_err(Failure::from),
        };
        client.disconnect().await;
        printed
    }

    fn print_message(&self, message: &Message) -> io::Result<()> {
        let mut out = io::stdout().lock();
        if self.verbose {
            write!(out, "{} ", &*message.topic)?;
        }
        out.write_all(&message.payload)?;
        if !self.no_line_end {
            out.write_all(b"\n")?;
        }
        out.flush()
    }
}
