// [data-press="id"]: Enter in this field presses that button instead of the form's own.
// [data-news]: a part that htmx has just put in place; the focus goes on to [data-focus-next] in it, for what had it is
// gone. The news itself is told by the page's live region, and a refusal by the field that it is about.

document.addEventListener("keydown", (event) => {
  const button = document.getElementById(event.target.dataset?.press ?? "");
  if (!button || event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  button.click();
});

document.addEventListener("htmx:after:swap", () => {
  const part = document.querySelector("[data-news]");
  if (!part) return;
  part.removeAttribute("data-news");
  part.querySelector("[data-focus-next]")?.focus({ preventScroll: true });
});
