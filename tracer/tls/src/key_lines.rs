//! Session keys as text.

use std::fmt;

use tokio_rustls::rustls::KeyLog;

/// Makes a line of each key, and hands it on: the format of `SSLKEYLOGFILE`, which Wireshark reads
/// (draft-ietf-tls-keylogfile).
///
/// ```text
///   CLIENT_TRAFFIC_SECRET_0  the random number of the ClientHello  the secret      in hex, a blank between
/// ```
///
/// Whoever has these lines and the records can read the traffic.
pub struct KeyLines<F>(F);

impl<F: Fn(String) + Send + Sync> KeyLines<F> {
    /// Hands each line, without its end, to `take`. It is called in the midst of a handshake.
    pub fn to(take: F) -> Self {
        Self(take)
    }
}

impl<F: Fn(String) + Send + Sync> KeyLog for KeyLines<F> {
    fn log(&self, label: &str, client_random: &[u8], secret: &[u8]) {
        (self.0)(format!("{label} {} {}", hex::encode(client_random), hex::encode(secret)));
    }
}

impl<F> fmt::Debug for KeyLines<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyLines").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn a_line_has_the_label_the_random_number_and_the_secret() {
        let lines = Mutex::new(Vec::new());
        let log = KeyLines::to(|line| lines.lock().unwrap().push(line));
        log.log("CLIENT_RANDOM", &[0x0a, 0xff], &[1, 2, 3]);
        assert_eq!(*lines.lock().unwrap(), ["CLIENT_RANDOM 0aff 010203"]);
    }
}
