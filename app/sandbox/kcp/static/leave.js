// Ends the pay window. On PC it tells the shop's page; the origin was fixed when the window was opened, so nobody else
// who frames this page can read the message. On phones it sends the form back without a press.
(function () {
  "use strict";
  const { message, parentOrigin, delayS, twice } = document.body.dataset;
  const form = document.querySelector("[data-back]");

  window.setTimeout(function () {
    if (form) comeBack();
    else if (parentOrigin && window.parent !== window) {
      window.parent.postMessage({ source: "kcp-sandbox", ...JSON.parse(message) }, parentOrigin);
    }
  }, Number(delayS) * 1000);

  // The first of two returns is posted beside the page, as a browser does that loads the page again. It is not
  // waited for: it would be a different mistake if both came one after the other.
  function comeBack() {
    if (twice) {
      const body = form.dataset.encoded;
      const headers = { "Content-Type": "application/x-www-form-urlencoded" };
      fetch(form.action, { method: "POST", mode: "no-cors", keepalive: true, headers: headers, body: body });
    }
    form.submit();
  }
})();
