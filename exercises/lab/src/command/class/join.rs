//! `lab class join` and `leave`: a learner takes part, or does no more.

use std::io::{self, Write};

use catalogue::{Course, Exercise};
use clap::Args;
use tracer::output::Failure;

use super::host::{CLASS, PLACE};
use super::membership::Membership;
use super::teller::Teller;
use super::topics::{GREEN, name};
use super::{local, wrong};
use crate::command::guide;

/// Take part: from now on `lab check` and `lab watch` tell how an exercise went
#[derive(Args)]
pub(super) struct Join {
    /// What you want to be called: letters, digits, - and _
    #[arg(value_parser = name)]
    name: String,
    /// Where the class meets: what `lab class host` said
    #[arg(long, value_name = "HOST[:PORT]", default_value = PLACE)]
    at: String,
    /// The name of the class
    #[arg(long, value_name = "NAME", default_value = CLASS, value_parser = name)]
    class: String,
}

impl Join {
    pub(super) fn run(&self, course: &Course) -> Result<(), Failure> {
        local::resolve(&self.at).map_err(Failure::Usage)?;
        let Self { name, at, class } = self;
        let (broker, class) = (at.clone(), class.clone());
        let membership = Membership { broker, class, name: name.clone() };
        let done = guide::done(course);
        let mut teller = Teller::new(membership.clone());
        teller.enter();
        for number in &done {
            teller.tell(number, GREEN);
        }
        teller.finish().map_err(wrong)?;
        membership.write(course.root())?;
        writeln!(
            io::stdout(),
            "{name}, you are in the class `{}` at {at}, with {} of {} exercises done.\n\
             `cargo lab check` and `cargo lab watch` tell it how an exercise went: that it\n\
             is done, or the name of the mistake, and never a line of your code.\n\
             `cargo lab class leave` ends that.",
            self.class,
            done.len(),
            course.exercises().len(),
        )?;
        Ok(())
    }
}

/// Takes back what was told, and forgets the class.
pub(super) fn leave(course: &Course) -> Result<(), Failure> {
    let Some(membership) = Membership::read(course.root()) else {
        writeln!(io::stdout(), "You are in no class.")?;
        return Ok(());
    };
    let numbers: Vec<String> =
        course.exercises().iter().map(Exercise::number).map(str::to_owned).collect();
    let mut teller = Teller::new(membership);
    for number in &numbers {
        teller.tell(number, "");
    }
    teller.leave();
    let told = teller.finish();
    Membership::remove(course.root())?;
    writeln!(io::stdout(), "You are in no class any more, and nothing is told.")?;
    told.map_err(|error| wrong(format!("{error}; what you told it before may stand there still")))
}
