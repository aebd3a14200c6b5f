// Tells the page around an embed how high it is, in its own words and in those
// of the programs that ask for it in theirs (Embedly, LTI). It hears nothing from
// there, and what it tells is nobody's secret.

// A frame without an origin may read the files only if their host lets everybody.
addEventListener(
  "error",
  ({ target }) => {
    const status = document.getElementById("loading-status");
    if (target instanceof HTMLScriptElement && status) {
      status.textContent = "Drydock’s files could not be read here. In a sandboxed frame their host must allow every origin.";
    }
  },
  true,
);

function tell(height) {
  parent.postMessage({ type: "drydock:size", height }, "*");
  parent.postMessage({ subject: "lti.frameResize", height }, "*");
  parent.postMessage(JSON.stringify({ context: "iframe.resize", height, src: location.href.split("#")[0] }), "*");
}

addEventListener("DOMContentLoaded", () => {
  let told = 0;
  const measure = () => {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    // Until the lab is there, what the page around has in its place is better.
    if (height !== told && document.querySelector(".app, .boot [role=alert]")) {
      told = height;
      tell(height);
    }
  };
  if (parent === window) {
    return;
  }
  new ResizeObserver(measure).observe(document.body);
  // A frame that nobody sees yet is not drawn, so that no size changes; what is in it does.
  const first = new MutationObserver(() => {
    measure();
    if (told) {
      first.disconnect();
    }
  });
  first.observe(document.body, { childList: true, subtree: true });
});
