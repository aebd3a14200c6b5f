//! The `oci-client` crate as Rust programs embed it: `embedded REFERENCE FOLDER [USER PASSWORD]`
//! pushes the files `one` and `two` of the folder as an image of two layers, pulls it with a
//! client that knows nothing of it, writes the layers beside them as `pulled-SHA256`, and
//! prints the digest of the manifest and the tags.

use std::path::PathBuf;

use oci_client::client::{ClientConfig, ClientProtocol, Config, ImageLayer};
use oci_client::manifest::IMAGE_LAYER_GZIP_MEDIA_TYPE;
use oci_client::secrets::RegistryAuth;
use oci_client::{Client, Reference};

type Error = Box<dyn std::error::Error>;

const CONFIG: &str = r#"{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}"#;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    rustls::crypto::ring::default_provider().install_default().map_err(|_| "there is a provider already")?;
    let words: Vec<String> = std::env::args().skip(1).collect();
    let (reference, folder, auth) = match words.as_slice() {
        [reference, folder] => (reference, folder, RegistryAuth::Anonymous),
        [reference, folder, user, password] => {
            (reference, folder, RegistryAuth::Basic(user.clone(), password.clone()))
        }
        _ => return Err("embedded REFERENCE FOLDER [USER PASSWORD]".into()),
    };
    let (reference, folder): (Reference, _) = (reference.parse()?, PathBuf::from(folder));
    let layer = |name: &str| Ok::<_, Error>(ImageLayer::oci_v1_gzip(std::fs::read(folder.join(name))?, None));
    let layers = [layer("one")?, layer("two")?];
    client().push(&reference, &layers, Config::oci_v1(CONFIG, None), &auth, None).await?;
    let fresh = client();
    let pulled = fresh.pull(&reference, &auth, vec![IMAGE_LAYER_GZIP_MEDIA_TYPE]).await?;
    for layer in pulled.layers {
        let name = layer.sha256_digest().replace("sha256:", "pulled-");
        std::fs::write(folder.join(name), layer.data)?;
    }
    println!("{}", pulled.digest.ok_or("the registry says no digest")?);
    println!("{}", fresh.list_tags(&reference, &auth, None, None).await?.tags.join(" "));
    Ok(())
}

/// A client that speaks plain HTTP.
fn client() -> Client {
    Client::new(ClientConfig { protocol: ClientProtocol::Http, ..ClientConfig::default() })
}
