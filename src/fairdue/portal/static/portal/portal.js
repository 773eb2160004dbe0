/* The running sum, copying and printing. Every page works without this file. */
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");
  const form = document.querySelector("[data-sums]");
  const digits = (currency) => new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits;
  function add() {
    const sums = new Map();
    for (const box of form.querySelectorAll("input[name=i]:checked")) sums.set(box.dataset.currency, (sums.get(box.dataset.currency) || 0n) + BigInt(box.dataset.minor));
    const words = [...sums].map(([currency, minor]) => {
      const places = digits(currency);
      return `${(Number(minor) / 10 ** places).toLocaleString(root.lang, { minimumFractionDigits: places, maximumFractionDigits: places })}\u00a0${currency}`;
    });
    form.querySelector("[data-sum]").textContent = words.length ? form.dataset.chosen.replace("%s", words.join(" + ")) : form.dataset.none;
  }
  if (form) { form.addEventListener("change", add); add(); }
  document.addEventListener("click", (event) => {
    const copy = event.target.closest("[data-copy]");
    if (copy) navigator.clipboard?.writeText(copy.dataset.copy).then(() => { document.getElementById("say").textContent = copy.dataset.said; });
    if (event.target.closest("[data-print]")) window.print();
  });
})();
