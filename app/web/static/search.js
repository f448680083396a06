// Results while typing: the same page is asked for with what stands in the box, and its results put in place.
// Without this, Enter does the same. Nothing is kept, and nobody but our own server is asked.
(() => {
  "use strict";
  const PAUSE = 60; // Milliseconds without a key until the server is asked.
  const BREATH = 700; // Until the count is read out: nobody wants to hear every letter's.
  const box = document.getElementById("q");
  const status = document.getElementById("told");
  let shown = new URLSearchParams(location.search).get("q") ?? "";
  let pause, breath, running;

  const found = () => document.getElementById("found");
  const stops = () => [...found().querySelectorAll("a[data-stop]")];

  function address() {
    const asked = new URLSearchParams(location.search);
    asked.delete("page");
    asked.set("q", box.value);
    if (!box.value.trim()) {
      // Filters of nothing are no state to keep.
      for (const name of [...asked.keys()]) if (!["lang", "valid_on", "known_at"].includes(name)) asked.delete(name);
    }
    const query = asked.toString();
    return location.pathname + (query ? "?" + query : "");
  }

  async function ask() {
    if (box.value.trim() === shown.trim()) return;
    const to = address();
    running?.abort();
    running = new AbortController();
    found().setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(to, { signal: running.signal, headers: { Typing: "1", Accept: "text/html" } });
      if (!answer.ok) throw new Error(answer.statusText);
      put(new DOMParser().parseFromString(await answer.text(), "text/html"), to);
    } catch (error) {
      // What is shown stays until the next letter, or Enter, asks again.
      if (error.name !== "AbortError") found().removeAttribute("aria-busy");
    }
  }

  function put(page, to) {
    shown = new URL(to, location.href).searchParams.get("q") ?? "";
    // The frame's links, and what Enter sends, belong to what is shown now.
    for (const part of ["#found", "#kept", "header", "footer", "link[rel=alternate]"]) {
      const [now, then] = [document.querySelector(part), page.querySelector(part)];
      const leftAlone = now?.contains(document.activeElement);
      if (now && then) now.replaceWith(document.adoptNode(then));
      if (leftAlone) box.focus();
    }
    document.title = page.title;
    history.replaceState(null, "", to);
    clearTimeout(breath);
    const heading = document.getElementById("results") ?? found().querySelector("[role=alert]");
    breath = setTimeout(() => { status.textContent = heading?.textContent ?? ""; }, BREATH);
  }

  function step(by) {
    const all = stops();
    const at = all.indexOf(document.activeElement);
    const to = at + by;
    if (to < 0) box.focus();
    else all[to]?.focus();
  }

  function keysAreOff() {
    try {
      return localStorage.getItem("keys") === "off";
    } catch {
      return false;
    }
  }

  box.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(ask, PAUSE);
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const on = document.activeElement;
    const inStops = on.matches?.("#found a[data-stop]");
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && (inStops || (on === box && event.key === "ArrowDown"))) {
      event.preventDefault();
      step(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape" && inStops) {
      box.focus();
    } else if (event.key === "/" && !on.matches?.("input, textarea, select, [contenteditable]") && !keysAreOff()) {
      event.preventDefault();
      box.focus();
      box.select();
    }
  });

  if (!keysAreOff()) {
    document.getElementById("keys").hidden = false;
    box.setAttribute("aria-describedby", "hint keys");
  }
  // The browser may have put back what was typed before.
  addEventListener("pageshow", ask);
})();
