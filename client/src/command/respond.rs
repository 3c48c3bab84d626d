//! `client respond`: answers requests with their text in upper case.

use std::io::{self, Write};
use std::ops::ControlFlow;

use clap::Args;
use client::{Backoff, Client, Options};
use delivery::Message;
use tracer::output::Failure;
use wire::{Subscription, TopicFilter};

use super::connection::{ConnectionOptions, unfit};
use super::exchange::{Letter, MeetingOptions};
use super::listening::{listen, say, subscribe};
use super::session::{self, wrong};

/// Answer requests with their text in upper case, and print each of them
///
/// A request that comes twice is answered twice, for nobody knows whether the first reply arrived; the
/// requester takes one. What is no request is left alone.
#[derive(Args)]
#[command(
    disable_help_flag = true,
    after_help = "\
Examples:
  client respond
  client respond -t /request -q 1 -C 1        ends after one reply
  client request -m 'Hello DevDay !'

Ctrl+C ends it with a DISCONNECT. When the connection is lost it connects again by itself."
)]
pub(super) struct Respond {
    #[command(flatten)]
    meeting: MeetingOptions,
    /// End after so many replies
    #[arg(short = 'C', value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,
    #[command(flatten)]
    connection: ConnectionOptions,
}

impl Respond {
    pub(super) fn run(&self) -> Result<(), Failure> {
        self.meeting.reply_topic(0)?; // a wrong one shall be told at once
        let topic = self.meeting.request_topic()?;
        let topic_filter =
            TopicFilter::new(topic.to_string()).map_err(|error| unfit("-t", &topic, &error))?;
        let subscription = Subscription { topic_filter, requested_qos: self.meeting.qos };
        session::run(&self.connection, |mut options| {
            options.reconnect = Some(Backoff::default());
            self.respond(options, [subscription])
        })
    }

    async fn respond(
        &self,
        options: Options,
        subscriptions: [Subscription; 1],
    ) -> Result<(), Failure> {
        let (client, mut notices) = Client::connect(options).await.map_err(wrong)?;
        let responding = async {
            subscribe(&client, &subscriptions).await?;
            let mut left = self.count;
            let mut last = None;
            let listening = listen(&client, &mut notices, &subscriptions, |message| {
                let Some(reply) = self.reply(message)? else {
                    return Ok(ControlFlow::Continue(()));
                };
                // Whoever waited here for the server's answer would take no messages meanwhile.
                last = Some(client.publish(reply));
                left = left.map(|left| left - 1);
                let is_over = left == Some(0);
                Ok(if is_over { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
            });
            listening.await?;
            match last {
                Some(last) => last.await.map_err(wrong),
                None => Ok(()),
            }
        };
        let responded = tokio::select! {
            responded = responding => responded,
            interrupted = tokio::signal::ctrl_c() => interrupted.map_err(Failure::from),
        };
        client.disconnect().await;
        responded
    }

    /// The reply to a request, which is printed; `None` if it is no request.
    fn reply(&self, message: &Message) -> Result<Option<Message>, Failure> {
        let Letter { body, request_id } = match Letter::of_payload(&message.payload) {
            Ok(request) => request,
            Err(error) => {
                say(&format!("what came on {} is no request: {error}", &*message.topic));
                return Ok(None);
            }
        };
        let mut out = io::stdout().lock();
        writeln!(out, "{request_id} {body}")?;
        out.flush()?;
        let payload = Letter { body: body.to_uppercase(), request_id }.to_payload();
        let topic = self.meeting.reply_topic(request_id)?;
        Ok(Some(Message { topic, payload, qos: self.meeting.qos, retain: false }))
    }
}
