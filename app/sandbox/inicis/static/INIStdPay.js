// Stand-in for Inicis' PC script. Runs on the shop's page, under its Content-Security-Policy: no eval, no inline styles,
// nothing but a form posted into an iframe at the address this file came from.
(function () {
  "use strict";

  const WINDOW = new URL("../payMain/pay", document.currentScript.src);
  const NEEDED = [
    "version", "gopaymethod", "mid", "oid", "price", "currency", "timestamp", "signature", "mKey", "goodname",
    "buyername", "buyertel", "buyeremail", "returnUrl", "acceptmethod",
  ];
  const LENGTHS = { mid: [1, 10], oid: [1, 40], price: [1, 64], currency: [3, 3], buyertel: [1, 20], timestamp: [1, 20], mKey: [1, 128] };
  const MAY_BE_EMPTY = ["gopaymethod", "acceptmethod"];
  let open = null; // the one overlay on this page
  let popup = null; // the fields that a popup has to post

  window.INIStdPay = { pay: pay, viewOff: viewOff, takeFields: takeFields };

  function pay(id) {
    const form = document.getElementById(id);
    if (/Android|iPhone|iPad|iPod|Mobile/i.test(navigator.userAgent)) return refuse("a mobile browser: use the mobile page");
    if (!form) return refuse("there is no form " + id);
    const fields = Object.fromEntries(new FormData(form));
    const problem = problemOf(fields);
    if (problem) return refuse(problem);
    if (open) return;
    Object.assign(fields, { requestByJs: "true", sim_origin: window.location.origin });
    if (fields.payViewType === "popup") {
      popup = fields;
      if (!window.open(fields.popupUrl, "INIStdPayPopup", "width=820,height=600")) refuse("the popup was blocked");
      return;
    }
    show(fields);
  }

  function problemOf(fields) {
    for (const name of NEEDED) {
      if (!(name in fields)) return "missing input: " + name;
      if (!fields[name] && !MAY_BE_EMPTY.includes(name)) return "empty: " + name;
    }
    for (const [name, [least, most]] of Object.entries(LENGTHS)) {
      if (fields[name].length < least || fields[name].length > most) return "length: " + name;
    }
    return /^[0-9]+$/.test(fields.price) && Number(fields.price) > 0 ? "" : "price";
  }

  function refuse(problem) {
    console.error("INIStdPay: " + problem);
    throw new Error("INIStdPay: " + problem);
  }

  function show(fields) {
    const overlay = buildOverlay();
    const posted = buildForm(fields, overlay.frame.name);
    open = { root: overlay.root, posted: posted, focused: document.activeElement, listen: onMessage };
    window.addEventListener("message", onMessage);
    document.body.append(overlay.root, posted);
    posted.submit();
    overlay.frame.focus();

    function onMessage(event) {
      if (event.origin !== WINDOW.origin || event.source !== overlay.frame.contentWindow) return;
      const message = event.data;
      if (!message || message.source !== "inicis-sandbox" || !message.go) return;
      if (new URL(message.go).origin === WINDOW.origin) window.location.assign(message.go);
    }
  }

  // Called by INIStdPay_close.js from the page at closeUrl, which the overlay has loaded.
  function viewOff() {
    if (!open) return;
    window.removeEventListener("message", open.listen);
    open.root.remove();
    open.posted.remove();
    if (open.focused && open.focused.focus) open.focused.focus();
    open = null;
  }

  // Called by INIStdPay_popup.js from the page at popupUrl.
  function takeFields() {
    const fields = popup;
    popup = null;
    return { action: WINDOW.href, fields: fields };
  }

  function buildForm(fields, target) {
    const form = document.createElement("form");
    form.hidden = true;
    for (const [name, value] of Object.entries(fields)) {
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name: name, value: value });
      form.append(input);
    }
    Object.assign(form, { method: "post", action: WINDOW.href, target: target, acceptCharset: "UTF-8" });
    return form;
  }

  // Styles are set property by property: a strict Content-Security-Policy forbids style attributes and elements.
  function buildOverlay() {
    const root = document.createElement("div");
    root.setAttribute("role", "dialog");
    root.setAttribute("aria-modal", "true");
    root.setAttribute("aria-label", "테스트 결제창");
    Object.assign(root.style, {
      position: "fixed", inset: "0", zIndex: "2147483647", display: "flex",
      alignItems: "center", justifyContent: "center", background: "rgba(34, 26, 28, 0.55)",
    });
    const frame = document.createElement("iframe");
    frame.name = "inicis_window_" + Math.random().toString(36).slice(2);
    frame.title = "테스트 결제창";
    Object.assign(frame.style, {
      width: "min(820px, 100%)", height: "min(600px, 100%)", border: "0", borderRadius: "12px",
      background: "#fff", boxShadow: "0 24px 64px rgba(34, 26, 28, 0.3)",
    });
    root.append(frame);
    return { root: root, frame: frame };
  }
})();
