//! What stands below a topic level, by the name of the next one.

#![expect(clippy::disallowed_types, reason = "nobody sees the map's order")]

use std::collections::HashMap;

/// How many names are compared one by one. More of them are hashed.
const FEW: usize = 8;

/// Values by the names of topic levels, which are compared character by character, never normalised
/// (`[MQTT-4.7.3-4]`). To find one costs the same whether there are ten names or a hundred thousand: with
/// so many, a search through an ordered map would wait for memory at each of its steps.
///
/// Names come from clients, who may choose them so that they meet in a hash map. So it has a key that
/// nobody knows. Its order is left to chance, and nobody can ask for it here: what the broker puts out
/// does not depend on it.
#[derive(Debug)]
pub(crate) enum Levels<T> {
    /// In no order. Most levels have one below them, which is to cost little memory.
    Few(Vec<(Box<str>, T)>),
    #[expect(
        clippy::box_collection,
        reason = "the map is large, and nearly all levels have a list"
    )]
    Many(Box<HashMap<Box<str>, T>>),
}

impl<T> Levels<T> {
    pub(crate) fn get(&self, name: &str) -> Option<&T> {
        match self {
            Self::Few(list) => list.iter().find(|(it, _)| **it == *name).map(|(_, value)| value),
            Self::Many(map) => map.get(name),
        }
    }

    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut T> {
        match self {
            Self::Few(list) => {
                list.iter_mut().find(|(it, _)| **it == *name).map(|(_, value)| value)
            }
            Self::Many(map) => map.get_mut(name),
        }
    }

    /// Adds a value under a name that is not there yet.
    pub(crate) fn add(&mut self, name: &str, value: T) {
        match self {
            Self::Few(list) if list.len() < FEW => {
                list.reserve_exact(1);
                list.push((name.into(), value));
            }
            Self::Few(list) => {
                let one_more = std::iter::once((name.into(), value));
                *self = Self::Many(Box::new(list.drain(..).chain(one_more).collect()));
            }
            Self::Many(map) => {
                map.insert(name.into(), value);
            }
        }
    }

    /// Removes a name, and gives memory back that is not needed any more.
    pub(crate) fn remove(&mut self, name: &str) {
        match self {
            Self::Few(list) => list.retain(|(it, _)| **it != *name),
            Self::Many(map) => {
                map.remove(name);
                if map.len() <= FEW / 2 {
                    *self = Self::Few(map.drain().collect());
                } else if map.len() < map.capacity() / 4 {
                    map.shrink_to_fit();
                }
            }
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Few(list) => list.is_empty(),
            Self::Many(_) => false, // it becomes a list before
        }
    }
}

impl<T> Default for Levels<T> {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_until_they_are_removed_however_many_there_are() {
        let mut levels = Levels::default();
        let names: Vec<_> = (0..100).map(|number| number.to_string()).collect();
        for (at, name) in names.iter().enumerate() {
            levels.add(name, at);
        }
        for (at, name) in names.iter().enumerate() {
            assert_eq!(levels.get(name), Some(&at));
            *levels.get_mut(name).unwrap() += 1;
            assert_eq!(levels.get(name), Some(&(at + 1)));
            levels.remove(name);
            assert_eq!(levels.get(name), None);
            assert_eq!(levels.is_empty(), at == 99);
        }
        assert!(matches!(levels, Levels::Few(_)), "a list again");
    }
}
