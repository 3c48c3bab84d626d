//! `broker cert`: an authority and a certificate for TLS in the lab.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use certificates::{Authority, Validity};
use clap::Args;
use tracer::output::Failure;

use super::wrong;

/// The name of the authority, for people.
const AUTHORITY: &str = "MQTT on the Road, an authority for the lab";

/// Make an authority and a server certificate, for TLS in the lab
///
/// It makes ca.pem, the certificate of the authority, which every client needs; server.pem, which the
/// broker shows; and server.key, which the broker alone may read. The key of the authority is thrown
/// away: nobody can make another certificate that these clients trust.
#[derive(Args)]
#[command(after_help = "\
Examples:
  broker cert
  broker cert --directory certificates --name localhost --name 192.168.1.5 --days 30

Exit codes: 0 done, 1 nothing was made, 2 wrong usage.")]
pub(super) struct Cert {
    /// Where the three files go; the directory is made if it is not there
    #[arg(long, value_name = "DIRECTORY", default_value = ".")]
    directory: PathBuf,
    /// A host name or an address by which clients call the broker; may be given several times
    #[arg(long = "name", value_name = "NAME", default_values = ["localhost", "127.0.0.1", "::1"])]
    names: Vec<String>,
    /// How many days the certificates are good: 1 to 36500
    #[arg(
        long, value_name = "DAYS", default_value_t = 365,
        value_parser = clap::value_parser!(u32).range(1..=36_500)
    )]
    days: u32,
    /// Write over files that are there
    #[arg(long)]
    force: bool,
}

impl Cert {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let validity = Validity::days(SystemTime::now(), self.days).map_err(wrong)?;
        let authority = Authority::new(AUTHORITY, validity).map_err(wrong)?;
        let server = authority.issue(&self.names, validity).map_err(wrong)?;
        let [ca, cert, key] = ["ca.pem", "server.pem", "server.key"].map(|name| self.place(name));
        self.check_room(&[&ca, &cert, &key])?;
        std::fs::create_dir_all(&self.directory)
            .map_err(|error| wrong(format!("cannot make {}: {error}", self.directory.display())))?;
        write(&key, &server.key, true)?;
        write(&cert, &server.certificate, false)?;
        write(&ca, authority.certificate(), false)?;
        self.tell([&ca, &cert, &key])?;
        Ok(())
    }

    /// Where a file goes. The directory in which the command runs needs no name.
    fn place(&self, name: &str) -> PathBuf {
        let path = self.directory.join(name);
        path.strip_prefix(".").map(Path::to_owned).unwrap_or(path)
    }

    fn check_room(&self, files: &[&Path]) -> Result<(), Failure> {
        match files.iter().find(|file| file.exists()) {
            Some(file) if !self.force => Err(wrong(format!(
                "{} is there already, and clients may trust it: --force writes over it, --directory \
                 chooses another place",
                file.display()
            ))),
            _ => Ok(()),
        }
    }

    /// Says what was made, and what to type next.
    fn tell(&self, files: [&Path; 3]) -> io::Result<()> {
        let [ca, cert, key] = files.map(Path::display);
        let name = self.names.first().map_or("localhost", String::as_str);
        let names = self.names.join(", ");
        let days = if self.days == 1 { "1 day".to_owned() } else { format!("{} days", self.days) };
        write!(
            io::stdout(),
            "\
made {ca}      the authority, for every client
     {cert}  the certificate of {names}, good for {days}
     {key}  its key, for the broker alone

Start the broker, and in two other terminals a subscriber and a publisher:

  broker --tls-listen 127.0.0.1:8883 --cert {cert} --key {key}
  mosquitto_sub -h {name} -p 8883 --cafile {ca} -t hello
  mosquitto_pub -h {name} -p 8883 --cafile {ca} -t hello -m world
"
        )
    }
}

/// Writes a file anew: an old one may have been open to others.
fn write(path: &Path, text: &str, is_secret: bool) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if is_secret {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    #[cfg(not(unix))]
    let _ = is_secret;
    let _ = std::fs::remove_file(path); // if it is not there, so much the better
    options
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| wrong(format!("cannot write {}: {error}", path.display())))
}
