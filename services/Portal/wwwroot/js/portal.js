// Additions to pages that work without any of this.
"use strict";

// Ctrl+Enter saves the form it is typed in; Enter inside an input method never sends it.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  const field = event.target;
  const form = field.form;
  if (!form) return;
  if (event.isComposing || event.keyCode === 229) {
    event.preventDefault();
    return;
  }
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    const save = form.querySelector("[data-save]") ?? form.querySelector("button:not([type=button])");
    form.requestSubmit(save ?? undefined);
  } else if (form.hasAttribute("data-enter-next") && field.matches("input:not([type=checkbox]):not([type=radio]), select")) {
    event.preventDefault();
    const fields = [...form.querySelectorAll("input:not([type=hidden]), select, textarea, button")].filter(
      (f) => !f.disabled && f.tabIndex >= 0 && f.offsetParent !== null,
    );
    fields[fields.indexOf(field) + 1]?.focus();
  }
});

// A form is sent once; the button says that it is on its way.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  event.submitter?.setAttribute("aria-busy", "true");
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  }
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form");
  if (form) delete form.dataset.sent;
});

// A menu closes when something else is pressed.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]"))
    if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape")
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  // N opens a new registration from any page, unless something is being typed.
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key === "n" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const link = document.querySelector('.nav-row a[href="/register"]');
    if (link) location.href = link.href;
  }
});

// What is wrong is where the reader is taken first.
document.querySelector("[data-focus]")?.focus();
document.querySelector(".action[open] .problem")?.scrollIntoView({ block: "center" });

// After a part of a page was exchanged, the field that was just added is the next to type in.
document.addEventListener("htmx:afterSwap", (event) => {
  event.target.querySelector?.("[data-next-focus]")?.focus();
});

// A page that waits for something to arrive asks again by itself.
if (document.body.dataset.refresh) setTimeout(() => location.replace(document.body.dataset.refresh), 2000);

// A link to a form on the same page opens it.
const openTarget = () => {
  const target = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
  const form = target?.querySelector("details.action");
  if (!form) return;
  form.open = true;
  form.querySelector("input:not([type=hidden]), select, textarea")?.focus();
};
addEventListener("hashchange", openTarget);
openTarget();
