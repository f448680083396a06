// Turns the keys that act on letters off and on; that is all that is ever kept in this browser.
(() => {
  "use strict";
  const button = document.getElementById("switch");
  const told = document.getElementById("told");
  const read = () => (localStorage.getItem("keys") === "off" ? "off" : "on");
  const show = () => { button.textContent = read() === "off" ? button.dataset.on : button.dataset.off; };
  try {
    show();
  } catch {
    return; // This browser keeps nothing: there is nothing to turn.
  }
  button.parentElement.hidden = false;
  button.addEventListener("click", () => {
    if (read() === "off") localStorage.removeItem("keys");
    else localStorage.setItem("keys", "off");
    show();
    told.textContent = told.dataset[read()];
  });
})();
