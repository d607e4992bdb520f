// [data-launch]: opens the Toss Payments window. data-launch holds {clientKey, customerKey, request}.
// The window takes the buyer away by itself when it succeeds; only a refusal comes back here.

const WAIT_MS = 10000;

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
      if (window.TossPayments) resolve(window.TossPayments);
      else if (Date.now() > until) reject(new Error("the payment script did not load"));
      else setTimeout(look, 50);
    };
    look();
  });
}

// A second press of the button while the window opens: the first goes on.
const ALREADY_OPENING = "INVALID_METHOD_TRANSACTION";

// Every other refusal ends here, the buyer's own closing of the window (USER_CANCEL) included: the server knows the
// codes, and decides what the buyer reads.
function close(error) {
  if (error?.code === ALREADY_OPENING) return;
  closeForm.elements.code.value = error?.code ?? "UNKNOWN";
  closeForm.requestSubmit();
}

function open(TossPayments) {
  try {
    const payment = TossPayments(params.clientKey).payment({ customerKey: params.customerKey });
    payment.requestPayment(params.request).catch(close);
  } catch (error) {
    close(error);
  }
}

function giveUp() {
  waiting.hidden = true;
  failed.hidden = false;
}

// The browser's Back button out of the gateway ends here: whoever wanted to leave is not sent there again.
const cameBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward";

// Straight away, so that a phone still counts it as part of the buyer's tap; the button is the second chance
// where a pop-up blocker did not.
sdkReady().then((TossPayments) => {
  openButton.hidden = false;
  openButton.addEventListener("click", () => open(TossPayments));
  if (!cameBack) open(TossPayments);
}, giveUp);
