//! The exercises among the members of the workspace, which are listed one by one.

use catalogue::Exercise;

const BEGIN: &str = "    # The exercises, one by one; kept by `cargo lab dev sync`.\n";
const END: &str = "    # The end of the exercises.\n";

/// The manifest with these exercises as members; `None` if it has no place for them.
pub(super) fn list(manifest: &str, exercises: &[Exercise]) -> Option<String> {
    let (before, rest) = manifest.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    let member = |exercise: &Exercise| format!("    \"exercises/{}\",\n", exercise.id);
    let members = exercises.iter().map(member).collect::<Vec<_>>().concat();
    Some(format!("{before}{BEGIN}{members}{END}{after}"))
}
