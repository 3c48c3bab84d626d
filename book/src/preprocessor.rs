//! Fills each chapter with what it asks for, as a preprocessor of mdBook.

use mdbook_driver::book::{Book, BookItem, Chapter};
use mdbook_driver::errors::{Error, Result};
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

use crate::page::{self, Mistake};
use crate::play::Plays;

/// The preprocessor. It keeps nothing between two runs; within one, each scenario is played once.
pub(crate) struct Lab;

impl Preprocessor for Lab {
    fn name(&self) -> &'static str {
        "lab"
    }

    fn run(&self, _: &PreprocessorContext, mut book: Book) -> Result<Book> {
        let mut plays = Plays::default();
        let mut failed = None;
        book.for_each_mut(|item| {
            if let BookItem::Chapter(chapter) = item
                && let Err(error) = fill(chapter, &mut plays)
            {
                failed.get_or_insert(error);
            }
        });
        failed.map_or(Ok(book), Err)
    }

    fn supports_renderer(&self, renderer: &str) -> Result<bool> {
        Ok(renderer == "html")
    }
}

fn fill(chapter: &mut Chapter, plays: &mut Plays) -> Result<()> {
    let path = chapter.path.clone().unwrap_or_default();
    let slug = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let filled = page::fill(&chapter.content, &slug.unwrap_or_default(), plays);
    chapter.content = filled.map_err(|Mistake { place, message }| {
        Error::msg(message).context(place).context(format!("chapter \"{}\"", chapter.name))
    })?;
    Ok(())
}
