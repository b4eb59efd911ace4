// Headway's own script: numbers open in a drawer over the page, and changed inputs repaint it. Every page works without.
"use strict";

const drawer = {box: null, steps: 0, home: "", title: ""};

function explains(link) {
  return link.origin === location.origin && link.pathname.startsWith("/why/") && !link.pathname.endsWith(".csv");
}

function build() {
  const box = document.createElement("dialog");
  box.className = "drawer";
  box.setAttribute("aria-label", "Why this number");
  const close = document.createElement("button");
  close.type = "button";
  close.className = "close";
  close.setAttribute("aria-label", "Close");
  close.textContent = "×";
  const inside = document.createElement("div");
  inside.className = "inside";
  box.append(close, inside);
  close.addEventListener("click", leave);
  box.addEventListener("cancel", event => { event.preventDefault(); leave(); });
  box.addEventListener("click", event => { if (event.target === box) leave(); });
  document.body.append(box);
  drawer.box = box;
  return box;
}

// The address goes back to the page's own; the browser's step back closes the drawer.
function leave() {
  if (drawer.steps) history.go(-drawer.steps);
}

function shut() {
  document.title = drawer.title;
  drawer.steps = 0;
  if (drawer.box && drawer.box.open) drawer.box.close();
}

async function fill(address) {
  const box = drawer.box || build();
  const inside = box.querySelector(".inside");
  if (!box.open) { drawer.title = document.title; box.showModal(); }
  inside.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, {headers: {"Accept": "text/html"}});
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const told = page.querySelector("article.panel") || page.querySelector("main");
    for (const first of told ? told.querySelectorAll("h1") : []) {
      const below = document.createElement("h2");  // the page under the drawer has the first heading
      below.className = "title";
      below.append(...first.childNodes);
      first.replaceWith(below);
    }
    inside.replaceChildren(...(told ? [document.importNode(told, true)] : []));
    document.title = page.title;
  } catch {
    location.assign(address);
    return;
  }
  inside.removeAttribute("aria-busy");
  box.scrollTop = 0;
  box.querySelector(".close").focus();
}

function open(address) {
  drawer.steps += 1;
  history.pushState({drawer: drawer.steps, address}, "", address);
  fill(address);
}

addEventListener("popstate", event => {
  const state = event.state;
  if (state && state.drawer) { drawer.steps = state.drawer; fill(state.address); } else { shut(); }
});

document.addEventListener("click", event => {
  const link = event.target.closest && event.target.closest("a[href]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if (document.querySelector("main article.panel") || !explains(link)) return;
  event.preventDefault();
  open(link.href);
});

// What if: the page asks for itself with the changed inputs, and only what changed is painted again.
const form = document.querySelector("form[data-live]");
if (form) {
  let asked = 0, shown = 0, waiting = null, running = false;

  const address = path => {
    const changed = new URLSearchParams();
    for (const kept of form.querySelectorAll("input[type=hidden]")) changed.append(kept.name, kept.value);
    for (const field of form.querySelectorAll("input[data-was]")) {
      if (field.value.trim() !== "" && field.value !== field.dataset.was) changed.append(field.name, field.value);
    }
    const words = changed.toString();
    return words ? `${path}?${words}` : path;
  };

  const paint = page => {
    for (const fresh of page.querySelectorAll("[data-live][id]")) {
      const old = document.getElementById(fresh.id);
      if (old && old.innerHTML !== fresh.innerHTML) {
        const open = [...old.querySelectorAll("details")].map(one => one.open);
        old.replaceChildren(...document.importNode(fresh, true).childNodes);
        old.querySelectorAll("details").forEach((one, i) => { one.open = Boolean(open[i]); });
      }
    }
  };

  const tell = words => {
    const trouble = document.getElementById("trouble");
    trouble.textContent = words;
    trouble.hidden = words === "";
  };

  const ask = async () => {
    if (running) { waiting = true; return; }
    running = true;
    const mine = ++asked;
    try {
      const answer = await fetch(address("/plan/what-if"), {headers: {"Accept": "text/html"}});
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (mine > shown) { shown = mine; tell(answer.ok ? "" : page.querySelector("h1").textContent); }
      if (answer.ok) paint(page);
      history.replaceState(history.state, "", address("/plan"));
      document.documentElement.dataset.painted = String(mine);
    } finally {
      running = false;
      if (waiting) { waiting = null; ask(); }
    }
  };

  const mark = field => {
    field.closest(".input").classList.toggle("changed", field.value !== field.dataset.was);
  };

  for (const slider of form.querySelectorAll("input[type=range]")) {
    slider.hidden = false;
    const field = document.getElementById(slider.dataset.field);
    slider.addEventListener("input", () => { field.value = slider.value; mark(field); ask(); });
    field.addEventListener("input", () => { slider.value = field.value; mark(field); ask(); });
  }

  document.addEventListener("click", event => {
    const link = event.target.closest && event.target.closest("a[data-reset]");
    if (!link) return;
    event.preventDefault();
    for (const field of form.querySelectorAll("input[data-was]")) {
      if (link.dataset.reset === "" || link.dataset.reset === field.name) {
        field.value = field.dataset.was;
        const slider = form.querySelector(`input[data-field="${CSS.escape(field.id)}"]`);
        if (slider) slider.value = field.value;
        mark(field);
      }
    }
    ask();
  });

  form.addEventListener("submit", event => { event.preventDefault(); ask(); });
}

// Parts that take longer than their page are asked for once it stands; without this, their links lead to pages of their own.
for (const place of document.querySelectorAll("[data-later]")) {
  place.setAttribute("aria-busy", "true");
  fetch(place.dataset.later, {headers: {"Accept": "text/html"}})
    .then(answer => answer.text())
    .then(text => {
      const page = new DOMParser().parseFromString(text, "text/html");
      const part = page.querySelector("[data-part]");
      const told = document.createElement("p");
      told.className = "callout";
      told.textContent = part ? "" : page.querySelector("h1").textContent;
      place.replaceChildren(part ? document.importNode(part, true) : told);
    })
    .catch(() => {})  // the link stays
    .finally(() => place.removeAttribute("aria-busy"));
}
