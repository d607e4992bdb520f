// Inside the service's frame: search, list, and the choice told to exactly the origin that the frame was opened for.

const told = new URLSearchParams(location.search);
// In a layer the page stands around a frame without an address of its own.
const page = told.get("vt") === "popup" ? window.opener : window.parent.parent;
const input = document.getElementById("region_name");
const list = document.getElementById("list");

const tell = (kind, data) => page.postMessage({ kind, data }, told.get("origin"));

function choose(record, userSelectedType) {
  const road = record.roadAddress || record.autoRoadAddress;
  const address = userSelectedType === "R" ? road : record.jibunAddress;
  tell("complete", { ...record, address, userSelectedType, query: input.value });
}

function row(record, index) {
  const item = document.createElement("li");
  item.className = "list_post_item";
  item.dataset.index = index;
  const code = document.createElement("strong");
  code.textContent = record.zonecode;
  item.append(code);
  const kinds = [["R", "도로명", record.roadAddress || record.autoRoadAddress], ["J", "지번", record.jibunAddress]];
  for (const [kind, name, address] of kinds) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link_post";
    button.textContent = `${name} ${address}${kind === "R" && record.buildingName ? ` (${record.buildingName})` : ""}`;
    button.addEventListener("click", () => choose(record, kind));
    item.append(button);
  }
  return item;
}

async function search() {
  const answer = await fetch(`records?q=${encodeURIComponent(input.value)}`);
  const records = await answer.json();
  tell("search", { q: input.value, count: records.length });
  list.replaceChildren(...records.map(row));
  document.getElementById("none").hidden = records.length > 0;
  tell("resize", { width: document.documentElement.scrollWidth, height: document.documentElement.scrollHeight });
}

document.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  search();
});
input.value = told.get("q") ?? "";
if (input.value) search();
