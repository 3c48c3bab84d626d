//! Clients that come and go, and clients that are only there.

use tokio::task::JoinSet;
use wire::{Disconnect, Packet, Pingreq};

use super::{Figures, Stopwatch, each, memory};
use crate::Failure;
use crate::running::Running;
use crate::session::Session;

/// How many clients come at the same time.
const AT_A_TIME: u32 = 32;

/// So many clients connect, are let in, and disconnect.
pub(super) async fn connects(broker: &Running, count: u32) -> Result<Figures, Failure> {
    let address = broker.address;
    let stopwatch = Stopwatch::start(broker);
    let mut coming = JoinSet::new();
    for first in 0..AT_A_TIME.min(count) {
        coming.spawn(async move {
            for number in (first..count).step_by(AT_A_TIME as usize) {
                let mut session =
                    Session::connect(address, &format!("load-{number}"), true).await?;
                session.put(Disconnect)?;
                session.flush().await?;
                if session.next().await.is_ok() {
                    return Err("DISCONNECT was answered with a packet".into());
                }
            }
            Ok::<_, Failure>(())
        });
    }
    while let Some(came) = coming.join_next().await {
        came??;
    }
    Ok(stopwatch.figures(count.into()))
}

/// So many clients are there and do nothing. In the end each of them pings, and is answered.
pub(super) async fn idle(broker: &Running, count: u32) -> Result<Figures, Failure> {
    let before = memory(broker);
    let stopwatch = Stopwatch::start(broker);
    let mut sessions = Vec::new();
    for number in 0..count {
        sessions.push(Session::connect(broker.address, &format!("load-{number}"), true).await?);
    }
    let figures = stopwatch.figures(count.into());
    let after = memory(broker);
    let mut lost = 0;
    for session in &mut sessions {
        session.put(Pingreq)?;
        session.flush().await?;
        lost += u64::from(!matches!(session.next().await, Ok(Packet::Pingresp(_))));
    }
    Ok(Figures { lost, memory: each(before, after, count), ..figures })
}
