//! Bodies that do not behave.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::Frame;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// A body whose pieces come from somewhere else; an error cuts the connection.
struct Piped {
    pieces: Receiver<Result<Bytes, super::Cut>>,
}

impl HttpBody for Piped {
    type Data = Bytes;
    type Error = super::Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, super::Cut>>> {
        self.pieces
            .poll_recv(context)
            .map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}

/// Where the pieces of a piped body go in.
pub(super) type Pieces = Sender<Result<Bytes, super::Cut>>;

/// A body and where its pieces go in. It ends when that is dropped.
pub(super) fn piped() -> (Pieces, Body) {
    let (sender, pieces) = channel(16);
    (sender, Body::new(Piped { pieces }))
}

/// Long enough for what was sent before to leave the machine.
const FLUSH: Duration = Duration::from_millis(40);

/// A body that breaks off after some bytes.
pub(super) fn broken(bytes: Bytes) -> Body {
    let (pieces, body) = piped();
    tokio::spawn(async move {
        if !bytes.is_empty() {
            let _ = pieces.send(Ok(bytes)).await;
        }
        tokio::time::sleep(FLUSH).await;
        let _ = pieces.send(Err(super::Cut)).await;
    });
    body
}

/// A body that comes a few bytes at a time.
pub(super) fn dripping(bytes: Bytes, at_once: usize, every: Duration) -> Body {
    let (pieces, body) = piped();
    tokio::spawn(async move {
        for piece in bytes.chunks(at_once.max(1)) {
            tokio::time::sleep(every).await;
            if pieces
                .send(Ok(Bytes::copy_from_slice(piece)))
                .await
                .is_err()
            {
                return;
            }
        }
    });
    body
}
