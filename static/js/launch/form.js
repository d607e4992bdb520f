// form[data-launch-form]: sends the buyer to a gateway that is entered by a form post. Its button does the
// same by hand.

const form = document.querySelector("form[data-launch-form]");

// The browser's Back button out of the gateway ends here: whoever wanted to leave is not sent there again.
const cameBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward";

if (!cameBack) form.requestSubmit();
