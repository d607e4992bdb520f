// The stand-in for Kakao's postcode.v2.js: the same global names, options and frames, without its looks.
(() => {
  const own = document.currentScript.src;
  if (own.includes("?")) {
    alert("허용되지 않은 파라미터가 있습니다.");
    return;
  }
  const home = new URL("../../../../search", own);
  let count = 0;

  class Postcode {
    constructor(options = {}) {
      this.options = options;
    }

    embed(element, { q = "", autoClose = true } = {}) {
      if (!(element instanceof Element)) throw new TypeError("embed needs an element");
      element.querySelector("[id^=__daum__layer_]")?.remove();
      count += 1;
      const layer = document.createElement("div");
      layer.id = `__daum__layer_${count}`;
      layer.style.cssText = "position:relative;width:100%;height:100%;overflow:hidden";
      const outer = document.createElement("iframe");
      outer.style.cssText = "border:0;width:100%;height:100%";
      outer.frameBorder = "0";
      layer.append(outer);
      element.append(layer);
      const inside = outer.contentDocument;
      const viewer = inside.createElement("iframe");
      viewer.id = `__daum__viewerFrame_${count}`;
      viewer.title = "우편번호 검색 프레임";
      viewer.style.cssText = "border:0;width:100%;height:100%;min-width:0";
      viewer.src = addressOf(this.options, "layer", q);
      inside.body.style.margin = "0";
      inside.documentElement.style.height = inside.body.style.height = "100%";
      inside.body.append(viewer);
      this.listen(viewer.contentWindow, () => {
        if (autoClose) layer.remove();
      });
    }

    open({ q = "", autoClose = true, popupKey = "_blank" } = {}) {
      const popup = window.open(addressOf(this.options, "popup", q), popupKey, "width=500,height=500");
      if (!popup) {
        alert("우편번호 서비스 팝업을 열 수 없습니다. 팝업 차단을 확인해 주세요.");
        return;
      }
      let done = false;
      this.listen(popup, () => {
        done = true;
        if (autoClose) popup.close();
      });
      const timer = setInterval(() => {
        if (!popup.closed) return;
        clearInterval(timer);
        if (!done) this.options.onclose?.("FORCE_CLOSE");
      }, 200);
    }

    listen(theirs, close) {
      window.addEventListener("message", (event) => {
        if (event.source !== theirs || event.origin !== home.origin) return;
        const { kind, data } = event.data;
        if (kind === "search") this.options.onsearch?.(data);
        else if (kind === "resize") this.options.onresize?.(data);
        else if (kind === "complete") {
          this.options.oncomplete?.(data);
          close();
          this.options.onclose?.("COMPLETE_CLOSE");
        }
      });
    }
  }

  function addressOf(options, vt, q) {
    const url = new URL(home);
    const told = {
      origin: location.origin,
      vt,
      mode: "transmit",
      ani: Boolean(options.animation),
      sd: options.shorthand ?? true,
      hmb: Boolean(options.hideMapBtn),
      heb: Boolean(options.hideEngBtn),
      msi: options.maxSuggestItems ?? 10,
      sm: options.submitMode ?? true,
      fullpath: location.pathname,
      q,
    };
    for (const [name, value] of Object.entries(told)) url.searchParams.set(name, value);
    return url.href;
  }

  const api = { load: (ready) => ready(), version: "stand-in", _validParam_: true };
  for (const name of ["kakao", "daum"]) window[name] = { ...window[name], Postcode, postcode: api };
})();
