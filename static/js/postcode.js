// Runs the postcode service in this page, and tells the page around it: {kind: "ready" | "failed"}, or
// {kind: "chosen", result}. Both pages are ours; every message carries the word that the other one began with.

const PATIENCE_MS = 8000;

const scripts = document.body.dataset.scripts.split(" ");
const place = document.getElementById("place");
let nonce = null;

const tell = (kind, result) => window.parent.postMessage({ kind, nonce, result }, location.origin);

// No cache buster: the script refuses to run when its address has a query.
function load(url) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = url;
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
}

async function service() {
  for (const url of scripts) {
    try {
      await load(url);
      const api = window.kakao?.Postcode ? window.kakao : window.daum;
      if (api?.Postcode) return api.Postcode;
    } catch {
      // The next address, if there is one.
    }
  }
  throw new Error("the postcode service did not load");
}

// As the service's own sample composes it, after Article 3 of the decree on road addresses.
function extraOf(data) {
  const parts = [];
  if (/[동로가]$/.test(data.bname)) parts.push(data.bname);
  if (data.buildingName && data.apartment === "Y") parts.push(data.buildingName);
  return parts.length ? `(${parts.join(", ")})` : "";
}

// Parcels go by road, whatever was clicked; where no road address is known, by lot.
function resultOf(data) {
  const road = data.autoRoadAddress || data.roadAddress;
  const lot = data.autoJibunAddress || data.jibunAddress;
  return {
    postalCode: data.zonecode,
    address: road || lot || data.address,
    extra: road ? extraOf(data) : "",
    lotAddress: road ? lot : "",
    region: data.sido,
    district: data.sigungu,
    districtCode: data.bcode,
    buildingCode: data.buildingCode,
  };
}

// The service's frame stands in a frame without an address, whose inside is ours to look at. Once the service has come
// there, it is another's: that can be told by that nothing of it can be seen any more.
function hasCome() {
  const outer = place.querySelector("iframe");
  if (!outer) return false;
  if (!outer.contentDocument) return true;
  const inner = outer.contentDocument.querySelector("iframe");
  if (!inner) return false;
  listen(outer.contentDocument);
  return !inner.contentDocument;
}

const listened = new Set();

// The policy of this page holds in its frames without an address too.
function listen(within) {
  if (listened.has(within)) return;
  listened.add(within);
  within.addEventListener("securitypolicyviolation", (event) => {
    if (/frame|child/.test(event.effectiveDirective)) tell("failed");
  });
}

function whenShown() {
  const until = Date.now() + PATIENCE_MS;
  return new Promise((resolve, reject) => {
    const look = () => {
      if (hasCome()) resolve();
      else if (Date.now() > until) reject(new Error("the postcode service did not come"));
      else setTimeout(look, 20);
    };
    look();
  });
}

async function run() {
  listen(document);
  try {
    const Postcode = await service();
    new Postcode({
      width: "100%",
      height: "100%",
      minWidth: 0,
      submitMode: false,
      hideMapBtn: true,
      hideEngBtn: true,
      useBannerLink: false,
      maxSuggestItems: 5,
      // What it throws in here would stop the service from closing: nothing does.
      oncomplete: (data) => tell("chosen", resultOf(data)),
    }).embed(place, { autoClose: false });
    await whenShown();
    tell("ready");
  } catch {
    tell("failed");
  }
}

window.addEventListener("message", (event) => {
  if (event.origin !== location.origin || event.source !== window.parent) return;
  if (nonce !== null || event.data?.kind !== "hello" || typeof event.data.nonce !== "string") return;
  nonce = event.data.nonce;
  run();
});
