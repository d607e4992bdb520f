// [data-launch-back]: what a buyer reads whom the browser's Back button led out of the gateway, where no window opens by
// itself (see cameBack of the launchers), in place of [data-launch-opening].

if (performance.getEntriesByType("navigation")[0]?.type === "back_forward") {
  document.querySelector("[data-launch-opening]").hidden = true;
  document.querySelector("[data-launch-back]").hidden = false;
}
