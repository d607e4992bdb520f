// form[data-check-form]: says what is missing beside the field before anything is sent, in the page's own
// words instead of the browser's. The server checks everything again; without script only the server does.

const CONTROLS = "input, select, textarea";

const checkable = (form) => [...form.querySelectorAll("[data-message]")];

// What is not to be seen, such as the fields of a method that was not chosen, is not asked for.
const isShown = (group) => group.getClientRects().length > 0;

// A browser asks nothing of a field that cannot be typed into, though a search may have to fill it in.
const isMissing = (control) => !control.validity.valid || (control.readOnly && control.required && !control.value);

const isWrong = (group) =>
  isShown(group) && [...group.querySelectorAll(CONTROLS)].some(isMissing);

function show(group, message) {
  group.querySelector(".field__error").hidden = !message;
  group.querySelector(".field__error-text").textContent = message;
  for (const control of group.querySelectorAll(CONTROLS)) {
    if (message) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  }
}

function check(form) {
  const wrong = checkable(form).filter(isWrong);
  for (const group of checkable(form)) show(group, wrong.includes(group) ? group.dataset.message : "");
  return wrong[0]?.querySelector(CONTROLS);
}

// [data-needed]: required only while it is shown, which a browser's own check could not know. [data-pattern] likewise.
function arm(form) {
  for (const control of form.querySelectorAll("[data-needed]")) control.required = true;
  for (const control of form.querySelectorAll("[data-pattern]")) control.pattern = control.dataset.pattern;
}

for (const form of document.querySelectorAll("form[data-check-form]")) {
  form.noValidate = true;
  arm(form);
  document.addEventListener("htmx:after:swap", () => arm(form));

  form.addEventListener("submit", (event) => {
    const first = event.submitter?.formNoValidate ? null : check(form);
    if (!first) return;
    event.preventDefault();
    first.focus();
  });

  // A complaint goes as soon as it is answered; a new one waits for the next press of the button.
  form.addEventListener("input", (event) => {
    const group = event.target.closest("[data-message]");
    if (group && !isWrong(group)) show(group, "");
  });
}
