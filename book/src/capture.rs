//! The capture of a scenario, to be opened in Wireshark: written by the tracer, carried in the page
//! itself, so that it needs no server.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tracer::capture::Writer;

use crate::play::Played;

/// A link that downloads the capture.
pub(crate) fn html(played: &Played) -> Result<String, String> {
    let name = played.scenario.name;
    let file = file(played).map_err(|error| error.to_string())?;
    let size = file.len().div_ceil(1024);
    Ok(format!(
        "<p class=\"capture\"><a download=\"{name}.pcapng\" \
         href=\"data:application/octet-stream;base64,{}\">{name}.pcapng</a> ({size} kB): this very \
         exchange, to open in Wireshark or with <code>cargo run -p tracer -- read \
         {name}.pcapng</code></p>\n",
        STANDARD.encode(file),
    ))
}

fn file(played: &Played) -> std::io::Result<Vec<u8>> {
    let mut writer = Writer::new(Vec::new())?;
    for record in &played.records {
        writer.record(record)?;
    }
    writer.finish()
}

#[cfg(test)]
mod tests {
    use tap::What;
    use tracer::capture::Reader;

    use super::*;

    #[test]
    fn the_capture_has_every_packet() {
        let played = Played::of("publish").unwrap();
        let file = file(&played).unwrap();
        let records = Reader::new(&file[..]).map(Result::unwrap);
        let packets = records.filter(|record| matches!(record.what, What::Packet { .. }));
        assert_eq!(packets.count(), played.packets().count());
    }
}
