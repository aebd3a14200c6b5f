;; `tool cat PATH` prints a file; `tool add PATH` appends a line to one;
;; `tool env` prints the environment; `tool fail` ends with 3.
(module
  (import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $environ_sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  ;; 16: pointers of the arguments; 64: a vector; 72: how much; 80: a descriptor; 256: arguments; 4096: data
  (data (i32.const 96) "more\n")

  (func $length (param $at i32) (result i32) (local $end i32)
    (local.set $end (local.get $at))
    (loop $next
      (if (i32.load8_u (local.get $end))
        (then (local.set $end (i32.add (local.get $end) (i32.const 1))) (br $next))))
    (i32.sub (local.get $end) (local.get $at)))

  (func $vector (param $at i32) (param $size i32)
    (i32.store (i32.const 64) (local.get $at))
    (i32.store (i32.const 68) (local.get $size)))

  (func $print (param $fd i32)
    (drop (call $write (local.get $fd) (i32.const 64) (i32.const 1) (i32.const 72))))

  ;; Opens the second argument below the root, or ends with 1.
  (func $open_argument (param $how i32) (param $rights i64) (param $flags i32) (local $path i32)
    (local.set $path (i32.add (i32.load (i32.const 24)) (i32.const 1)))
    (if (call $open (i32.const 3) (i32.const 1) (local.get $path) (call $length (local.get $path))
          (local.get $how) (local.get $rights) (i64.const 0) (local.get $flags) (i32.const 80))
      (then (call $exit (i32.const 1)))))

  (func $cat
    (call $open_argument (i32.const 0) (i64.const 2) (i32.const 0))
    (call $vector (i32.const 4096) (i32.const 4096))
    (drop (call $read (i32.load (i32.const 80)) (i32.const 64) (i32.const 1) (i32.const 72)))
    (call $vector (i32.const 4096) (i32.load (i32.const 72)))
    (call $print (i32.const 1)))

  (func $add
    (call $open_argument (i32.const 1) (i64.const 64) (i32.const 1))
    (call $vector (i32.const 96) (i32.const 5))
    (call $print (i32.load (i32.const 80))))

  (func $env (local $at i32) (local $end i32)
    (drop (call $environ_sizes (i32.const 72) (i32.const 76)))
    (drop (call $environ_get (i32.const 2048) (i32.const 4096)))
    (local.set $at (i32.const 4096))
    (local.set $end (i32.add (i32.const 4096) (i32.load (i32.const 76))))
    (call $vector (i32.const 4096) (i32.load (i32.const 76)))
    (loop $next
      (if (i32.lt_u (local.get $at) (local.get $end))
        (then
          (if (i32.eqz (i32.load8_u (local.get $at)))
            (then (i32.store8 (local.get $at) (i32.const 10))))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $next))))
    (call $print (i32.const 1)))

  (func (export "_start") (local $verb i32)
    (drop (call $args_get (i32.const 16) (i32.const 256)))
    (local.set $verb (i32.load8_u (i32.load (i32.const 20))))
    (if (i32.eq (local.get $verb) (i32.const 99)) (then (call $cat)))
    (if (i32.eq (local.get $verb) (i32.const 97)) (then (call $add)))
    (if (i32.eq (local.get $verb) (i32.const 101)) (then (call $env)))
    (if (i32.eq (local.get $verb) (i32.const 102)) (then (call $exit (i32.const 3))))))
