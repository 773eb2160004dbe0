/* Find and match: the remainder runs along while items are ticked. Without script the server says it. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-remainder]");
  if (!form) return;
  const digits = +form.dataset.digits, total = BigInt(form.dataset.remainder), unit = 10 ** digits;
  const word = form.querySelector("[data-left]");
  const minor = (text) => {
    const plain = text.trim().replace(/[\s\u00a0]/g, "").replace(",", ".");
    return /^-?\d+(\.\d+)?$/.test(plain) ? BigInt(Math.round(Number(plain) * unit)) : 0n;
  };
  const shown = (amount) => (Number(amount) / unit).toLocaleString(document.documentElement.lang || "en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  function run() {
    const chosen = [...form.querySelectorAll("input[name=item]:checked")];
    const paid = chosen.reduce((sum, box) => sum + minor(form.elements[`amount-${box.value}`].value), 0n);
    const left = total - paid;
    word.textContent = left === 0n ? "Nothing is left" : left > 0n ? `${shown(left)} left, goes on account` : `${shown(-left)} too much`;
    word.className = left < 0n ? "danger" : left === 0n ? "done" : "";
    form.querySelector("button.primary").disabled = left < 0n || !chosen.length;
  }
  form.addEventListener("input", run);
  run();
})();
