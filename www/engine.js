// The browser's own WebAssembly engine, lent to the interpreter (src/web/engine.rs).
// A program there can be suspended in the middle, where the browser can do that (JSPI).
// All of it stands in a block, so that the script may be loaded again.
{
  // What letting a program go on comes to.
  const WAITS = 0;
  const FINISHED = 1;
  const BROKE = 2;

  // An instance of a program. What it imports asks `ask(this, name, given)`: a
  // number is the answer, nothing has it wait.
  class Lent {
    #exports;
    #begin;
    // Lets the request that waits return.
    #answer;
    // Tells whoever let the program go on that it halted, and how.
    #halt;

    constructor(module, ask) {
      const drydock = {};
      for (const { name } of WebAssembly.Module.imports(module)) {
        drydock[name] = new WebAssembly.Suspending((...given) => ask(this, name, given) ?? this.#wait());
      }
      this.#exports = new WebAssembly.Instance(module, { drydock }).exports;
      this.#begin = WebAssembly.promising(this.#exports._start);
    }

    #wait() {
      return new Promise((answer) => {
        this.#answer = answer;
        this.#halt(WAITS);
      });
    }

    // Lets it go on until it halts: from its beginning, or with the answer that it waits for.
    resume(answer) {
      return new Promise((halt) => {
        this.#halt = halt;
        if (this.#answer) {
          this.#answer(answer);
        } else {
          this.#begin().then(
            () => this.#halt(FINISHED),
            () => this.#halt(BROKE),
          );
        }
      });
    }

    get fuel() {
      return this.#exports.fuel.value;
    }

    set fuel(fuel) {
      this.#exports.fuel.value = fuel;
    }

    get memory() {
      return this.#exports.memory;
    }
  }

  self.drydock_engine = { Lent };
}
