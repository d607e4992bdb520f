// select[data-interest-free='{"issuer": [2, 3]}'][data-of="name of the issuer's select"]: marks the months that cost no
// interest with the issuer that is chosen. data-words: how, with {label} for the usual words.

const usual = new WeakMap();

function mark(months) {
  const free = JSON.parse(months.dataset.interestFree);
  const issuer = months.form.elements[months.dataset.of].value;
  const chosen = new Set(free[issuer] ?? []);
  for (const option of months.options) {
    if (!usual.has(option)) usual.set(option, option.textContent);
    const label = usual.get(option);
    option.textContent = chosen.has(Number(option.value)) ? months.dataset.words.replace("{label}", label) : label;
  }
}

const markAll = () => document.querySelectorAll("select[data-interest-free]").forEach(mark);

document.addEventListener("change", (event) => {
  if (event.target.name === "card_issuer") markAll();
});
document.addEventListener("htmx:after:swap", markAll);
markAll();
