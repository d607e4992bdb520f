// The only content of the shop's page at popupUrl: takes the order from the page that opened it, and posts it here.
(function () {
  "use strict";
  const { action, fields } = window.opener.INIStdPay.takeFields();
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action: action, acceptCharset: "UTF-8", hidden: true });
  for (const [name, value] of Object.entries(fields)) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name: name, value: value });
    form.append(input);
  }
  document.body.append(form);
  form.submit();
})();
