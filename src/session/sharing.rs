//! A lab as a link: what is saved of it, compressed, as letters that an address
//! may have behind its `#`, which browsers never send to a server.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::fs::{self, Compression, CompressionError};
use crate::limits::{LINK_BYTES, SAVED_BYTES};
use crate::text::units;

/// What a link begins with behind its `#`; the number is the form's.
const FORM: &str = "v1=";

/// Why a lab is no link, or a link no lab.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// It is too long.
    #[error(
        "This lab is too large for a link: it would have {}, and links that people send hold {}. A file holds it whole.",
        units::size(*bytes as u64),
        units::size(LINK_BYTES as u64)
    )]
    TooLong {
        /// How long it would be.
        bytes: usize,
    },
    /// It has another form.
    #[error("it was made by another version of this page")]
    Form,
    /// It is no link of ours at all.
    #[error("this is no lab: neither a link that ends in `#{FORM}…` nor a file of a lab")]
    Foreign,
    /// Letters are missing or changed.
    #[error("the link is damaged, as when it was cut on its way")]
    Damaged,
    /// More comes out of it than a lab has.
    #[error(transparent)]
    TooLarge(CompressionError),
}

/// The end of a link, behind its `#`, for a text from [`super::Tell::Saved`].
pub fn link(saved: &str) -> Result<String, LinkError> {
    let link = format!("{FORM}{}", URL_SAFE_NO_PAD.encode(fs::gzip(saved.as_bytes())));
    if link.len() > LINK_BYTES { Err(LinkError::TooLong { bytes: link.len() }) } else { Ok(link) }
}

/// The saved text in a link, in the end of one, or in a file.
pub fn saved(given: &str) -> Result<String, LinkError> {
    let given = given.trim();
    if given.starts_with('{') {
        return Ok(given.to_owned());
    }
    // Some programs write the sign between in their own way.
    let end = given.rsplit_once('#').map_or(given, |(_, end)| end).replacen("%3D", "=", 1);
    let Some(letters) = end.strip_prefix(FORM) else {
        let is_form = |name: &str| name.strip_prefix('v').is_some_and(|number| number.parse::<u32>().is_ok());
        let other = end.split_once('=').is_some_and(|(name, _)| is_form(name));
        return Err(if other { LinkError::Form } else { LinkError::Foreign });
    };
    let bytes = URL_SAFE_NO_PAD.decode(letters).map_err(|_| LinkError::Damaged)?;
    if Compression::of(&bytes) != Some(Compression::Gzip) {
        return Err(LinkError::Damaged);
    }
    let text = fs::decompressed_within(&bytes, SAVED_BYTES).map_err(|error| match error {
        CompressionError::Invalid { .. } => LinkError::Damaged,
        error @ CompressionError::TooLarge { .. } => LinkError::TooLarge(error),
    })?;
    String::from_utf8(text.into_owned()).map_err(|_| LinkError::Damaged)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn refusal(given: &str) -> String {
        saved(given).expect_err(given).to_string()
    }

    #[test]
    fn a_link_is_read_wherever_its_end_is_found() {
        let end = link("{\"version\":1}").expect("it is short");
        for given in [end.clone(), format!(" https://lab.example.com/page/#{end}\n"), end.replacen('=', "%3D", 1)] {
            assert_eq!(saved(&given).expect("a link"), "{\"version\":1}");
        }
        assert_eq!(saved("{\"version\":1}\n").expect("a file"), "{\"version\":1}");
    }

    #[test]
    fn whoever_wants_harm_gets_a_sentence() {
        let bomb = URL_SAFE_NO_PAD.encode(fs::gzip(&vec![b' '; usize::try_from(SAVED_BYTES).expect("small") + 1]));
        let table = [
            ("", "this is no lab"),
            ("#section", "this is no lab"),
            ("v2=abcd", "another version"),
            ("v1=", "damaged"),
            ("v1=<script>", "damaged"),
            ("v1=QlpoOTFBWSZTWflK4rYAAAFR", "damaged"),
            ("v1=e30", "damaged"),
            (&format!("v1={bomb}"), "more than 33554432 bytes come out"),
        ];
        for (given, said) in table {
            assert!(refusal(given).contains(said), "{given:.40}: {}", refusal(given));
        }
    }

    #[test]
    fn a_link_that_nobody_could_send_is_none() {
        // What does not compress: digits of a series that never repeats.
        let noise: String = (0..LINK_BYTES as u64).map(|at| (at * at * 2_654_435_761 % 10_007).to_string()).collect();
        let refused = link(&noise).expect_err("it is long").to_string();
        assert!(refused.starts_with("This lab is too large for a link: it would have "), "{refused}");
    }

    proptest! {
        #[test]
        fn what_goes_into_a_link_comes_out_again(text in "[ -~äß€]{0,300}") {
            let text = format!("{{{text}}}");
            prop_assert_eq!(saved(&link(&text).expect("it is short")).expect("a link"), text);
        }

        #[test]
        fn a_link_that_was_cut_or_changed_is_never_another_lab(cut in 0_usize..60, letter in "[A-Za-z0-9_-]") {
            let whole = link("{\"version\":1,\"lesson\":\"a\",\"log\":[]}").expect("it is short");
            let cut = cut.min(whole.len() - 1);
            prop_assert!(saved(&whole[..cut]).is_err());
            let changed = format!("{}{letter}{}", &whole[..cut], &whole[cut + 1..]);
            if let Ok(text) = saved(&changed) {
                prop_assert_eq!(text, "{\"version\":1,\"lesson\":\"a\",\"log\":[]}");
            }
        }
    }
}
