/* Keys, palette, panel, selection, theme. Everything here is a convenience: each page reads and works without it. */
(() => {
  "use strict";
  const doc = document, root = doc.documentElement;
  const $ = (css, from = doc) => from.querySelector(css);
  const $$ = (css, from = doc) => [...from.querySelectorAll(css)];
  const mac = /Mac|iPhone|iPad/.test(navigator.platform);
  root.classList.add("js");

  const remember = (name, value) => { doc.cookie = `${name}=${value};path=/;max-age=31536000;samesite=lax`; };
  const typing = (el) => el && (el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName) && !/^(checkbox|radio|button|submit)$/.test(el.type));

  /* Live region: what happened, for ears and eyes. */
  let hush;
  function say(text, undo, url) {
    const box = $("#say");
    if (!box || !text) return;
    const line = doc.createElement("div");
    line.textContent = text;
    const stay = () => clearTimeout(hush);
    const wait = () => { stay(); hush = setTimeout(() => box.replaceChildren(), undo ? 15000 : 6000); };
    if (undo) {
      const back = doc.createElement("button");
      back.dataset.key = "z";
      back.textContent = "Undo";
      back.onclick = () => { box.replaceChildren(); htmx.ajax("POST", url, { source: "#panel", target: "#panel", values: { note: undo } }); };
      back.onfocus = stay;
      back.onblur = wait;
      line.append(back);
    }
    box.replaceChildren(line);
    box.onpointerenter = stay;
    box.onpointerleave = wait;
    wait();
  }
  doc.addEventListener("fairdue:say", (e) => say(e.detail.value, e.detail.undo, e.detail.url));
  doc.addEventListener("htmx:sendError", () => say("The server did not answer. Nothing was changed; try again."));
  doc.addEventListener("htmx:responseError", (e) => say(e.detail.xhr.status === 403 ? "You may not do this. Ask an administrator for the permission." : "That did not work. Nothing was changed; reload the page and try again."));

  const tab = $(".tabs [aria-current]");
  if (tab) tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - 40;

  /* Rows: the current one is marked with data-at and keeps the focus on its link. */
  const rows = () => $$("main .table tbody tr").filter((row) => $("a.open, a[data-panel], .pick input", row) && row.offsetParent);
  const current = () => $("main tr[data-at]");
  const opener = (row) => row && $("a[data-panel], a.open", row);
  function moveTo(row) {
    if (!row) return;
    current()?.removeAttribute("data-at");
    row.setAttribute("data-at", "");
    (opener(row) || $("input", row))?.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }
  function step(by) {
    const all = rows(), at = all.indexOf(current());
    moveTo(all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + by))]);
  }

  /* Selection and bulk bar: count and sum of what is ticked. */
  let lastPick = null;
  const picks = (form) => $$(".pick input[name=id]", form);
  function pick(row, range) {
    const box = row && $(".pick input[name=id]", row);
    if (!box) return;
    const all = picks(box.form), from = all.indexOf(lastPick), to = all.indexOf(box);
    if (range && from >= 0) all.slice(Math.min(from, to), Math.max(from, to) + 1).forEach((b) => { b.checked = true; });
    else box.checked = !box.checked;
    lastPick = box;
    tally(box.form);
  }
  function tally(form) {
    const bar = form && $(".bulk", form);
    if (!bar) return;
    const chosen = picks(form).filter((b) => b.checked);
    bar.toggleAttribute("data-empty", !chosen.length);
    const digits = +(bar.dataset.digits ?? 2);
    const sum = chosen.reduce((total, b) => total + BigInt(b.dataset.minor || 0), 0n);
    const text = (Number(sum) / 10 ** digits).toLocaleString(root.lang || "en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
    const word = $("[data-chosen]", bar);
    if (word) word.textContent = `${chosen.length} selected` + (bar.dataset.currency ? ` · ${text} ${bar.dataset.currency}` : "");
    const every = $(".pick input[data-all]", form);
    if (every) { every.checked = chosen.length > 0 && chosen.length === picks(form).length; every.indeterminate = chosen.length > 0 && !every.checked; }
  }
  doc.addEventListener("change", (e) => {
    const el = e.target;
    if (el.matches("[data-all]")) picks(el.form).forEach((b) => { b.checked = el.checked; });
    if (el.closest(".pick")) { lastPick = el; tally(el.form); }
    if (el.matches("form[data-filters] select, form[data-filters] input[type=checkbox]")) el.form.requestSubmit();
  });
  /* Rows that come ticked: after a refusal, or by the browser's own way back. */
  addEventListener("pageshow", () => $$(".bulk[data-empty]").forEach((bar) => tally(bar.closest("form"))));
  /* What is typed beside a radio button chooses it: data-chooses is its value. */
  doc.addEventListener("input", (e) => {
    const value = e.target.dataset.chooses;
    if (value) $(`input[type=radio][value="${value}"]`, e.target.form).checked = true;
  });
  doc.addEventListener("submit", (e) => {
    if (e.target.matches("form[data-filters]")) $$("input,select", e.target).forEach((el) => { if (!el.value) el.disabled = true; });
  });

  /* Side panel. */
  let came = null;
  const panel = () => $("#panel");
  function closePanel() {
    if (!panel()?.childElementCount) return false;
    panel().replaceChildren();
    (came?.isConnected ? came : $("#main"))?.focus();
    return true;
  }
  doc.addEventListener("htmx:afterSwap", (e) => {
    if (e.target.id === "panel") { const head = $(".side-head h2", e.target); if (head) { head.tabIndex = -1; head.focus({ preventScroll: true }); } e.target.scrollTop = 0; }
    if (e.target.id === "palette-results") choose(0);
    $$("form").forEach(tally);
  });
  function sibling(by) {
    const link = $(by < 0 ? "[rel=prev]" : "[rel=next]", panel()?.childElementCount ? panel() : $("#main"));
    if (link) return link.click();
    if (panel()?.childElementCount) { step(by); opener(current())?.click(); }
  }

  /* Palette. */
  const palette = $("#palette");
  const hits = () => $$(".hit", palette);
  function choose(to) {
    const all = hits();
    all.forEach((hit, i) => { hit.setAttribute("aria-selected", i === to); hit.id = `hit-${i}`; });
    all[to]?.scrollIntoView({ block: "nearest" });
    const input = $("input", palette);
    if (all[to]) input.setAttribute("aria-activedescendant", all[to].id); else input.removeAttribute("aria-activedescendant");
  }
  function openPalette() {
    if (!palette || palette.open) return;
    palette.showModal();
    const input = $("input", palette);
    input.value = "";
    input.focus();
    input.dispatchEvent(new Event("fairdue:open"));
  }
  palette?.addEventListener("keydown", (e) => {
    const all = hits(), at = all.findIndex((hit) => hit.getAttribute("aria-selected") === "true");
    if (e.key === "ArrowDown" || e.key === "ArrowUp") { e.preventDefault(); choose((at + (e.key === "ArrowDown" ? 1 : all.length - 1)) % all.length); }
    else if (e.key === "Enter") { e.preventDefault(); all[at]?.click(); }
  });
  palette?.addEventListener("click", (e) => { if (e.target === palette || e.target.closest(".hit")) palette.close(); });

  /* `?` paints the keys onto the elements; a second time opens the list of all keys. */
  const painted = () => $$("[data-paint]");
  function paint() {
    if (painted().length) { unpaint(); $("#keys")?.showModal(); return; }
    $$("[data-go]").forEach((el) => { if (el.offsetParent) el.dataset.paint = `g ${el.dataset.go}`; });
    $$("[data-key]").forEach((el) => { if (el.offsetParent) el.dataset.paint = el.dataset.key; });
    const find = $(".find"), fresh = $("[data-new] summary");
    if (find) find.dataset.paint = "/";
    if (fresh) fresh.dataset.paint = "n";
    say("Keys are shown on the page. Press ? again for the whole list, Esc to hide.");
  }
  const unpaint = () => painted().map((el) => el.removeAttribute("data-paint")).length > 0;

  const closeMenus = (but) => $$("details.menu[open]").filter((menu) => menu !== but).map((menu) => { menu.open = false; return menu; });

  let waitsForGo = 0;
  function letter(e) {
    const row = current(), on = e.target;
    if (waitsForGo > Date.now()) {
      waitsForGo = 0;
      const link = $(`[data-go="${CSS.escape(e.key)}"]`);
      if (link) { location.href = link.href; return true; }
    }
    switch (e.key) {
      case "j": step(1); return true;
      case "k": step(-1); return true;
      case "x": case "X": pick(row, e.shiftKey); return true;
      case "g": waitsForGo = Date.now() + 1200; return true;
      case "n": { const menu = $("details[data-new]"); if (!menu) return false; menu.open = true; $("a", menu)?.focus(); return true; }
      case "/": { const box = $("[data-search]"); if (box?.offsetParent) box.focus(); else openPalette(); return true; }
      case "?": paint(); return true;
      case "[": sibling(-1); return true;
      case "]": sibling(1); return true;
      case ".": { const menu = row && $("details.menu", row); if (!menu) return false; menu.open = true; $("a,button", menu)?.focus(); return true; }
      case "Enter": {
        const yes = on.matches(".side-head h2") && $('[data-key="Enter"]', panel());
        if (yes) { yes.click(); return true; }
        if (on === doc.body || on.id === "main") { opener(row)?.click(); return !!row; }
        return false;
      }
    }
    const keyed = $$(`[data-key="${CSS.escape(e.key)}"]`).filter((el) => el.offsetParent);
    const chosen = keyed.find((el) => panel()?.contains(el)) || keyed.find((el) => row?.contains(el)) || keyed[0];
    if (!chosen) return false;
    if (chosen.matches("input,select,textarea")) chosen.focus(); else chosen.click();
    return true;
  }

  doc.addEventListener("keydown", (e) => {
    if (e.defaultPrevented || e.isComposing) return;
    if ((mac ? e.metaKey : e.ctrlKey) && !e.shiftKey && !e.altKey && e.key.toLowerCase() === "k") { e.preventDefault(); openPalette(); return; }
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === "Escape") {
      if ($("dialog[open]")) return;
      const closed = closeMenus();
      if (closed.length) { $("summary", closed[0]).focus(); return; }
      if (unpaint()) return;
      if (typing(e.target)) { e.target.blur(); return; }
      closePanel();
      return;
    }
    if (root.dataset.keys === "off" || typing(e.target) || $("dialog[open]")) return;
    if (letter(e)) e.preventDefault();
  });

  doc.addEventListener("click", (e) => {
    const on = e.target;
    closeMenus(on.closest("details.menu"));
    const link = on.closest("a[data-panel]");
    if (link) { came = link; const row = link.closest("tr"); if (row) { current()?.removeAttribute("data-at"); row.setAttribute("data-at", ""); } }
    if (on.closest("[data-close-panel]")) closePanel();
    if (on.closest("[data-palette]") && palette) { e.preventDefault(); openPalette(); }
    if (on.closest("[data-help]")) $("#keys")?.showModal();
    if (on.closest("[data-print]")) window.print();
    const copy = on.closest("[data-copy]");
    if (copy) navigator.clipboard?.writeText(copy.dataset.copy).then(() => say("Copied."));
    if (on.closest("[data-theme-switch]")) {
      const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
      remember("theme", root.dataset.theme);
    }
    const keys = on.closest("[data-keys-switch]");
    if (keys) {
      const off = root.dataset.keys !== "off";
      if (off) root.dataset.keys = "off"; else delete root.dataset.keys;
      remember("keys", off ? "off" : "on");
      $("span", keys).textContent = off ? "Turn single-letter keys on" : "Turn single-letter keys off";
      say(off ? "Single-letter keys are off." : "Single-letter keys are on.");
    }
  });

  if (mac) $$("[data-mod]").forEach((el) => { el.textContent = "⌘ K"; });
  $$("form").forEach(tally);
})();
