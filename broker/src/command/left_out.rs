//! What this build of the broker leaves out, so that whoever asks for it learns how to get it.
//!
//! The first run of the lab needs neither TLS, nor password files, nor a store, and is built without them.

use std::ffi::OsString;

use tracer::output::Failure;

/// An argument that not every build knows.
struct Argument {
    name: &'static str,
    feature: &'static str,
    is_built: bool,
}

const ARGUMENTS: &[Argument] = &[
    Argument::new("passwd", "passwords", cfg!(feature = "passwords")),
    Argument::new("--password-file", "passwords", cfg!(feature = "passwords")),
    Argument::new("--allow-anonymous", "passwords", cfg!(feature = "passwords")),
    Argument::new("cert", "certificates", cfg!(feature = "certificates")),
    Argument::new("--tls-listen", "tls", cfg!(feature = "tls")),
    Argument::new("--cert", "tls", cfg!(feature = "tls")),
    Argument::new("--key", "tls", cfg!(feature = "tls")),
    Argument::new("--store", "store", cfg!(feature = "store")),
    Argument::new("--store-sync", "store", cfg!(feature = "store")),
];

impl Argument {
    const fn new(name: &'static str, feature: &'static str, is_built: bool) -> Self {
        Self { name, feature, is_built }
    }

    /// Whether the command line asks for this. A subcommand comes first, or it is a value.
    fn is_in(&self, arguments: &[String]) -> bool {
        arguments.iter().enumerate().any(|(position, argument)| {
            let name = argument.split('=').next();
            name == Some(self.name) && (self.name.starts_with('-') || position == 0)
        })
    }
}

/// Refuses an argument that a fuller build would know, with the command that makes one.
///
/// # Errors
/// Fails with [`Failure::Usage`] where `arguments`, without the program's name, hold such a one.
pub(super) fn check(arguments: impl Iterator<Item = OsString>) -> Result<(), Failure> {
    let arguments: Vec<String> =
        arguments.map(|argument| argument.to_string_lossy().into_owned()).collect();
    match missing(ARGUMENTS, &arguments) {
        None => Ok(()),
        Some(Argument { name, feature, .. }) => Err(Failure::Usage(format!(
            "{name} needs the feature {feature}, which this broker was built without, to keep the \
             first build short; take them all: cargo run -p broker --features full -- {name} …"
        ))),
    }
}

fn missing<'a>(known: &'a [Argument], arguments: &[String]) -> Option<&'a Argument> {
    known.iter().find(|argument| !argument.is_built && argument.is_in(arguments))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_left_out_and_asked_for_is_missing() {
        let known =
            [Argument::new("cert", "certificates", false), Argument::new("--key", "tls", true)];
        let missing = |line: &str| {
            let arguments: Vec<String> = line.split(' ').map(String::from).collect();
            missing(&known, &arguments).map(|argument| argument.name)
        };
        assert_eq!(missing("cert --name localhost"), Some("cert"));
        assert_eq!(missing("--trace"), None);
        assert_eq!(missing("--permissions cert"), None, "a value is no subcommand");
        assert_eq!(missing("--key server.key"), None, "it is built");
    }

    #[test]
    fn an_option_may_hold_its_value() {
        let known = [Argument::new("--key", "tls", false)];
        assert!(missing(&known, &["--key=server.key".into()]).is_some());
    }
}
