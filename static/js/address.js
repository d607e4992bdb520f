// section[data-address]: finds the address in the postcode service instead of having it typed. The service runs in a page
// of its own (data-src) that knows nothing of this one; it is loaded when it is asked for. Whenever it does not come,
// the fields are typed into as without script, and whatever was typed stays.

const PATIENCE_MS = 8000;
const WIDE = window.matchMedia("(min-width: 60rem)");
const LONGEST = 300;
const SENTENCES = /[^.!?。！？]+[.!?。！？]*/g;

const section = document.querySelector("[data-address]");
const one = (selector) => section.querySelector(selector);
const dialog = one("[data-dialog]");
const place = one("[data-frame-title]");
const said = one("[data-address-said]");
const [postcode, address, detail, found] = ["postal_code", "address", "address_detail", "address_found"].map((name) =>
  one(`[name="${name}"]`),
);
const searchButton = one("[data-search]");

let frame = null;
let nonce = "";
let timer = 0;

// --- typed or found ---

function lock(locked) {
  postcode.readOnly = address.readOnly = locked;
  one("[data-by-hand-row]").hidden = !locked;
}

function showFound(result) {
  const lot = one("[data-found-lot]");
  one("[data-found-extra]").textContent = result?.extra ?? "";
  lot.textContent = result?.lotAddress ? lot.dataset.words.replace("{address}", result.lotAddress) : "";
  one("[data-found-line]").hidden = !result?.extra && !result?.lotAddress;
}

// As the filter by_sentence does it: a narrow line breaks between sentences before it breaks inside of one.
function box(part) {
  const span = document.createElement("span");
  span.className = "sentence";
  span.textContent = part.trim();
  return part.startsWith(" ") ? [" ", span] : [span];
}

function say(sentence, { failed = false } = {}) {
  said.replaceChildren(...(sentence.match(SENTENCES) ?? []).flatMap(box));
  said.classList.toggle("address__said--failed", failed);
}

function fillIn(result) {
  for (const [field, value] of [[postcode, result.postalCode], [address, result.address]]) {
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  found.value = JSON.stringify(result);
  showFound(result);
  lock(true);
  say(said.dataset.filled);
  close();
  detail.focus();
}

function typeByHand() {
  lock(false);
  say("");
  close();
  (postcode.value ? address : postcode).focus();
}

// --- the search ---

function open() {
  if (frame) return;
  say("");
  nonce = [...crypto.getRandomValues(new Uint32Array(4))].join("-");
  frame = document.createElement("iframe");
  frame.title = place.dataset.frameTitle;
  frame.referrerPolicy = "no-referrer";
  frame.src = dialog.dataset.src;
  frame.addEventListener("load", greet);
  place.append(frame);
  place.toggleAttribute("data-waiting", true);
  if (WIDE.matches && dialog.showModal) dialog.showModal();
  else if (dialog.show) dialog.show();
  else dialog.setAttribute("open", "");
  one("[data-close]").focus();
  if (!WIDE.matches) dialog.scrollIntoView({ block: "start" });
  timer = setTimeout(fail, PATIENCE_MS);
}

function close() {
  clearTimeout(timer);
  frame?.remove();
  frame = null;
  if (dialog.open) dialog.close?.();
  dialog.removeAttribute("open");
}

function showSearch() {
  clearTimeout(timer);
  place.removeAttribute("data-waiting");
}

function fail() {
  typeByHand();
  say(said.dataset.failed, { failed: true });
}

const greet = () => frame?.contentWindow.postMessage({ kind: "hello", nonce }, location.origin);

const isText = (value) => typeof value === "string" && value.length <= LONGEST;

const isAddress = (result) =>
  result !== null &&
  typeof result === "object" &&
  Object.values(result).every(isText) &&
  /^[0-9]{5}$/.test(result.postalCode) &&
  isText(result.address) &&
  result.address.trim() !== "";

window.addEventListener("message", (event) => {
  if (!frame || event.origin !== location.origin || event.source !== frame.contentWindow) return;
  const { kind, nonce: theirs, result } = event.data ?? {};
  if (theirs !== nonce) return;
  if (kind === "ready") showSearch();
  else if (kind === "failed") fail();
  else if (kind === "chosen" && isAddress(result)) fillIn(result);
  else if (kind === "chosen") fail();
});

// --- what the buyer does ---

searchButton.addEventListener("click", open);
for (const button of section.querySelectorAll("[data-by-hand]")) button.addEventListener("click", () => typeByHand());
one("[data-close]").addEventListener("click", () => {
  close();
  searchButton.focus();
});
// The browser's own Esc, where the focus is not in the service's frame.
dialog.addEventListener("cancel", (event) => {
  event.preventDefault();
  close();
  searchButton.focus();
});
dialog.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || dialog.matches(":modal")) return;
  close();
  searchButton.focus();
});
for (const field of [postcode, address]) {
  field.addEventListener("click", () => {
    if (field.readOnly) open();
  });
  field.addEventListener("keydown", (event) => {
    if (!field.readOnly || event.key !== "Enter") return;
    event.preventDefault();
    open();
  });
  // What was found does not go with what is typed over it.
  field.addEventListener("input", () => {
    if (!field.readOnly) showFound(null);
  });
}

searchButton.hidden = false;
// Whoever has begun to type before this script came goes on typing.
const isTyped = (postcode.value || address.value) && !found.value;
lock(!isTyped && document.activeElement !== postcode && document.activeElement !== address);
