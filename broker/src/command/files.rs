//! How many sockets the system lets this process have.

use broker::Settings;

/// How many files the process has open beside the sockets of clients: listeners, standard streams, and
/// what the runtime needs.
const OTHERS: u64 = 32;

/// Asks the system for as many open files as it grants. A sentence, if those are too few for all the
/// clients that may be connected.
#[cfg(unix)]
pub(super) fn raise_limit(settings: &Settings) -> Option<String> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    let limit = if raised.is_ok() { maximum } else { current };
    let needed = u64::try_from(settings.max_connections).unwrap_or(u64::MAX).saturating_add(OTHERS);
    let limit = limit.filter(|limit| *limit < needed)?;
    Some(format!(
        "the system lets this process have {limit} open files: about {} clients, not {}; `ulimit -Hn` \
         shows that limit, --max-connections sets the other",
        limit.saturating_sub(OTHERS),
        settings.max_connections
    ))
}

/// Other systems have no such limit on a process.
#[cfg(not(unix))]
pub(super) fn raise_limit(_settings: &Settings) -> Option<String> {
    None
}
