// [data-copy="text"][hidden]: a button that puts the text on the clipboard and then says [data-copied] for a moment.

const MOMENT_MS = 2000;

// Browsers inside of other apps often have no clipboard, or refuse it: they still copy what is marked.
function copyWhatIsMarked(text) {
  const area = document.createElement("textarea");
  area.value = text;
  area.readOnly = true; // no keyboard comes up
  area.className = "visually-hidden";
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  return copied;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyWhatIsMarked(text);
  }
}

for (const button of document.querySelectorAll("[data-copy]")) {
  const label = button.textContent;
  button.hidden = false;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    const copied = await copy(button.dataset.copy);
    button.focus();
    if (!copied) return;
    button.textContent = button.dataset.copied;
    setTimeout(() => {
      button.textContent = label;
    }, MOMENT_MS);
  });
}
