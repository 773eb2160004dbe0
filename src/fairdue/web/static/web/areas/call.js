/* The timer of a call: counts from the start that the server wrote. Without it the server still counts. */
(() => {
  "use strict";
  const pad = (n) => String(n).padStart(2, "0");
  const tick = () => {
    const now = Math.floor(Date.now() / 1000);
    document.querySelectorAll("[data-timer]").forEach((el) => {
      const seconds = Math.max(0, now - Number(el.dataset.timer));
      el.textContent = `${Math.floor(seconds / 60)}:${pad(seconds % 60)}`;
    });
  };
  setInterval(tick, 1000);
  document.addEventListener("htmx:afterSwap", tick);
  tick();
})();
