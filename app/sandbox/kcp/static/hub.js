// Stand-in for KCP's PC script. It has the real one's habits: it must be loaded while the page is being parsed and
// after m_Completepayment is defined, and its functions appear a little later.
// Runs on the shop's page, under its Content-Security-Policy: no eval, no inline styles, nothing but a form posted
// into an iframe at the address this file came from.
(function () {
  "use strict";

  const WINDOW = new URL("../window", document.currentScript.src);
  const LATE = document.currentScript.async || document.currentScript.defer || document.readyState !== "loading";
  const APPEARS_AFTER_MS = 150;
  const complete = window.m_Completepayment;
  let open = null; // the one overlay on this page

  if (LATE) {
    console.error("kcp_spay_hub.js writes into the document: load it synchronously, while the page is parsed.");
    return;
  }
  if (typeof complete !== "function") {
    console.error("kcp_spay_hub.js: define m_Completepayment before this script is loaded.");
    return;
  }

  window.setTimeout(function () {
    window.KCP_Pay_Execute_Web = execute;
    window.KCP_Pay_Execute = execute; // name in the older script
    window.GetField = getField;
  }, APPEARS_AFTER_MS);

  function execute(form) {
    if (open) return;
    const overlay = buildOverlay();
    const focused = document.activeElement;
    const posted = buildForm(form, overlay.frame.name);

    function close() {
      window.removeEventListener("message", onMessage);
      overlay.root.remove();
      posted.remove();
      open = null;
      if (focused && focused.focus) focused.focus();
    }
    function onMessage(event) {
      if (event.origin !== WINDOW.origin || event.source !== overlay.frame.contentWindow) return;
      const message = event.data;
      if (!message || message.source !== "kcp-sandbox" || !message.fields) return;
      for (let time = 0; time < message.times; time += 1) hand(message, close);
    }

    open = overlay;
    window.addEventListener("message", onMessage);
    document.body.append(overlay.root, posted);
    posted.submit();
    overlay.frame.focus();
  }

  // The result goes to the shop's function, as a form or as an object.
  function hand(message, close) {
    const closed = message.fields.res_cd === "3001" && message.closedWindow !== "m_Completepayment";
    const receiver = closed ? window[message.closedWindow] : complete;
    if (typeof receiver !== "function") {
      close();
      return;
    }
    receiver(message.argument === "json" ? { ...message.fields } : asForm(message.fields), close);
  }

  // Copies a result into the shop's form, whichever of both it is.
  function getField(form, result) {
    const fields = result instanceof HTMLFormElement ? Object.fromEntries(new FormData(result)) : result;
    for (const [name, value] of Object.entries(fields)) {
      let input = form.elements.namedItem(name);
      if (!input) {
        input = hidden(name, "");
        form.append(input);
      }
      input.value = value instanceof HTMLInputElement ? value.value : value;
    }
  }

  // The shop's form again, posted into the overlay in the charset of the page.
  function buildForm(form, target) {
    const encoding = (form.elements.namedItem("ordr_enc_type") || {}).value || document.characterSet;
    const posted = asForm(Object.fromEntries(new FormData(form)));
    posted.append(hidden("encType", encoding), hidden("sim_origin", window.location.origin));
    posted.method = "post";
    posted.action = WINDOW.href;
    posted.target = target;
    posted.acceptCharset = encoding;
    return posted;
  }

  function asForm(fields) {
    const form = document.createElement("form");
    form.hidden = true;
    for (const [name, value] of Object.entries(fields)) form.append(hidden(name, value));
    return form;
  }

  function hidden(name, value) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name: name, value: value });
    return input;
  }

  // Styles are set property by property: a strict Content-Security-Policy forbids style attributes and elements.
  function buildOverlay() {
    const root = document.createElement("div");
    root.setAttribute("role", "dialog");
    root.setAttribute("aria-modal", "true");
    root.setAttribute("aria-label", "테스트 결제창");
    Object.assign(root.style, {
      position: "fixed", inset: "0", zIndex: "2147483647", display: "flex",
      alignItems: "center", justifyContent: "center", background: "rgba(15, 23, 42, 0.55)",
    });
    const frame = document.createElement("iframe");
    frame.name = "kcp_window_" + Math.random().toString(36).slice(2);
    frame.title = "테스트 결제창";
    Object.assign(frame.style, {
      width: "min(760px, 100%)", height: "min(570px, 100%)", border: "0", borderRadius: "12px",
      background: "#fff", boxShadow: "0 24px 64px rgba(15, 23, 42, 0.3)",
    });
    root.append(frame);
    return { root: root, frame: frame };
  }
})();
