//! Answers that come piece by piece: server-sent events, each of which carries HTML.

use std::convert::Infallible;
use std::fmt::Write;

use axum::http::StatusCode;
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::Stream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tracer::summary;

use super::Turn;
use crate::compare::Change;
use crate::html::escape;
use crate::packet_view::View;
use crate::play::{Moment, Passed};

/// Why a request is not fulfilled, in words for the reader.
pub(super) struct Refusal(StatusCode, String);

impl Refusal {
    pub(super) fn busy() -> Self {
        let words = "enough is running already: wait until it is over".to_owned();
        Self(StatusCode::SERVICE_UNAVAILABLE, words)
    }

    /// What was asked for is wrong.
    pub(super) fn wrong(words: impl Into<String>) -> Self {
        Self(StatusCode::UNPROCESSABLE_ENTITY, words.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.0, self.1).into_response()
    }
}

/// An answer that is still being written.
pub(super) type Answer = Sse<Pieces>;

/// Where the pieces of an answer are put. They never wait: what runs is short, and its tap must not
/// hold it up.
#[derive(Clone)]
pub(super) struct Pen {
    id: String,
    out: UnboundedSender<String>,
}

/// Does some work in a thread of its own, which writes the answer. The turn ends with the work.
pub(super) fn answer(
    turn: Turn,
    work: impl FnOnce(&Pen) + Send + 'static,
) -> Result<Answer, Refusal> {
    let (out, pieces) = unbounded_channel();
    let pen = Pen { id: turn.id.clone(), out };
    std::thread::Builder::new()
        .name("live".to_owned())
        .spawn(move || {
            work(&pen);
            drop(turn);
        })
        .map_err(|error| Refusal::wrong(format!("no thread can be started: {error}")))?;
    Ok(Sse::new(Pieces(pieces)))
}

impl Pen {
    /// A moment of what runs; what is otherwise than usual is marked.
    pub(super) fn moment(&self, moment: &Moment, change: Change) {
        match moment {
            Moment::Said(words) => self.paragraph("said", words),
            Moment::Event(event) => self.paragraph("event", &event.text),
            Moment::Over(words) => self.paragraph("over", &format!("To remember: {words}")),
            Moment::Packet(passed) => self.packet(passed, change),
        }
    }

    /// That something went wrong, and what.
    pub(super) fn failed(&self, words: &str) {
        self.paragraph("failed", words);
    }

    pub(super) fn paragraph(&self, class: &str, words: &str) {
        self.put(format!("<p class=\"{class}\">{}</p>", escape(words)));
    }

    fn packet(&self, passed: &Passed, change: Change) {
        let words = match &passed.outcome {
            Ok(packet) => summary(packet).to_string(),
            Err(error) => format!("✗ {error}"),
        };
        let (class, mark) = match change {
            Change::None => ("packet-line", ""),
            Change::Fields(_) => ("packet-line changed-line", "changed"),
            Change::New => ("packet-line changed-line", "new"),
        };
        let mut html = format!(
            "<details class=\"{class}\"><summary>{} <b>{}</b> {} → {} <code>{}</code>",
            passed.number,
            passed.type_name(),
            escape(passed.from()),
            escape(passed.to()),
            escape(&words),
        );
        if !mark.is_empty() {
            let _ = write!(html, " <span class=\"mark\">{mark}</span>");
        }
        let id = format!("{}-{}", self.id, passed.number);
        let view = View::new(passed, id).changed(change).html();
        let _ = write!(html, "</summary>{view}</details>");
        self.put(html);
    }

    fn put(&self, html: String) {
        let _ = self.out.send(html); // nobody reads it any more if the page is gone
    }
}

/// The pieces of an answer, as they come.
pub(super) struct Pieces(UnboundedReceiver<String>);

impl Stream for Pieces {
    type Item = Result<Event, Infallible>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|piece| piece.map(|html| Ok(Event::default().data(html))))
    }
}
