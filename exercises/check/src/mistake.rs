//! Mistakes that many make, each with a sentence of its own.

use wire::Rule;

/// A mistake that can be told by what came of it.
pub struct Mistake<T: ?Sized + 'static> {
    made: fn(&T) -> bool,
    says: &'static str,
    rule: Option<&'static Rule>,
}

/// A mistake: how to see that it was made, and what to say then.
pub const fn mistake<T: ?Sized>(made: fn(&T) -> bool, says: &'static str) -> Mistake<T> {
    Mistake { made, says, rule: None }
}

/// A mistake that breaks a rule, whose sentence is said as well.
pub const fn breach<T: ?Sized>(
    rule: &'static Rule,
    made: fn(&T) -> bool,
    says: &'static str,
) -> Mistake<T> {
    Mistake { made, says, rule: Some(rule) }
}

impl<T: ?Sized> Mistake<T> {
    /// What is to be said of this, if the mistake was made.
    fn remark(&self, made_of: &T) -> Option<String> {
        (self.made)(made_of).then(|| said(self.says, self.rule))
    }
}

fn said(says: &str, rule: Option<&Rule>) -> String {
    match rule {
        Some(rule) => format!("{says} {} {rule}", rule.sentence),
        None => says.to_owned(),
    }
}

/// The remark of the first mistake that was made.
pub(crate) fn first_remark<T: ?Sized>(mistakes: &[Mistake<T>], made_of: &T) -> Option<String> {
    mistakes.iter().find_map(|mistake| mistake.remark(made_of))
}
