"use strict";

// Keeps the parts of a page current that say where to look: data-live is where, data-pace (of what came) is after how many milliseconds.
// Without it every page works as well; it is only not live.
for (const region of document.querySelectorAll("[data-live]")) {
  follow(region);
}

function follow(region) {
  let tag = null;
  let failures = 0;

  async function look() {
    if (document.hidden) {
      document.addEventListener("visibilitychange", look, { once: true });
      return;
    }
    try {
      const answer = await fetch(region.dataset.live, { headers: tag ? { "If-None-Match": tag } : {} });
      if (answer.status === 401) {
        location.reload();
        return;
      }
      if (answer.status !== 304) {
        if (!answer.ok) {
          throw new Error(answer.status);
        }
        tag = answer.headers.get("ETag");
        show(region, (await answer.text()).trim());
      }
      failures = 0;
    } catch (e) {
      failures++;
    }
    document.documentElement.classList.toggle("stale", failures > 0);
    again();
  }

  function again() {
    const pace = Number(region.querySelector("[data-pace]")?.dataset.pace);
    if (pace) {
      setTimeout(look, pace * 2 ** Math.min(failures, 4));
    }
  }

  again();
}

function show(region, html) {
  // The server has escaped what is in it, as in every page.
  if (region.shown !== html) {
    region.shown = html;
    region.innerHTML = html;
  }
}

// A second press of the button would do no harm, but looks like one.
for (const form of document.forms) {
  form.addEventListener("submit", () => setTimeout(() => form.querySelectorAll("button").forEach(button => { button.disabled = true; })));
}
addEventListener("pageshow", () => document.querySelectorAll("button").forEach(button => { button.disabled = false; }));
