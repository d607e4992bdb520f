// body[data-fresh]: never show a state that has passed. data-fresh is the address of the session's own page.

// Not location.reload(): that would send a form again when this page is the answer to one, and would open the
// gateway's window once more when it is the launch page.
const loadAgain = () => location.replace(document.body.dataset.fresh || location.pathname + location.search);

// Kept by the browser's back-forward cache: the session may have been paid, cancelled or expired since.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) loadAgain();
});

// The polled status says that something changed. htmx would call location.reload() by itself.
document.addEventListener("htmx:before:response", (event) => {
  if (event.detail.ctx.hx.refresh !== "true") return;
  event.preventDefault();
  loadAgain();
});
