// The only content of the shop's page at closeUrl, which is loaded in the overlay or in a popup.
(function () {
  "use strict";
  if (window.parent !== window && window.parent.INIStdPay) window.parent.INIStdPay.viewOff();
  else if (window.opener) window.close();
})();
