//! The files of an exercise that are made from its source.

use crate::exercise::{Exercise, Kind};
use crate::fault::Fault;
use crate::source;

impl Exercise {
    /// The file that the learner edits, as it is before any work.
    ///
    /// # Errors
    ///
    /// [`Fault::Source`] if the marks do not come in pairs, or if nothing is left to do.
    pub fn stub(&self) -> Result<String, Fault> {
        let path = self.source_path();
        let code = source::stub(&path, &self.code)?;
        if !code.contains("todo!(\"") {
            return Err(Fault::source(
                &path,
                1,
                "no `// LAB: todo!(\"…\")`: nothing is left to do",
            ));
        }
        let Self { id, title, page, .. } = self;
        let package = self.package();
        let goal = self.goal.lines().map(|line| format!("//! {line}").trim_end().to_owned() + "\n");
        let goal: String = goal.collect();
        Ok(format!(
            "//! {id}: {title}\n//!\n{goal}//!\n\
             //! Check it:  cargo test -p {package}\n\
             //! Read:      {page} in the book (cargo run -p book)\n\n\
             {code}"
        ))
    }

    /// The solution, as it is compared with the learner's file: no head, no marks.
    pub fn answer(&self) -> String {
        source::answer(&self.code)
    }

    /// The lines of the learner's file that are his own: without the head.
    pub fn body(file: &str) -> String {
        let body = file.lines().skip_while(|line| line.starts_with("//!"));
        let text = body.collect::<Vec<_>>().join("\n");
        format!("{}\n", text.trim())
    }

    /// The read me beside it: the way into the exercise in ten lines.
    ///
    /// # Errors
    ///
    /// As [`stub`](Self::stub).
    pub fn readme(&self) -> Result<String, Fault> {
        let stub = self.stub()?;
        let (line, todo) = todo(&stub, self.first.as_deref().unwrap_or_default());
        let Self { id, title, goal, minutes, .. } = self;
        let (page, kind) = (&self.page, self.kind.name());
        let extra = if self.is_extra { ", for those who want more" } else { "" };
        let heading = match page.heading.as_str() {
            "" => String::new(),
            heading => format!("#{heading}"),
        };
        Ok(format!(
            "# {id}: {title}\n\n\
             {goal}\n\n\
             - You edit `src/lib.rs`: {kind}, about {minutes} minutes{extra}.\n\
             - You check it with `cargo test -p {package}`.\n\
             - The first failure is `TODO  {file}:{line}`, \"{todo}\".\n\
             - The book tells of it in [{page}](../../book/chapters/{chapter}.md{heading}).\n\
             - Stuck? `cargo lab hint {number}` helps in three steps.\n",
            package = self.package(),
            file = self.file(),
            chapter = page.chapter,
            number = self.number(),
        ))
    }

    /// The manifest of its package.
    pub fn manifest(&self) -> String {
        let dependency = |name: &String| format!("{name}.workspace = true\n");
        let uses: String = self.uses.iter().map(dependency).collect();
        let uses = if uses.is_empty() { uses } else { format!("[dependencies]\n{uses}\n") };
        let mut checks: Vec<String> = self.checks_with.clone();
        checks.push("check".to_owned());
        checks.sort_unstable();
        let checks: String = checks.iter().map(dependency).collect();
        format!(
            "# Made from exercises/solutions/{library}.rs by `cargo lab dev sync`.\n\
             [package]\n\
             name = \"{package}\"\n\
             version.workspace = true\n\
             edition.workspace = true\n\
             rust-version.workspace = true\n\
             license.workspace = true\n\
             publish.workspace = true\n\n\
             [lib]\n\
             name = \"{library}\"\n\
             test = false\n\
             doctest = false\n\
             doc = false\n\n\
             [[test]]\n\
             name = \"check\"\n\n\
             {uses}\
             [dev-dependencies]\n\
             {checks}\n\
             [lints.rust]\n\
             unused = \"allow\"\n",
            library = self.library(),
            package = self.package(),
        )
    }

    /// The fewest wrong answers that the bank has to hold.
    pub const fn wrong_answers(&self) -> usize {
        match self.kind {
            Kind::Codec | Kind::Behaviour => 4,
            Kind::Reading => 0,
        }
    }

    /// How many lines the learner has to write, as the solution writes them.
    pub fn lines_to_write(&self) -> usize {
        source::lines_between_marks(&self.code)
    }

    /// The source, from the root of the repository.
    pub fn source_path(&self) -> String {
        format!("exercises/solutions/{}.rs", self.library())
    }
}

/// The first `todo!` that says this: its line, from 1, and all that it says.
fn todo<'s>(stub: &'s str, words: &str) -> (usize, &'s str) {
    let mut todos = stub.lines().enumerate().filter_map(|(index, line)| {
        let (_, behind) = line.split_once("todo!(\"")?;
        Some((index + 1, behind.split('"').next().unwrap_or_default()))
    });
    todos.find(|(_, todo)| todo.contains(words)).unwrap_or_default()
}
