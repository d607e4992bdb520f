// a[data-onward]: leads the whole window to where the link points, out of any frame this page is in. What led here is
// left out of the history: Back does not post to us again.

const link = document.querySelector("a[data-onward]");

window.top.location.replace(link.href);
