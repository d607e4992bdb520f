// [data-show-after="20"][hidden] inside a live region: shown, and so announced, after that many seconds.

for (const element of document.querySelectorAll("[data-show-after]")) {
  setTimeout(() => {
    element.hidden = false;
  }, Number(element.dataset.showAfter) * 1000);
}
