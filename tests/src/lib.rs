//! What is known of the lab as a whole, for the tests in this package and for the book.

pub mod rules;
