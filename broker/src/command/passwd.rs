//! `broker passwd`: who stands in a password file.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::PathBuf;

use broker::{delete_password, set_password};
use clap::Args;
use tracer::output::Failure;

use super::wrong;

/// Add a user to a password file, change the password of one, or delete one
///
/// On a terminal it asks for the password twice, and does not show it. Else the password is the first
/// line of standard input. The file holds a hash of it, in the format of `mosquitto_passwd`. A broker
/// that runs already reads the file when it is started again.
#[derive(Args)]
#[command(after_help = "\
Examples:
  broker passwd users.txt paolo
  echo devday | broker passwd users.txt paolo
  broker passwd users.txt paolo --delete
  broker --password-file users.txt

Exit codes: 0 done, 1 the file was not changed, 2 wrong usage.")]
pub(super) struct Passwd {
    /// The password file; if it is not there it is made, for its owner alone to read
    file: PathBuf,
    /// The User Name
    user: String,
    /// Delete the user
    #[arg(long)]
    delete: bool,
}

impl Passwd {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let Self { file, user, delete } = self;
        let path = file.display();
        let done = if *delete {
            if !delete_password(file, user).map_err(wrong)? {
                return Err(wrong(format!("there is no user {user} in {path}")));
            }
            format!("deleted {user} from {path}")
        } else if set_password(file, user, &password(user)?).map_err(wrong)? {
            format!("added {user} to {path}")
        } else {
            format!("changed the password of {user} in {path}")
        };
        writeln!(io::stdout(), "{done}")?;
        Ok(())
    }
}

fn password(user: &str) -> Result<Vec<u8>, Failure> {
    if io::stdin().is_terminal() {
        asked_twice(user, rpassword::prompt_password)
    } else {
        first_line()
    }
}

/// The password that was typed twice alike: nobody sees a slip.
fn asked_twice(
    user: &str,
    mut ask: impl FnMut(String) -> io::Result<String>,
) -> Result<Vec<u8>, Failure> {
    let unreadable = |error| wrong(format!("cannot read the password: {error}"));
    let password = ask(format!("Password of {user}: ")).map_err(unreadable)?;
    if ask(format!("Password of {user} once more: ")).map_err(unreadable)? != password {
        return Err(wrong("the two passwords differ, so nothing was changed"));
    }
    Ok(password.into_bytes())
}

fn first_line() -> Result<Vec<u8>, Failure> {
    let mut line = Vec::new();
    io::stdin()
        .lock()
        .read_until(b'\n', &mut line)
        .map_err(|error| wrong(format!("cannot read the password: {error}")))?;
    let line = line.strip_suffix(b"\n").unwrap_or(&line);
    Ok(line.strip_suffix(b"\r").unwrap_or(line).to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(answers: [&str; 2]) -> Result<Vec<u8>, String> {
        let mut answers = answers.into_iter();
        let ask = |_| Ok(answers.next().expect("it asks twice").to_owned());
        asked_twice("paolo", ask).map_err(|failure| failure.to_string())
    }

    #[test]
    fn a_password_is_taken_if_it_was_typed_twice_alike() {
        assert_eq!(typed(["devday", "devday"]), Ok(b"devday".to_vec()));
        let expected = "the two passwords differ, so nothing was changed";
        assert_eq!(typed(["devday", "dayday"]), Err(expected.to_owned()));
    }
}
