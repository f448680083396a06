// Copies the product number, by its button or the letter c; what happened is told where screen readers hear it.
(() => {
  "use strict";
  const button = document.getElementById("copy");
  const number = document.getElementById("varenr");
  const told = document.getElementById("copied");
  button.parentElement.hidden = false;

  function mark() {
    const range = document.createRange();
    range.selectNodeContents(number);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  }

  function tell(what) {
    // Emptied first: the same words said again are announced again.
    told.textContent = "";
    setTimeout(() => { told.textContent = told.dataset[what]; }, 50);
  }

  async function copy() {
    try {
      await navigator.clipboard.writeText(number.textContent);
      tell("copied");
    } catch {
      // Some browsers have no clipboard for pages: the number stands marked, for the reader's own keys.
      mark();
      tell("marked");
    }
  }

  const keysAreOff = () => {
    try {
      return localStorage.getItem("keys") === "off";
    } catch {
      return false;
    }
  };

  button.addEventListener("click", copy);
  document.addEventListener("keydown", (event) => {
    const writing = event.target.closest?.("input, select, textarea, [contenteditable]");
    const chosen = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.repeat;
    if (event.key !== "c" || chosen || writing || keysAreOff()) return;
    event.preventDefault();
    copy();
  });
})();
