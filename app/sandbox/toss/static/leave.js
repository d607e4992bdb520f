// Tells the shop's page how the pay window inside its iframe ended. The origin was fixed when the window was opened,
// so nobody else who frames this page can read the message.
(function () {
  "use strict";
  const { leave, url, paymentKey, parentOrigin } = document.body.dataset;
  if (window.parent !== window) {
    window.parent.postMessage({ source: "toss-sandbox", kind: leave, url, paymentKey }, parentOrigin);
  }
})();
