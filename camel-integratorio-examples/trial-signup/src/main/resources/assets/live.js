"use strict";

// Refreshes the parts of a page that have data-live, the URL; data-pace in the response is the delay in milliseconds.
// Without this script every page works, but does not refresh itself.
for (const region of document.querySelectorAll("[data-live]")) {
  follow(region);
}

function follow(region) {
  let tag = null;
  let failures = 0;

  async function refresh() {
    if (document.hidden) {
      document.addEventListener("visibilitychange", refresh, { once: true });
      return;
    }
    try {
      const response = await fetch(region.dataset.live, { headers: tag ? { "If-None-Match": tag } : {} });
      if (response.status === 401) {
        location.reload();
        return;
      }
      if (response.status !== 304) {
        if (!response.ok) {
          throw new Error(response.status);
        }
        tag = response.headers.get("ETag");
        show(region, (await response.text()).trim());
      }
      failures = 0;
    } catch (e) {
      failures++;
    }
    document.documentElement.classList.toggle("stale", failures > 0);
    scheduleNext();
  }

  function scheduleNext() {
    const pace = Number(region.querySelector("[data-pace]")?.dataset.pace);
    if (pace) {
      setTimeout(refresh, pace * 2 ** Math.min(failures, 4));
    }
  }

  scheduleNext();
}

function show(region, html) {
  // The server has escaped all values.
  if (region.shown !== html) {
    region.shown = html;
    region.innerHTML = html;
  }
}

// Prevents a second click, which would be harmless but confusing.
for (const form of document.forms) {
  form.addEventListener("submit", () => setTimeout(() => form.querySelectorAll("button").forEach(button => { button.disabled = true; })));
}
addEventListener("pageshow", () => document.querySelectorAll("button").forEach(button => { button.disabled = false; }));
