use bytes::Bytes;
use wire::Text;

use super::*;

/// `printf devdaysalt-of-12-b | openssl dgst -sha512 -binary | base64`, behind the salt in base64.
const SHA512: &str = "$6$c2FsdC1vZi0xMi1i$EIQXgMpDcA7MKQQpt4Uyc9QwAlb4vymRmmICdVmYiZHClE784J8j3hHOcCvneYYTNaag8f5k8mEnLjGVmReHrg==";
/// As `mosquitto_passwd` 2.0.11 made it, for the password `devday`.
const PBKDF2: &str = "$7$101$zPejtBDNYb8g6Oq1$XjZFm3J002J6Z3y1j6EqnzGh8KuFfsul4uQu9e8DriO+BFWf9RVb5jZ8ghdIjf3XttfwA7b069AdWJd+wPdZHQ==";

fn credentials(user: &str, password: Option<&str>) -> Credentials {
    let password = password.map(|password| Bytes::copy_from_slice(password.as_bytes()));
    Credentials { user_name: Text::try_from(user).unwrap(), password }
}

fn check(passwords: &Passwords, user: &str, password: Option<&str>) -> Result<(), Refusal> {
    passwords.authenticate(Some(&credentials(user, password)))
}

fn error(text: &str) -> String {
    text.parse::<Passwords>().unwrap_err().to_string()
}

#[test]
fn both_formats_of_mosquitto_are_read() {
    let passwords: Passwords = format!("# users\n\nold:{SHA512}\nnew:{PBKDF2}\n").parse().unwrap();
    for user in ["old", "new"] {
        assert_eq!(check(&passwords, user, Some("devday")), Ok(()));
        for wrong in [Some("devda"), Some("devday "), Some(""), None] {
            assert_eq!(check(&passwords, user, wrong), Err(Refusal::WrongPassword), "{wrong:?}");
        }
    }
    assert_eq!(check(&passwords, "nobody", Some("devday")), Err(Refusal::UnknownUser));
}

#[test]
fn anonymous_clients_come_in_only_where_they_may() {
    let mut passwords = Passwords::default();
    assert_eq!(passwords.authenticate(None), Err(Refusal::Anonymous));
    passwords.allow_anonymous = true;
    assert_eq!(passwords.authenticate(None), Ok(()));
    assert_eq!(check(&passwords, "paolo", Some("x")), Err(Refusal::UnknownUser));
}

#[test]
fn equal_passwords_have_different_hashes_that_can_be_written_and_read() {
    let hash = || Hash::new(b"devday", NonZeroU32::MIN).unwrap();
    let (one, other) = (hash(), hash());
    assert_ne!(one, other);
    assert_eq!(one.to_string().parse(), Ok(one));
    assert_eq!(SHA512.parse::<Hash>().unwrap().to_string(), SHA512);
    assert_eq!(PBKDF2.parse::<Hash>().unwrap().to_string(), PBKDF2);
}

#[test]
fn a_broken_line_is_told_with_its_number() {
    let short = &PBKDF2[..PBKDF2.len() - 4];
    for (broken, expected) in [
        ("paolo".to_owned(), "line 2: there is no ':'"),
        (format!(":{PBKDF2}"), "line 2: the name of the user is empty"),
        (" paolo:$7$".to_owned(), "line 2: ' ' in a name is not seen"),
        ("paolo:devday".to_owned(), "line 2: what follows the ':' is not a hash"),
        ("paolo:$7$101$abcd".to_owned(), "line 2: a hash is $6$salt$hash or"),
        ("paolo:$6$101$abcd$efgh".to_owned(), "line 2: a hash is $6$salt$hash or"),
        ("paolo:$7$0$abcd$efgh".to_owned(), "line 2: the number of rounds"),
        ("paolo:$7$101$ab?d$efgh".to_owned(), "line 2: salt or hash are not base64"),
        (format!("paolo:{short}"), "line 2: the hash is not 64 bytes long"),
        (format!("alice:{PBKDF2}"), "line 2: this user stood on a line before"),
    ] {
        let error = error(&format!("alice:{PBKDF2}\n{broken}\n"));
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn names_that_would_not_be_found_again_are_refused() {
    for (name, bad) in [("a:b", ':'), ("#a", '#'), ("a\n", '\n'), (" a", ' '), ("a ", ' ')] {
        assert_eq!(check_name(name), Err(PasswordError::BadName(bad)), "{name:?}");
    }
    assert_eq!(check_name(""), Err(PasswordError::NoName));
    for name in ["paolo", "a b", "größer", "a#", "*"] {
        assert_eq!(check_name(name), Ok(()));
    }
    let error = Passwords::default().insert("paolo", b"", NonZeroU32::MIN);
    assert_eq!(error, Err(PasswordError::NoPassword));
}

#[test]
fn nothing_that_is_printed_gives_a_hash_away() {
    let passwords: Passwords = format!("paolo:{PBKDF2}").parse().unwrap();
    let printed = format!("{passwords:?}");
    let hash = PBKDF2.rsplit('$').next().unwrap();
    assert!(printed.contains("paolo") && !printed.contains(&hash[..8]), "{printed}");
}

#[test]
fn a_file_is_changed_line_by_line() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("users");
    std::fs::write(&path, format!("# the talk\nalice:{PBKDF2}\n\ncarol:{SHA512}\n")).unwrap();
    assert!(set_password(&path, "paolo", b"devday").unwrap(), "he is new");
    assert!(!set_password(&path, "alice", b"other").unwrap());
    assert!(delete_password(&path, "carol").unwrap());
    assert!(!delete_password(&path, "carol").unwrap(), "she is gone already");
    let text = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<_> = text.lines().map(|line| line.get(..9).unwrap_or(line)).collect();
    assert_eq!(lines, ["# the tal", "alice:$7$", "", "paolo:$7$"]);
    let passwords = Passwords::read(&path).unwrap();
    assert_eq!(check(&passwords, "alice", Some("other")), Ok(()));
    assert_eq!(check(&passwords, "paolo", Some("devday")), Ok(()));
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1, "nothing is left behind");
}

#[cfg(unix)]
#[test]
fn a_new_file_is_its_owners_alone_and_an_old_one_stays_as_open_as_it_was() {
    use std::os::unix::fs::PermissionsExt;

    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("users");
    let mode = || std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
    set_password(&path, "paolo", b"devday").unwrap();
    assert_eq!(mode(), 0o600);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    set_password(&path, "paolo", b"other").unwrap();
    assert_eq!(mode(), 0o640);
}

#[test]
fn a_broken_file_is_not_written_over() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("users");
    std::fs::write(&path, "paolo:devday\n").unwrap();
    let error = set_password(&path, "alice", b"x").unwrap_err().to_string();
    let expected = format!("{}, line 1: what follows the ':' is not a hash", path.display());
    assert!(error.starts_with(&expected), "{error}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "paolo:devday\n");
}
