/* Keeping a draft: counts its saves, keeps the last words when the page is left, and says when nothing is kept. */
(() => {
  "use strict";
  const form = document.getElementById("draft");
  const turn = form?.elements.turn;
  if (!turn) return;
  let typed = 0, sent = 0, kept = 0;
  const next = () => { turn.value = String(Number(turn.value) + 1); return turn.value; };
  const tell = (lost) => {
    document.querySelector("#kept [data-unkept]")?.toggleAttribute("hidden", !lost);
    document.querySelector("#kept [data-kept]")?.toggleAttribute("hidden", lost);
  };
  form.addEventListener("input", () => { typed += 1; });
  form.addEventListener("submit", () => { next(); kept = typed; });
  document.addEventListener("htmx:configRequest", (e) => {
    if (e.detail.elt !== form) return;
    sent = typed;
    e.detail.parameters.turn = next();
  });
  document.addEventListener("htmx:afterOnLoad", (e) => {
    if (e.detail.elt !== form) return;
    const done = e.detail.xhr.status === 200 && (e.detail.xhr.responseURL || "").endsWith("/check");
    if (done) kept = sent;
    tell(!done);
  });
  document.addEventListener("htmx:sendError", (e) => { if (e.detail.elt === form) tell(true); });
  const leave = () => {
    if (kept === typed) return;
    next();
    if (navigator.sendBeacon(form.getAttribute("hx-post"), new FormData(form))) kept = typed;
  };
  addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") leave(); });
})();
