// form[data-submit-once]: a second press while the first is on its way sends nothing.

const buttonsOf = (form) => [...document.querySelectorAll("button[type=submit]")].filter((button) => button.form === form);

function setBusy(form, busy) {
  form.dataset.sent = busy ? "yes" : "";
  // aria-disabled, not disabled: focus stays where it is and the button's own value is still sent.
  for (const button of buttonsOf(form)) {
    if (busy) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }
}

for (const form of document.querySelectorAll("form[data-submit-once]")) {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (form.dataset.sent === "yes") event.preventDefault();
    else setBusy(form, true);
  });

  // Back from the gateway, the browser may show this page as it was left: with the button blocked.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) setBusy(form, false);
  });
}
