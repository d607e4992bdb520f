// form[data-check-form]: says what is missing beside the field before anything is sent, in the page's own
// words instead of the browser's. The server checks everything again; without script only the server does.

const checkable = (form) => [...form.querySelectorAll("[data-message]")];

const isWrong = (group) => [...group.querySelectorAll("input")].some((input) => !input.validity.valid);

function show(group, message) {
  group.querySelector(".field__error").hidden = !message;
  group.querySelector(".field__error-text").textContent = message;
  for (const input of group.querySelectorAll("input")) {
    if (message) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
}

function check(form) {
  const wrong = checkable(form).filter(isWrong);
  for (const group of checkable(form)) show(group, wrong.includes(group) ? group.dataset.message : "");
  return wrong[0]?.querySelector("input");
}

for (const form of document.querySelectorAll("form[data-check-form]")) {
  form.noValidate = true;

  form.addEventListener("submit", (event) => {
    const first = check(form);
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
