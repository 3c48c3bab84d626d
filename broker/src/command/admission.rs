//! The options on who may come in, and what each client may do.

use std::path::PathBuf;
use std::sync::Arc;

use broker::{Permissions, Settings};
use clap::Args;
use tracer::output::Failure;

#[derive(Args)]
#[command(next_help_heading = "Clients")]
pub(super) struct AdmissionOptions {
    /// Let in only who gives a User Name and Password of this file, made by `broker passwd` or
    /// `mosquitto_passwd` [default: everybody is let in]
    #[cfg(feature = "passwords")]
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// Let clients without a User Name in as well; without a password file they always are
    #[cfg(feature = "passwords")]
    #[arg(long, requires = "password_file")]
    allow_anonymous: bool,
    /// Who may publish and subscribe where, a line each: `paolo publish sensors/#`, or with `*` for
    /// everybody; what no line permits is refused [default: everybody may do everything]
    #[arg(long, value_name = "FILE")]
    permissions: Option<PathBuf>,
}

impl AdmissionOptions {
    /// Reads the files, and puts what stands in them into the settings.
    pub(super) fn apply(&self, settings: &mut Settings) -> Result<(), Failure> {
        #[cfg(feature = "passwords")]
        if let Some(path) = &self.password_file {
            let mut passwords = broker::Passwords::read(path).map_err(super::wrong)?;
            passwords.allow_anonymous = self.allow_anonymous;
            settings.authentication = Some(Arc::new(passwords));
        }
        if let Some(path) = &self.permissions {
            let permissions = Permissions::read(path).map_err(super::wrong)?;
            let claimed = permissions.any_user_name().filter(|_| settings.authentication.is_none());
            if let Some(user_name) = claimed {
                return Err(Failure::Usage(format!(
                    "{} permits something to {user_name}, but without a password file anybody can \
                     come by that name: add --password-file FILE, or write * for everybody",
                    path.display()
                )));
            }
            settings.configuration.access = Arc::new(permissions);
        }
        Ok(())
    }
}
