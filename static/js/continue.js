// [data-continue-to]: goes on to the shop by itself, unless the buyer chooses to stay or touches the page.
// data-seconds: how long. data-text: the visible sentence, {n} standing for the seconds left.

for (const box of document.querySelectorAll("[data-continue-to]")) {
  const sentence = box.querySelector("[data-countdown]");
  const announcement = box.querySelector("[data-announce]");
  const stay = box.querySelector("[data-stay]");
  let left = Number(box.dataset.seconds);
  let timer;

  const stop = () => {
    clearInterval(timer);
    box.hidden = true;
  };

  const step = () => {
    sentence.textContent = box.dataset.text.replace("{n}", left);
    if (left > 0) {
      left -= 1;
      return;
    }
    clearInterval(timer);
    location.assign(box.dataset.continueTo);
  };

  box.hidden = false;
  timer = setInterval(step, 1000);
  step();
  // Announced once: a number spoken every second would drown everything else.
  announcement.textContent = announcement.dataset.announce;

  stay.addEventListener("click", stop);
  // Reading the receipt or the order, or leaving the page, is a wish to stay as well.
  document.addEventListener("click", (event) => {
    if (event.target.closest("a, summary")) stop();
  });
  window.addEventListener("pagehide", stop);
}
