"""Runs the program of an unpacked image under wasmtime, as `docker run` would.

Usage: predict.py ROOTFS
"""

import pathlib
import sys

import wasmtime

rootfs = pathlib.Path(sys.argv[1])
engine = wasmtime.Engine()
module = wasmtime.Module.from_file(engine, str(rootfs / "usr/local/bin/predict"))
linker = wasmtime.Linker(engine)
linker.define_wasi()

wasi = wasmtime.WasiConfig()
wasi.argv = ["predict", "sample.json"]
wasi.inherit_stdout()
wasi.inherit_stderr()
wasi.preopen_dir(str(rootfs), "/")
# The working directory of the image is /app; of two folders that fit, a program takes the later one.
wasi.preopen_dir(str(rootfs / "app"), ".")

store = wasmtime.Store(engine)
store.set_wasi(wasi)
start = linker.instantiate(store, module).exports(store)["_start"]
try:
    start(store)
except wasmtime.ExitTrap as ended:
    sys.exit(ended.code)
