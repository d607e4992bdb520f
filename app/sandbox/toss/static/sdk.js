// Stand-in for the Toss Payments browser SDK v2: the `payment()` window only.
// Runs on the shop's page, under its Content-Security-Policy: no eval, no inline styles, no other requests than to
// the address this file came from.
(function () {
  "use strict";

  const ANONYMOUS = "@@ANONYMOUS";
  const WINDOW_REQUESTS = new URL("../sim/window-requests", document.currentScript.src).href;
  const MESSAGES = {
    INVALID_CLIENT_KEY: "잘못된 클라이언트 키입니다.",
    NOT_SUPPORTED_WIDGET_KEY: "결제위젯 연동 키는 지원하지 않습니다. API 개별 연동 키를 사용해주세요.",
    INVALID_CUSTOMER_KEY: "customerKey가 올바르지 않습니다.",
    INSECURE_KEY_USAGE: "customerKey에 시크릿 키를 사용할 수 없습니다.",
    INVALID_PARAMETERS: "파라미터가 올바르지 않습니다.",
    NOT_SUPPORTED_METHOD: "지원하지 않는 결제수단입니다.",
    NOT_SUPPORTED_PROMISE: "successUrl과 failUrl을 설정해주세요.",
    INVALID_AMOUNT_VALUE: "결제 금액이 올바르지 않습니다.",
    INVALID_AMOUNT_CURRENCY: "통화는 KRW만 사용할 수 있습니다.",
    BELOW_ZERO_AMOUNT: "결제 금액은 0보다 커야 합니다.",
    INCORRECT_SUCCESS_URL_FORMAT: "successUrl은 origin을 포함한 URL이어야 합니다.",
    INCORRECT_FAIL_URL_FORMAT: "failUrl은 origin을 포함한 URL이어야 합니다.",
    INVALID_METHOD_TRANSACTION: "이미 진행 중인 결제 요청이 있습니다.",
    V1_METHOD_NOT_SUPPORTED: "SDK v1의 함수입니다. payment()를 사용해주세요.",
    USER_CANCEL: "취소되었습니다.",
    UNKNOWN: "결제창을 열지 못했습니다. 잠시 후 다시 시도해주세요.",
  };

  let running = null; // the one request in progress on this page: { stop(error) }

  // A page that comes back from the back/forward cache still thinks that its request runs.
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) running = null;
  });

  function TossPayments(clientKey) {
    return {
      payment: function (options) {
        const customerKey = options && options.customerKey;
        let mine = null;
        return {
          requestPayment: function (params) {
            return new Promise(function (resolve, reject) {
              if (running) throw problem("INVALID_METHOD_TRANSACTION");
              const given = params || {};
              checkKeys(clientKey, customerKey);
              checkParams(given);
              mine = running = { stop: reject };
              open(clientKey, customerKey, given, mine).catch(function (error) {
                mine.stop(error);
                if (running === mine) running = null;
              });
            });
          },
          destroy: function () {
            if (mine && running === mine) {
              running = null;
              mine.stop(problem("UNKNOWN", "결제 요청이 중단되었습니다."));
            }
          },
        };
      },
      requestPayment: function () {
        return Promise.reject(problem("V1_METHOD_NOT_SUPPORTED"));
      },
    };
  }

  // The server checks everything again and more; these need no request.
  function checkKeys(clientKey, customerKey) {
    if (/^(test|live)_gck_/.test(clientKey)) throw problem("NOT_SUPPORTED_WIDGET_KEY");
    if (!/^test_ck_[A-Za-z0-9_-]+$/.test(clientKey)) throw problem("INVALID_CLIENT_KEY");
    if (/^(test|live)_g?sk_/.test(customerKey)) throw problem("INSECURE_KEY_USAGE");
    if (!/^[A-Za-z0-9_=.@-]{2,50}$/.test(customerKey || "")) throw problem("INVALID_CUSTOMER_KEY");
  }

  function checkParams(params) {
    if (typeof params.method !== "string") throw problem("NOT_SUPPORTED_METHOD");
    const amount = params.amount;
    if (!amount || !Number.isInteger(amount.value)) throw problem("INVALID_AMOUNT_VALUE");
    if (amount.currency !== "KRW") throw problem("INVALID_AMOUNT_CURRENCY");
    if (amount.value < 0) throw problem("BELOW_ZERO_AMOUNT");
    if (!params.successUrl && !params.failUrl) throw problem("NOT_SUPPORTED_PROMISE");
    if (!/^https?:\/\/[^\s/]+/.test(params.successUrl || "")) throw problem("INCORRECT_SUCCESS_URL_FORMAT");
    if (!/^https?:\/\/[^\s/]+/.test(params.failUrl || "")) throw problem("INCORRECT_FAIL_URL_FORMAT");
    if (params.windowTarget === "iframe" && isMobile()) {
      throw problem("INVALID_PARAMETERS", "모바일에서는 windowTarget에 iframe을 사용할 수 없습니다.");
    }
  }

  async function open(clientKey, customerKey, params, request) {
    const target = params.windowTarget || (isMobile() ? "self" : "iframe");
    const created = await createPayment({
      ...params,
      successUrl: new URL(params.successUrl).href, // as a browser would write it: non-ASCII encoded
      failUrl: new URL(params.failUrl).href,
      windowTarget: target,
      clientKey: clientKey,
      customerKey: customerKey,
      origin: window.location.origin,
    });
    if (running !== request) return; // destroyed meanwhile
    if (target === "self") {
      window.location.assign(created.windowUrl);
    } else {
      showOverlay(created, request);
    }
  }

  async function createPayment(body) {
    let response, answer;
    try {
      response = await fetch(WINDOW_REQUESTS, {
        method: "POST",
        credentials: "omit",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
      answer = await response.json();
    } catch (error) {
      throw problem("UNKNOWN");
    }
    if (!response.ok) throw problem(answer.code, answer.message);
    return answer;
  }

  function showOverlay(created, request) {
    const windowOrigin = new URL(created.windowUrl).origin;
    const focused = document.activeElement;
    const overlay = buildOverlay(created.windowUrl);
    const reject = request.stop;

    function end() {
      window.removeEventListener("message", onMessage);
      document.removeEventListener("keydown", onKey);
      overlay.root.removeEventListener("click", cancel);
      overlay.root.remove();
      if (focused && focused.focus) focused.focus();
    }
    function cancel() {
      if (running === request) running = null;
      request.stop(problem("USER_CANCEL"));
    }
    function onMessage(event) {
      if (event.origin !== windowOrigin || event.source !== overlay.frame.contentWindow) return;
      const message = event.data;
      if (!message || message.source !== "toss-sandbox" || message.paymentKey !== created.paymentKey) return;
      if (message.kind === "close") cancel();
      else window.location.assign(message.url); // the promise stays open: this page goes away
    }
    function onKey(event) {
      if (event.key === "Escape") cancel();
    }

    request.stop = function (error) {
      end();
      reject(error);
    };
    window.addEventListener("message", onMessage);
    document.addEventListener("keydown", onKey);
    overlay.root.addEventListener("click", cancel); // beside the window; clicks inside it stay in the iframe
    document.body.append(overlay.root);
    overlay.frame.focus();
  }

  // Styles are set property by property: a strict Content-Security-Policy forbids style attributes and elements.
  function buildOverlay(windowUrl) {
    const root = document.createElement("div");
    root.setAttribute("role", "dialog");
    root.setAttribute("aria-modal", "true");
    root.setAttribute("aria-label", "테스트 결제창");
    Object.assign(root.style, {
      position: "fixed", inset: "0", zIndex: "2147483647", display: "flex",
      alignItems: "center", justifyContent: "center", background: "rgba(15, 23, 42, 0.55)",
    });
    const frame = document.createElement("iframe");
    frame.title = "테스트 결제창";
    frame.src = windowUrl;
    Object.assign(frame.style, {
      width: "min(440px, 100%)", height: "min(760px, 100%)", border: "0", borderRadius: "16px",
      background: "#fff", boxShadow: "0 24px 64px rgba(15, 23, 42, 0.3)",
    });
    root.append(frame);
    return { root: root, frame: frame };
  }

  function isMobile() {
    const data = navigator.userAgentData;
    return data ? data.mobile : /Android|iPhone|iPad|iPod|Mobile/.test(navigator.userAgent);
  }

  function problem(code, message) {
    return Object.assign(new Error(message || MESSAGES[code] || MESSAGES.UNKNOWN), { code: code });
  }

  TossPayments.ANONYMOUS = ANONYMOUS;
  window.TossPayments = TossPayments;
})();
