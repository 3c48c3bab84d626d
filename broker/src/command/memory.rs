//! How the process deals with memory.

use std::hint::black_box;

/// How much memory stays with the process although nothing is in it, in bytes, at least.
const KEPT: usize = 4 << 20;

/// Has the allocator keep a little of what was given back to it.
///
/// The one of Linux returns memory to the system as soon as 128 KiB are free at the end, which is about
/// what one connection reads and writes at a time under load. So it would return and fetch it again with
/// every turn, and each 4 KiB of it cost an interruption: a fifth of all processor time. Once a large
/// block has come and gone, it keeps twice as much. Other allocators do as they always do.
pub(super) fn keep_some() {
    drop(black_box(Vec::<u8>::with_capacity(KEPT)));
}
