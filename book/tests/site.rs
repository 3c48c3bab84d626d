//! The built book: links, ids, what it loads; and the chapters that it was built from.
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use common::{BOOK, built, chapters};

/// The value of each attribute of this name in a page.
fn attributes<'h>(html: &'h str, name: &str) -> impl Iterator<Item = &'h str> {
    let opening = format!(" {name}=\"");
    let values = html.match_indices(&opening).map(|(at, _)| at).collect::<Vec<_>>().into_iter();
    values.filter_map(move |at| html[at + name.len() + 3..].split('"').next())
}

fn pages() -> BTreeMap<String, String> {
    let mut pages = BTreeMap::new();
    for entry in fs::read_dir(built()).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        if Path::new(&name).extension().is_some_and(|it| it == "html") && name != "toc.html" {
            pages.insert(name.clone(), fs::read_to_string(built().join(&name)).unwrap());
        }
    }
    pages
}

#[test]
fn every_link_and_fragment_leads_somewhere() {
    let pages = pages();
    let ids: BTreeMap<&String, BTreeSet<&str>> =
        pages.iter().map(|(name, html)| (name, attributes(html, "id").collect())).collect();
    let mut checked = 0;
    for (name, html) in &pages {
        for link in attributes(html, "href").chain(attributes(html, "src")) {
            let is_elsewhere = ["data:", "https:", "http:", "javascript:"];
            if is_elsewhere.iter().any(|scheme| link.starts_with(scheme)) || link.is_empty() {
                continue;
            }
            checked += 1;
            let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
            let target = if path.is_empty() { name } else { &path.to_owned() };
            assert!(built().join(target).exists(), "{name}: {link} leads to no file");
            // The script of mdBook's frame makes its own ids.
            if let Some(ids) = ids.get(target).filter(|_| !fragment.is_empty()) {
                assert!(ids.contains(fragment), "{name}: {link} leads to no place");
            }
        }
    }
    assert!(checked > 2000, "{checked} links were checked");
}

#[test]
fn ids_are_unique_on_each_page() {
    for (name, html) in pages() {
        let mut seen = BTreeSet::new();
        for id in attributes(&html, "id") {
            assert!(seen.insert(id), "{name} has the id {id} twice");
        }
    }
}

#[test]
fn nothing_is_loaded_from_elsewhere() {
    for (name, html) in pages() {
        for source in attributes(&html, "src") {
            assert!(!source.contains("//"), "{name} loads {source}");
        }
        for line in html.lines().filter(|line| line.contains("<link ")) {
            assert!(!line.contains("//"), "{name} loads {line}");
        }
    }
}

#[test]
fn every_scenario_has_a_chapter_that_plays_it() {
    let text: String = chapters().into_values().collect();
    for scenario in lab::SCENARIOS {
        let asked = format!("```run scenario={}", scenario.name);
        assert!(text.contains(&asked), "no chapter plays {}", scenario.name);
    }
}

/// An exercise tells which page to read: the page has its heading, and leads to the exercise.
#[test]
fn every_exercise_and_its_page_lead_to_each_other() {
    let (pages, chapters) = (pages(), chapters());
    let course = catalogue::Course::read(Path::new(common::WORKSPACE)).unwrap();
    assert!(!course.exercises().is_empty());
    for exercise in course.exercises() {
        let (id, page) = (&exercise.id, &exercise.page);
        let html = pages.get(&format!("{}.html", page.chapter));
        let html = html.unwrap_or_else(|| panic!("{id}: the book has no page {page}"));
        let is_there = attributes(html, "id").any(|it| it == page.heading);
        assert!(page.heading.is_empty() || is_there, "{id}: {page} is no heading of the book");
        let asked = format!("```exercises page={}\n", page.chapter);
        let text = &chapters[&format!("{}.md", page.chapter)];
        assert!(text.contains(&asked), "{id}: its page lacks {asked}");
    }
}

/// What was meant as a directive, or as a value, and was not read as one.
#[test]
fn nothing_is_left_to_fill_in() {
    for (name, html) in pages() {
        assert!(!html.contains("{{="), "{name} has a value that was not filled in");
        for language in attributes(&html, "class").filter_map(|it| it.strip_prefix("language-")) {
            let known = ["rust", "console", "sh", "text", "toml"];
            assert!(
                known.iter().any(|it| language.starts_with(it)),
                "{name} has a block of {language}"
            );
        }
    }
}

/// Bytes come from the trace: two of them in a row that were typed are one too many. Commands are run
/// by another test.
#[test]
fn no_hex_was_typed_by_hand() {
    for (name, text) in chapters() {
        let mut in_console = false;
        for (number, line) in text.lines().enumerate() {
            if line.starts_with("```") {
                in_console = line.starts_with("```console");
            }
            let words: Vec<&str> = line.split(|c: char| !c.is_ascii_alphanumeric()).collect();
            let is_byte = |word: &&str| {
                word.len() == 2
                    && word.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
            };
            let typed = words.windows(2).find(|pair| {
                let line_has = line.contains(&pair.join(" "));
                pair.iter().all(is_byte) && line_has
            });
            let place = number + 1;
            assert!(in_console || typed.is_none(), "{name}:{place}: {typed:?} was typed by hand");
        }
    }
}

/// What an installed mdBook sends to its preprocessor, with one chapter.
fn preprocess(chapter: &str) -> (bool, String) {
    let context = serde_json::json!({
        "root": "", "config": {}, "renderer": "html", "mdbook_version": "0.5.4"
    });
    let book = serde_json::json!({ "items": [{ "Chapter": {
        "name": "Last will", "content": chapter, "number": [1], "sub_items": [],
        "path": "last-will.md", "source_path": "last-will.md", "parent_names": []
    }}]});
    let mut child = Command::new(BOOK)
        .arg("preprocess")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let input = serde_json::json!([context, book]).to_string();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let told = if output.status.success() { output.stdout } else { output.stderr };
    (output.status.success(), String::from_utf8(told).unwrap())
}

#[test]
fn an_installed_mdbook_gets_the_same_chapter() {
    let (is_good, book) = preprocess("```packet scenario=last-will type=CONNECT from=alice\n```\n");
    assert!(is_good, "{book}");
    let page = fs::read_to_string(built().join("last-will.html")).unwrap();
    let id = attributes(&page, "id").find(|id| id.ends_with("-will-topic")).unwrap();
    assert!(book.contains(id));
}

#[test]
fn a_mistake_stops_the_build_and_names_its_chapter() {
    let (is_good, told) = preprocess("```packet scenario=last-will type=PUBREC\n```\n");
    assert!(!is_good);
    assert_eq!(
        told.trim(),
        "book: chapter \"Last will\": ```packet scenario=last-will type=PUBREC: scenario last-will \
         has no such packet: PUBREC number 1"
    );
}
