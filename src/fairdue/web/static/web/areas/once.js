/* A form with data-once goes off once, however often its button is hit; who comes back to the page may send it again. */
document.querySelectorAll("form[data-once]").forEach((form) => {
  let sent = false;
  form.addEventListener("submit", (e) => { if (sent) e.preventDefault(); sent = true; });
  addEventListener("pageshow", () => { sent = false; });
});
