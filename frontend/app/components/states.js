/** What stands in the place of a page if there is none; loaded then. */
import { h } from "../dom.js";
import { inLanguage } from "../language.js";
import { style } from "../style.js";
import { words } from "../text/states.js";

await style("states");

/** @param {string} start Path of the start page in this language. */
export function notFound(start) {
  const { notFoundTitle, notFoundText, toStart } = inLanguage(words);
  return h("div.notice.wrap",
    h("p.notice-mark", { "aria-hidden": "true" }, "404"),
    h("h1", { tabindex: -1 }, notFoundTitle),
    h("p.lead", notFoundText),
    h("a.button", { href: start }, toStart));
}

/**
 * What went wrong, in words, and a way on.
 * @param {Partial<ApiError>} error @param {() => void} retry @param {"h1" | "h2"} heading
 */
export function failure({ status, problem, retryAfter }, retry, heading = "h1") {
  const w = inLanguage(words);
  const isBusy = status === 429;
  const button = h("button.button", { type: "button", onclick: retry }, w.retry);
  return h("div.notice.wrap",
    h(heading, { tabindex: -1 }, isBusy ? w.busyTitle : w.failedTitle),
    h("p.lead", isBusy ? w.busyText : status ? w.serverText : w.offlineText, " ",
      isBusy && countdown(retryAfter ?? 10, button)),
    button,
    problem && h("p.muted", w.reference(problem.request_id)));
}

/** Seconds that run down; the button works when they are over. @param {number} seconds @param {HTMLButtonElement} button */
export function countdown(seconds, button) {
  const { busyWait } = inLanguage(words);
  const text = h("span", busyWait(seconds));
  const ready = Date.now() + seconds * 1000;
  button.disabled = true;
  const timer = setInterval(() => {
    const left = Math.ceil((ready - Date.now()) / 1000);
    text.textContent = left > 0 ? busyWait(left) : "";
    button.disabled = left > 0;
    if (left <= 0) clearInterval(timer);
  }, 500);
  return text;
}
