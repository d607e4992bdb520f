// [data-copy="text"][hidden]: a button that puts the text on the clipboard and then says [data-copied] for a moment.
// Where the browser has no clipboard, it stays hidden; the number can be marked by hand.

const MOMENT_MS = 2000;

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  const label = button.textContent;
  button.hidden = false;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.copied;
    setTimeout(() => {
      button.textContent = label;
    }, MOMENT_MS);
  });
}
