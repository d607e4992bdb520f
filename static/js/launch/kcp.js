// [data-launch]: opens NHN KCP's window over this page. data-launch holds {action, fields}. KCP's own script, which
// must be loaded after this one and while the page is being read, looks for m_Completepayment when it starts.

(() => {
  const WAIT_MS = 10000;
  const DONE = "0000";
  const CLOSED = ["3001", "7777", ""]; // as the adapter has them

  let leaving = false; // a late word of a closed window takes nobody back from a payment
  let form = null;

  const find = (name) => document.querySelector(`[data-launch${name}]`);

  function buildForm({ action, fields }) {
    const built = document.createElement("form");
    Object.assign(built, { method: "post", action, acceptCharset: "utf-8", hidden: true });
    for (const [name, value] of Object.entries(fields)) {
      built.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
    document.body.append(built);
    return built;
  }

  // Closed or refused: the server knows the codes, and decides what the buyer reads.
  function leaveUnpaid(code) {
    const closeForm = find("-close");
    closeForm.elements.code.value = CLOSED.includes(code) ? "" : code;
    closeForm.requestSubmit();
  }

  window.m_Completepayment = (result, closeWindow) => {
    if (leaving) return;
    leaving = true;
    window.GetField(form, result);
    const code = form.elements.res_cd.value;
    if (code === DONE) {
      form.submit();
      return;
    }
    closeWindow();
    leaveUnpaid(code);
  };
  // Some have met a window that tells of its closing in this way.
  window.m_Cancelpayment = window.m_Completepayment;

  function whenReady() {
    return new Promise((resolve, reject) => {
      const until = Date.now() + WAIT_MS;
      const look = () => {
        if (window.KCP_Pay_Execute_Web && window.GetField) resolve();
        else if (Date.now() > until) reject(new Error("the payment script did not load"));
        else setTimeout(look, 50);
      };
      look();
    });
  }

  function giveUp() {
    find("-waiting").hidden = true;
    find("-failed").hidden = false;
  }

  document.addEventListener("DOMContentLoaded", () => {
    form = buildForm(JSON.parse(find("").dataset.launch));
    const openButton = find("-open");
    const open = () => window.KCP_Pay_Execute_Web(form);
    // The browser's Back button out of the gateway ends here: whoever wanted to leave is not sent there again.
    const cameBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
    whenReady().then(() => {
      openButton.hidden = false;
      openButton.addEventListener("click", open);
      if (!cameBack) open();
    }, giveUp);
  });
})();
