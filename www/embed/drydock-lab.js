// <drydock-lab lesson mode step controls theme lang sandbox height label>what is read without it</drydock-lab>
//
// A thin element around an `<iframe>` of `embed.html`, which lies beside this
// file. Until that says how high it is, what stands between the tags is shown; so
// it is where there is no script, in print and for search engines. Messages are
// taken from its own frame alone, and nothing of them but a height.

// What the embed's address says. Another word there is another lab, which starts anew.
const OPTIONS = ["lesson", "mode", "step", "controls", "theme", "lang"];
const EMBED = new URL("embed.html", import.meta.url);
// A page that is higher is wrong, or wants harm.
const HEIGHT_MAX = 20_000;

const style = new CSSStyleSheet();
style.replaceSync(`
  :host { display: block; position: relative; }
  :host([hidden]) { display: none; }
  iframe { display: block; inline-size: 100%; border: 0; }
  iframe.waiting { position: absolute; visibility: hidden; }
`);

class DrydockLab extends HTMLElement {
  static observedAttributes = [...OPTIONS, "sandbox", "height", "label"];

  #told = 0;
  #frame = document.createElement("iframe");
  #fallback = document.createElement("slot");
  #isAsked = false;

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [style];
    root.append(this.#fallback);
  }

  connectedCallback() {
    addEventListener("message", this);
    this.#ask();
  }

  disconnectedCallback() {
    removeEventListener("message", this);
    this.#frame.remove();
  }

  // The lab goes on under another height or label.
  attributeChangedCallback(name) {
    if (name === "height") {
      this.#fit();
    } else if (name === "label") {
      this.#name();
    } else {
      this.#ask();
    }
  }

  #name() {
    this.#frame.title = this.getAttribute("label") ?? "Drydock";
  }

  // Its own height, else what the embed told last.
  #fit() {
    const fixed = Number.parseInt(this.getAttribute("height"), 10);
    this.#frame.height = Math.min(Math.max(fixed || this.#told, 0), HEIGHT_MAX);
  }

  // Several attributes that change together are one change.
  #ask() {
    if (this.#isAsked) {
      return;
    }
    this.#isAsked = true;
    queueMicrotask(() => {
      this.#isAsked = false;
      if (this.isConnected) {
        this.#load();
      }
    });
  }

  #load() {
    const address = new URL(EMBED);
    for (const name of OPTIONS.filter((option) => this.hasAttribute(option))) {
      address.searchParams.set(name, this.getAttribute(name));
    }
    this.#frame.remove();
    this.#told = 0;
    this.#frame = document.createElement("iframe");
    this.#frame.className = "waiting";
    this.#name();
    this.#frame.allow = "clipboard-write";
    if (this.hasAttribute("sandbox")) {
      this.#frame.setAttribute("sandbox", this.getAttribute("sandbox"));
    }
    this.#frame.src = address.href;
    this.#fallback.hidden = false;
    this.shadowRoot.append(this.#frame);
  }

  handleEvent({ source, data }) {
    if (source !== this.#frame.contentWindow || data?.type !== "drydock:size" || !Number.isFinite(data.height)) {
      return;
    }
    this.#told = data.height;
    this.#fit();
    if (this.#frame.className) {
      this.#frame.className = "";
      this.#fallback.hidden = true;
      this.dispatchEvent(new CustomEvent("drydock:ready", { bubbles: true, composed: true }));
    }
  }
}

if (!customElements.get("drydock-lab")) {
  customElements.define("drydock-lab", DrydockLab);
}
