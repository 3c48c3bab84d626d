//! What the system knows of a process: its processor time and its memory.

use std::fs;
use std::time::Duration;

/// How long the process has kept processors busy, in user and kernel mode, all threads together.
///
/// The scheduler counts it in nanoseconds for each thread; where it does not tell, the process has it in
/// hundredths of a second. `None` where the system has no such files.
pub(crate) fn processor_time(pid: u32) -> Option<Duration> {
    by_thread(pid).or_else(|| by_process(pid))
}

/// The resident memory of a process, in bytes.
pub(crate) fn resident_memory(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes * 1024)
}

/// Asks the system for as many open files as it grants, for this process and the brokers it starts.
#[cfg(unix)]
pub(crate) fn raise_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    // If it is not granted, connections fail by name later.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
}

/// Other systems have no such limit on a process.
#[cfg(not(unix))]
pub(crate) fn raise_limit() {}

fn by_thread(pid: u32) -> Option<Duration> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).ok()?;
    let mut total = Duration::ZERO;
    for thread in threads {
        let text = fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        total += Duration::from_nanos(text.split_whitespace().next()?.parse().ok()?);
    }
    Some(total).filter(|total| !total.is_zero())
}

fn by_process(pid: u32) -> Option<Duration> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name of the program is in parentheses, and can have anything in it. Behind it utime and stime
    // are the 12th and 13th.
    let (_, rest) = text.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let mut next = || fields.next()?.parse::<u64>().ok();
    Some(Duration::from_millis(10 * (next()? + next()?)))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::hint::black_box;
    use std::process;

    use super::*;

    #[test]
    fn whoever_computes_has_used_processor_time() {
        let pid = process::id();
        let before = by_process(pid).unwrap();
        let mut number = 0_u64;
        while by_process(pid).unwrap() < before + Duration::from_millis(30) {
            number = black_box(number.wrapping_mul(3).wrapping_add(1));
        }
        assert!(processor_time(pid).unwrap() >= before);
    }

    #[test]
    fn whoever_holds_a_mebibyte_has_it_resident() {
        let memory = black_box(vec![1_u8; 1 << 20]);
        assert!(resident_memory(process::id()).unwrap() > 1 << 20);
        drop(memory);
    }

    #[test]
    fn nobody_knows_a_process_that_is_none() {
        assert_eq!(processor_time(u32::MAX), None);
        assert_eq!(resident_memory(u32::MAX), None);
    }
}
