"""Pushes and pulls an artifact, and one that refers to it, as a user of the
oras package does; prints what came back as JSON.

Usage: oras.py REGISTRY FOLDER
"""

import json
import os
import sys

import oras.client
import oras.oci

registry, folder = sys.argv[1:]
os.chdir(folder)
client = oras.client.OrasClient(hostname=registry, insecure=True)

model = f"{registry}/models/tiny:1"
answer = client.push(
    target=model,
    files=["weights.bin:application/vnd.example.weights"],
    manifest_config="config.json:application/vnd.example.model.config+json",
    manifest_annotations={"org.example.purpose": "test"},
    do_chunked=True,
    chunk_size=1 << 16,
    quiet=True,
)
digest = answer.headers["Docker-Content-Digest"]
client.pull(target=model, outdir="pulled")
pulled = client.get_manifest(model)

# `push` knows no artifactType: the manifest is written by hand and sent by its other calls.
target = client.get_container(f"{registry}/models/tiny:signature")
layer = oras.oci.NewLayer("signature", media_type="application/vnd.example.signature")
config, _ = oras.oci.ManifestConfig()
with open("empty.json", "w", encoding="utf-8") as empty:
    empty.write("{}")
for path, blob in (("signature", layer), ("empty.json", config)):
    client.upload_blob(path, target, blob).raise_for_status()
signature = oras.oci.NewManifest()
signature.update(
    artifactType="application/vnd.example.signature",
    annotations={"org.example.by": "ana"},
    config=config,
    layers=[layer],
    subject={"mediaType": pulled["mediaType"], "digest": digest, "size": int(answer.request.headers["Content-Length"])},
)
client.upload_manifest(signature, target).raise_for_status()

# Nor has it a call for referrers.
referrers = f"http://{registry}/v2/models/tiny/referrers/{digest}"
told = {
    "pushed": digest,
    "manifest": pulled,
    "referrers": client.do_request(referrers).json(),
    "filtered": client.do_request(f"{referrers}?artifactType=application/vnd.example.other").json(),
    "tags": client.get_tags(model),
}
client.delete_tags(model, "signature")
told["left"] = client.get_tags(model)
json.dump(told, sys.stdout)
