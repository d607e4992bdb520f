// [data-launch]: opens KG Inicis' window over this page. data-launch holds {fields}: the inputs of its form, signed.
// The window takes the buyer away by itself when it succeeds. When the buyer closes it, its own script takes it away
// (the page at closeUrl, see closed.html), and we lead back to the choice of methods at once.

const WAIT_MS = 10000;
const FORM_ID = "inicis-form";

const stage = document.querySelector("[data-launch]");
const params = JSON.parse(stage.dataset.launch);
const closeForm = document.querySelector("[data-launch-close]");
const openButton = document.querySelector("[data-launch-open]");
const failed = document.querySelector("[data-launch-failed]");
const waiting = document.querySelector("[data-launch-waiting]");

function sdkReady() {
  return new Promise((resolve, reject) => {
    const until = Date.now() + WAIT_MS;
    const look = () => {
      if (window.INIStdPay?.pay) resolve(window.INIStdPay);
      else if (Date.now() > until) reject(new Error("the payment script did not load"));
      else setTimeout(look, 50);
    };
    look();
  });
}

function addForm() {
  const form = document.createElement("form");
  Object.assign(form, { id: FORM_ID, method: "post", hidden: true });
  for (const [name, value] of Object.entries(params.fields)) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name, value });
    form.append(input);
  }
  document.body.append(form);
}

// code: "" when the buyer closed the window.
function close(code) {
  closeForm.elements.code.value = code;
  closeForm.requestSubmit();
}

function isShown() {
  return [...document.querySelectorAll("iframe")].some((frame) => frame.getClientRects().length > 0);
}

// How the window is taken away is the script's own business: it is gone when no frame is to be seen any more.
let wasShown = false;
const watcher = new MutationObserver(() => {
  if (isShown()) {
    wasShown = true;
  } else if (wasShown) {
    watcher.disconnect();
    close("");
  }
});

function open(INIStdPay) {
  watcher.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["style", "class"] });
  try {
    INIStdPay.pay(FORM_ID);
  } catch {
    close("UNKNOWN");
  }
}

function giveUp() {
  waiting.hidden = true;
  failed.hidden = false;
}

// An iPad says that it is a Mac, but has no window for it to open: it pays on the page for phones.
const isTablet = navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1;
// The browser's Back button out of the gateway ends here: whoever wanted to leave is not sent there again.
const cameBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward";

if (isTablet) {
  window.location.replace("?device=phone");
} else {
  addForm();
  sdkReady().then((INIStdPay) => {
    openButton.hidden = false;
    openButton.addEventListener("click", () => open(INIStdPay));
    if (!cameBack) open(INIStdPay);
  }, giveUp);
}
