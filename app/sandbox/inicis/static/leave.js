// Ends the pay window. In the overlay it asks the shop's page to go to the sandbox's page of return, because a frame in
// which nobody has clicked may not move the page around it; everywhere else it goes back without a press.
(function () {
  "use strict";
  const { out, parentOrigin, delayS, twice } = document.body.dataset;
  const back = document.querySelector("[data-back]");
  const framed = window.parent !== window;

  window.setTimeout(function () {
    if (out && framed) {
      const address = new URL(out, window.location.href).href;
      window.parent.postMessage({ source: "inicis-sandbox", go: address }, parentOrigin);
    } else if (back) {
      comeBack();
    }
  }, Number(delayS) * 1000);

  // The first of two returns goes beside the page, as a browser does that loads the page again. It is not waited for:
  // it would be a different mistake if both came one after the other.
  function comeBack() {
    const link = back.href;
    if (twice && link) fetch(link, { mode: "no-cors", keepalive: true });
    if (twice && !link) {
      const headers = { "Content-Type": "application/x-www-form-urlencoded" };
      const body = back.dataset.encoded;
      fetch(back.action, { method: "POST", mode: "no-cors", keepalive: true, headers: headers, body: body });
    }
    if (link) window.location.replace(link);
    else back.submit();
  }
})();
