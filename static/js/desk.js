/* Keys of the desk and templates filled in place; every page works without it. Each key has a visible twin, [data-hotkey].
   Never while typing, never inside an input method; the switch on the queue turns all of them off. */
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector) => document.querySelector(selector);
  const SWITCH = "desk:keys";
  const stored = () => { try { return localStorage.getItem(SWITCH); } catch { return null; } };
  const keysOn = () => stored() !== "off";
  const typing = (box) => box?.matches?.("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=submit], [type=button])");

  /* The queue: one row is the current one; the focus stands on its number, so that Enter opens it. */
  const rows = all("tr[data-row]");
  let here = -1;
  let last = -1;
  const go = (at) => {
    if (!rows.length) return;
    rows[here]?.classList.remove("is-here");
    here = Math.max(0, Math.min(rows.length - 1, at));
    rows[here].classList.add("is-here");
    rows[here].querySelector("[data-open]").focus();
    rows[here].scrollIntoView({ block: "nearest" });
  };
  const box = (at) => rows[at].querySelector("input[type=checkbox]");
  const pick = (range) => {
    if (here < 0) go(0);
    const on = !box(here).checked;
    const from = range && last >= 0 ? Math.min(last, here) : here;
    const to = range && last >= 0 ? Math.max(last, here) : here;
    for (let at = from; at <= to; at += 1) box(at).checked = range ? true : on;
    last = here;
    chosen();
  };
  const bulk = one("#desk-bulk");
  const everything = one("#pick-all");
  const chosen = () => {
    if (!bulk) return;
    const number = rows.filter((row, at) => box(at).checked).length;
    bulk.hidden = !number;
    one("#desk-chosen").textContent = number ? bulk.dataset.count.replace("{n}", number) : "";
    everything.checked = number === rows.length;
    everything.indeterminate = number > 0 && number < rows.length;
  };

  const ROW_KEYS = {
    j: () => go(here + 1),
    k: () => go(here - 1),
    x: () => pick(false),
    X: () => pick(true),
    r: () => { if (here < 0) go(0); rows[here]?.querySelector("[data-answer]")?.click(); },
    Escape: () => { all("input[type=checkbox]", one("#desk-form")).forEach((each) => { each.checked = false; }); chosen(); },
  };
  const press = (target) => {
    if (target.matches("a, button, summary")) return target.click();
    if (target.id === "assign-to" && bulk.hidden) pick(false);
    return target.focus();
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented || !keysOn()) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const form = event.target.closest?.("form[data-keep]");
      if (form) { event.preventDefault(); form.requestSubmit(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(event.target)) { if (event.key === "Escape") event.target.blur(); return; }
    const twin = all("[data-hotkey]").find((each) => each.dataset.hotkey === event.key);
    const act = rows.length ? ROW_KEYS[event.key] : null;
    if (!act && !twin) return;
    event.preventDefault();
    if (act) act(); else press(twin);
  });

  document.addEventListener("focusin", (event) => {
    const at = rows.indexOf(event.target.closest("tr[data-row]"));
    if (at >= 0 && at !== here) { rows[here]?.classList.remove("is-here"); here = at; rows[at].classList.add("is-here"); }
  });
  document.addEventListener("change", (event) => {
    if (event.target === everything) rows.forEach((row, at) => { box(at).checked = everything.checked; });
    if (event.target.id === "keys-on") try { localStorage.setItem(SWITCH, event.target.checked ? "on" : "off"); } catch { /* no storage: the keys stay on */ }
    chosen();
  });

  /* Templates: what was laid in before is replaced, what was typed stays. */
  const told = one("#replies-told");
  const texts = told ? JSON.parse(told.textContent) : {};
  const laid = {};
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-reply]");
    if (!link || !texts[link.dataset.reply]) return;
    event.preventDefault();
    const { fields, missing } = texts[link.dataset.reply];
    const form = one("form[data-keep]");
    all("textarea, input[type=text]", form).forEach((field) => {
      const isOurs = field.value === "" || field.value === laid[field.name];
      const text = fields[field.name] ?? "";
      if (isOurs) field.value = text;
      else if (text && field.name === "text") field.value = `${field.value}\n${text}`;
      else return;
      laid[field.name] = isOurs ? text : undefined;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    const warning = one("#reply-missing");
    warning.hidden = !missing;
    warning.querySelector("span").textContent = missing;
    form.querySelector("textarea")?.focus();
  });

  if (rows.length) {
    one("#desk-form").classList.add("has-keys");
    everything.hidden = false;
    one(".pick-label").hidden = false;
    const help = one("#desk-keys");
    help.hidden = false;
    one("#keys-on").checked = keysOn();
    chosen();
  }
  all("kbd[hidden]").forEach((key) => { key.hidden = !keysOn(); });
  const more = one(".desk-more");
  if (more && matchMedia("(max-width: 1023.98px)").matches && !all("input, select", more).some((field) => field.value)) more.open = false;
})();
