// Keys and confirmations for pages that work without them.
"use strict";

// A link, button or disclosure says with data-key which single key presses it. Not while something is typed or asked.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
  if (!/^[a-z]$/i.test(event.key)) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]")) return;
  const target = document.querySelector(`[data-key="${event.key.toLowerCase()}"]`);
  if (!target) return;
  event.preventDefault();
  if (target.matches("summary")) {
    target.parentElement.open = true;
    target.parentElement.querySelector("select, textarea, input:not([type=hidden])")?.focus();
  } else target.click();
});

// A form with data-confirm asks in its dialog first. Listens before the page's own handler, which marks forms as sent.
const confirmed = new WeakSet();
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    const dialog = form.dataset.confirm ? document.getElementById(form.dataset.confirm) : null;
    if (!dialog || confirmed.has(form)) return;
    event.preventDefault();
    for (const slot of dialog.querySelectorAll("[data-from]")) {
      const field = form.elements[slot.dataset.from];
      slot.textContent = field?.selectedOptions?.[0]?.text ?? field?.value ?? "";
    }
    const submitter = event.submitter;
    dialog.returnValue = "";
    dialog.addEventListener(
      "close",
      () => {
        if (dialog.returnValue !== "yes") return;
        confirmed.add(form);
        form.requestSubmit(submitter);
        confirmed.delete(form);
      },
      { once: true },
    );
    dialog.showModal();
  },
  true,
);

// The chosen line of the list is in sight.
document.querySelector(".desk-items [aria-current]")?.scrollIntoView({ block: "nearest" });

// A part that renews itself waits while something in it is open or being answered.
document.addEventListener("htmx:beforeRequest", (event) => {
  const part = event.target;
  if (!part.hasAttribute?.("data-quiet-while-open")) return;
  if (part.querySelector("details[open]") || document.querySelector("dialog[open]") || part.contains(document.activeElement))
    event.preventDefault();
});
