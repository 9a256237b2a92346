/* What pages do better with JavaScript; all of them work without it.
   Words come from the page (data attributes), so both languages are served by one file. */
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const fill = (text, n) => text.replace("{n}", n);

  /* Text of long forms stays in this tab until it has been sent; passwords and codes never do. */
  const KEPT = "textarea, input[type=text], input[type=date]";
  const keyOf = (form) => `kept:${location.pathname}:${form.id || form.dataset.keep}`;
  const keep = (form) => {
    const values = {};
    all(KEPT, form).forEach((box) => { if (box.name && box.value && !box.readOnly && box.autocomplete !== "one-time-code") values[box.name] = box.value; });
    try { sessionStorage.setItem(keyOf(form), JSON.stringify(values)); } catch { /* no storage in this browser: nothing is kept */ }
  };
  const restore = (form) => {
    try {
      const key = keyOf(form);
      if (sessionStorage.getItem(`sent:${key}`) && !document.querySelector(".error-summary")) sessionStorage.removeItem(key);
      sessionStorage.removeItem(`sent:${key}`);
      const values = JSON.parse(sessionStorage.getItem(key) || "{}");
      all(KEPT, form).forEach((box) => { if (!box.value && values[box.name]) box.value = values[box.name]; });
    } catch { /* as above */ }
  };

  const count = (box) => {
    const line = document.getElementById(`${box.id}_count`);
    if (!line) return;
    const left = Number(box.dataset.limit) - [...box.value].length;
    line.textContent = fill(left < 0 ? line.dataset.over : line.dataset.left, Math.abs(left));
    line.classList.toggle("over", left < 0);
  };

  const busy = (form, on) => all("button[type=submit], button:not([type])", form).forEach((button) => {
    if (on && !button.disabled) {
      button.dataset.words = button.innerHTML;
      button.disabled = true;
      button.textContent = document.body.dataset.busy;
    } else if (!on && button.dataset.words) {
      button.innerHTML = button.dataset.words;
      button.disabled = false;
      delete button.dataset.words;
    }
  });

  const offline = () => { const banner = document.getElementById("offline"); if (banner) banner.hidden = navigator.onLine; };

  const prepare = (root) => {
    all("[data-copy], .quick-days", root).forEach((twin) => { twin.hidden = false; });
    all("textarea[data-limit]", root).forEach(count);
    all("form[data-keep]", root).forEach(restore);
  };

  document.addEventListener("input", (event) => {
    if (event.target.matches("textarea[data-limit]")) count(event.target);
    const form = event.target.closest("form[data-keep]");
    if (form) keep(form);
  });

  document.addEventListener("click", async (event) => {
    const day = event.target.closest("[data-fill]");
    if (day) {
      const box = document.getElementById(day.dataset.fill);
      box.value = day.dataset.value;
      box.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = document.getElementById(button.dataset.copy);
    const text = source.value ?? source.textContent.trim();
    try { await navigator.clipboard.writeText(text); } catch { source.select?.(); document.execCommand("copy"); }
    const said = document.getElementById(`${button.dataset.copy}_copied`);
    if (said) said.textContent = document.body.dataset.copied;
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.submitter?.matches("[data-download]")) return; /* a file leaves the page as it is */
    if (!navigator.onLine) { event.preventDefault(); event.stopImmediatePropagation(); keep(form); offline(); return; }
    if (form.dataset.sending) { event.preventDefault(); return; }
    if (form.matches("form[data-keep]")) try { sessionStorage.setItem(`sent:${keyOf(form)}`, "1"); } catch { /* as above */ }
    if (form.matches("[data-forget]")) try { sessionStorage.clear(); } catch { /* as above */ }
    form.dataset.sending = "1";
    setTimeout(() => busy(form, true)); /* after the browser has read which button was pressed */
  }, true);

  const free = () => all("form[data-sending]").forEach((form) => { delete form.dataset.sending; busy(form, false); });
  window.addEventListener("pageshow", free);
  document.addEventListener("htmx:finally:request", free);
  document.addEventListener("htmx:after:swap", () => {
    prepare(document);
    document.querySelector(".error-summary")?.focus();
  });
  window.addEventListener("online", offline);
  window.addEventListener("offline", offline);
  prepare(document);
  offline();
})();
