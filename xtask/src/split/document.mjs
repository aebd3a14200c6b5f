// As much of a document as the page draws into and hears from: elements with
// attributes and text, and events that come by at the body.

class Node {
  childNodes = [];
  parentNode = null;
  get parentElement() {
    return this.parentNode;
  }
  get lastChild() {
    return this.childNodes.at(-1) ?? null;
  }
  get nextSibling() {
    const beside = this.parentNode?.childNodes ?? [];
    return beside[beside.indexOf(this) + 1] ?? null;
  }
  get textContent() {
    return this.nodeValue ?? this.childNodes.map((child) => child.textContent).join("");
  }
  set textContent(text) {
    this.childNodes = [];
    this.appendChild(new Text(text));
  }
  appendChild(child) {
    return this.insertBefore(child, null);
  }
  insertBefore(child, next) {
    child.parentNode?.removeChild(child);
    this.childNodes.splice(next ? this.childNodes.indexOf(next) : this.childNodes.length, 0, child);
    child.parentNode = this;
    return child;
  }
  removeChild(child) {
    this.childNodes.splice(this.childNodes.indexOf(child), 1);
    child.parentNode = null;
    return child;
  }
}

class Text extends Node {
  constructor(text) {
    super();
    this.nodeValue = text;
  }
}

class Element extends Node {
  attributes = new Map();
  listeners = new Map();
  constructor(localName, namespaceURI) {
    super();
    Object.assign(this, { localName, namespaceURI });
  }
  getAttribute(name) {
    return this.attributes.get(name) ?? null;
  }
  setAttribute(name, value) {
    this.attributes.set(name, value);
  }
  hasAttribute(name) {
    return this.attributes.has(name);
  }
  removeAttribute(name) {
    this.attributes.delete(name);
  }
  addEventListener(type, heard) {
    this.listeners.set(type, heard);
  }
  cloneNode() {
    const clone = made(this.namespaceURI, this.localName);
    this.attributes.forEach((value, name) => clone.setAttribute(name, value));
    return clone;
  }
  set innerHTML(_none) {
    this.childNodes = [];
  }
  scrollIntoView() {}
}

class HTMLElement extends Element {
  focus() {
    document.activeElement = this;
  }
  click() {}
}
class HTMLInputElement extends HTMLElement {}
class HTMLTextAreaElement extends HTMLElement {}
class ClipboardEvent {}
class ShadowRoot {}

const HTML = "http://www.w3.org/1999/xhtml";
const KINDS = { input: HTMLInputElement, textarea: HTMLTextAreaElement };

function made(space, name) {
  const Kind = space === HTML ? (KINDS[name] ?? HTMLElement) : Element;
  return new Kind(name, space);
}

// A window with an empty page in it, whose files are in `assets/`.
export function open(baseURI, storage) {
  const documentElement = made(HTML, "html");
  documentElement.setAttribute("data-assets", "./");
  documentElement.setAttribute("lang", "en");
  const body = documentElement.appendChild(made(HTML, "body"));
  const document = {
    baseURI,
    body,
    documentElement,
    currentScript: null,
    createElement: (name) => made(HTML, name),
    createElementNS: made,
    createTextNode: (text) => new Text(text),
    getElementById: (id) => elements(body).find((element) => element.getAttribute("id") === id) ?? null,
  };
  const Window = { [Symbol.hasInstance]: (object) => object === globalThis };
  const classes = { Element, HTMLElement, HTMLInputElement, HTMLTextAreaElement, ClipboardEvent, ShadowRoot, Window };
  Object.assign(globalThis, classes, {
    window: globalThis,
    document,
    localStorage: storage,
    location: { href: baseURI, hash: "", search: "" },
    getSelection: () => ({ isCollapsed: true }),
    print() {},
  });
  return body;
}

// All elements below one, in their order.
export function elements(root) {
  const below = root.childNodes.filter((child) => child instanceof Element);
  return below.flatMap((child) => [child, ...elements(child)]);
}

// Lets the page hear an event of an element.
export function dispatch(target, type, properties = {}, Kind = Object) {
  const path = [];
  for (let node = target; node; node = node.parentNode) {
    path.push(node);
  }
  const event = Object.assign(new Kind(), { type, target, bubbles: true, cancelBubble: false });
  Object.assign(event, { composedPath: () => path, preventDefault() {} }, properties);
  path.find((node) => node.localName === "body")?.listeners.get(type)?.(event);
  globalThis[`on${type}`]?.(event);
}
