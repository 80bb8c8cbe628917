//! Unknown keys, and who is told of them.

use std::collections::VecDeque;
use std::fmt;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, TryLockError};

use tokio::sync::Notify;

/// Says that a fetch is wanted ahead of its time. Asked many times before it is made, it is made once.
#[derive(Clone)]
pub struct Ask(Arc<Asked>);

#[derive(Default)]
struct Asked {
    /// Asked, and no fetch has begun since.
    pending: AtomicBool,
    wake: Notify,
}

impl Ask {
    pub(super) fn new() -> Self {
        Self(Arc::default())
    }

    /// Asks; nothing happens if the refresher is gone.
    pub fn now(&self) {
        if !self.0.pending.swap(true, Ordering::AcqRel) {
            self.0.wake.notify_one();
        }
    }

    fn is_pending(&self) -> bool {
        self.0.pending.load(Ordering::Acquire)
    }

    /// Ends when somebody has asked.
    pub(super) async fn asked(&self) {
        self.0.wake.notified().await;
    }

    /// A fetch begins: whoever asked before is answered by it.
    pub(super) fn begin(&self) {
        pin!(self.0.wake.notified()).as_mut().enable();
        self.0.pending.store(false, Ordering::Release);
    }
}

impl fmt::Debug for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ask").finish_non_exhaustive()
    }
}

/// The length of a thumbprint in base64url: what is no thumbprint can be no key's id.
const KID: usize = 43;

/// So many unknown ids are not asked for twice. With one asked for in a minute, the last hour's.
const REMEMBERED: usize = 64;

/// Turns tokens with unknown keys into questions: one for each `kid`, and one at a time. Anybody can send such tokens,
/// so what they cost here is next to nothing.
#[derive(Default)]
pub(crate) struct Asks(Mutex<State>);

#[derive(Default)]
struct State {
    ask: Option<Ask>,
    kids: VecDeque<[u8; KID]>,
}

impl Asks {
    /// Who is asked from now on.
    pub(crate) fn tell(&self, ask: Ask) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).ask = Some(ask);
    }

    /// What was asked for has come: should it be missed again, that is news.
    pub(crate) fn found(&self, has: impl Fn(&str) -> bool) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.kids.retain(|kid| !std::str::from_utf8(kid).is_ok_and(&has));
    }

    /// A token names this key, and it is not there.
    pub(crate) fn unknown(&self, kid: &str) {
        let Ok(kid) = <[u8; KID]>::try_from(kid.as_bytes()) else { return };
        let state = match self.0.try_lock() {
            Ok(state) => Some(state),
            Err(TryLockError::Poisoned(state)) => Some(state.into_inner()),
            // Another one asks at this moment.
            Err(TryLockError::WouldBlock) => None,
        };
        let Some(mut state) = state else { return };
        let Some(ask) = state.ask.clone().filter(|ask| !ask.is_pending() && !state.kids.contains(&kid)) else { return };
        if state.kids.len() == REMEMBERED {
            state.kids.pop_front();
        }
        state.kids.push_back(kid);
        ask.now();
    }
}
