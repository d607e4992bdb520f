// details[data-open-wide]: open where the screen is wide. The style sheet shows the content there anyway; this
// makes the element say so to assistive technology, and keeps it from being folded by accident.

const wide = window.matchMedia("(min-width: 60rem)");

for (const details of document.querySelectorAll("details[data-open-wide]")) {
  const summary = details.querySelector("summary");
  const apply = () => {
    details.open = wide.matches;
    summary.tabIndex = wide.matches ? -1 : 0;
  };
  summary.addEventListener("click", (event) => {
    if (wide.matches) event.preventDefault();
  });
  wide.addEventListener("change", apply);
  apply();
}
