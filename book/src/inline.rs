//! Values inside a sentence: `{{= bytes scenario=connection type=PINGREQ}}`.
//!
//! | asks for | options |
//! |---|---|
//! | `bytes`, `size`, `sender`, `number` | a packet: `scenario`, `type`, `from`, `to`, `nth` |
//! | `field` | the same, and `field`: its key |
//! | `count` | `scenario`, and optionally `type`: how many packets |
//! | `remember` | `scenario`: its point to remember |
//! | `rules` | how many rules MQTT 3.1.1 has |

use crate::html::escape;
use crate::options::Options;
use crate::play::{Passed, Plays};
use crate::question::field_value;
use crate::select::Selector;

const OPEN: &str = "{{=";
const CLOSE: &str = "}}";

/// The line with its values filled in.
pub(crate) fn fill(line: &str, plays: &mut Plays) -> Result<String, String> {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, behind)) = rest.split_once(OPEN) {
        let (asked, after) =
            behind.split_once(CLOSE).ok_or_else(|| format!("'{OPEN}' without '{CLOSE}'"))?;
        out.push_str(before);
        out.push_str(&escape(&value(asked, plays)?));
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

fn value(asked: &str, plays: &mut Plays) -> Result<String, String> {
    let mut words = asked.split_whitespace();
    let what = words.next().unwrap_or_default();
    let mut options = Options::read(words)?;
    let value = match what {
        "rules" => wire::rules::MQTT_3_1_1.len().to_string(),
        "remember" => {
            let played = plays.of(&options.needed::<String>("scenario")?)?;
            played.scenario.remember.to_owned()
        }
        "count" => {
            let played = plays.of(&options.needed::<String>("scenario")?)?;
            let wanted: Option<String> = options.optional("type")?;
            let is_it = |passed: &&Passed| {
                wanted.as_ref().is_none_or(|wanted| wanted == passed.type_name())
            };
            played.packets().filter(is_it).count().to_string()
        }
        _ => {
            let selector = Selector::read(&mut options)?;
            let played = plays.of(&selector.scenario)?;
            of_packet(what, selector.pick(&played)?, &mut options)?
        }
    };
    options.finish()?;
    Ok(value)
}

fn of_packet(what: &str, passed: &Passed, options: &mut Options<'_>) -> Result<String, String> {
    Ok(match what {
        "bytes" => {
            let bytes: Vec<_> = passed.bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            bytes.join(" ")
        }
        "size" => passed.bytes.len().to_string(),
        "sender" => passed.from().to_owned(),
        "number" => passed.number.to_string(),
        "field" => field_value(passed, &options.needed::<String>("field")?)?,
        other => return Err(format!("'{other}' is no value")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_from_the_trace() {
        let mut plays = Plays::default();
        let mut fill = |line| fill(line, &mut plays);
        assert_eq!(
            fill("PINGREQ is `{{= bytes scenario=connection type=PINGREQ}}`."),
            Ok("PINGREQ is `c0 00`.".to_owned())
        );
        assert_eq!(fill("all {{= rules}} of them"), Ok("all 141 of them".to_owned()));
        assert_eq!(
            fill("{{= colour scenario=connection type=PINGREQ}}"),
            Err("'colour' is no value".to_owned())
        );
        assert!(fill("{{= rules").is_err());
    }
}
