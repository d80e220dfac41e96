import { api } from "../api.js";
import { readFilters, WHEN } from "../event-query.js";
import { h, icon } from "../dom.js";
import { locale, t } from "../language.js";

const TYPING_PAUSE_MS = 400;

/**
 * Choices take effect at once, words after a pause or with Enter.
 * @param {(filters: Filters, isTyping: boolean) => void} onchange
 */
export function filterForm(onchange) {
  let isTyping = false;
  let pause = 0;
  const search = h("input", {
    id: "search", type: "search", name: "search", maxlength: 200, placeholder: t.searchEvents, autocomplete: "off",
  });
  const kind = select("event_type", t.kind, t.anyKind, t.type);
  const mode = select("attendance_mode", t.attendance, t.anyAttendance, t.mode);
  const topic = select("tag", t.topic, t.anyTopic, {});
  const topics = h("p.chips", { role: "group", "aria-label": t.topic });
  const node = h("form.filters", { role: "search", "aria-label": t.searchEvents,
      oninput({ target }) {
        clearTimeout(pause);
        if (target !== search) return report();
        pause = setTimeout(() => {
          report(isTyping);
          isTyping = true;
        }, TYPING_PAUSE_MS);
      },
      onsubmit(event) {
        event.preventDefault();
        report(isTyping);
      },
    },
    h("fieldset.segments", h("legend.visually-hidden", t.when), WHEN.map(segment)),
    h("p.field.field-search", h("label", { for: "search" }, t.search), icon("search"), search),
    [kind, mode, topic].map((each) => h("p.field", h("label", { for: each.id }, each.title), each)),
    topics);
  loadTopics(topic);

  function report(isReplaced = false) {
    clearTimeout(pause);
    isTyping = false;
    const params = new URLSearchParams();
    for (const [name, value] of new FormData(node)) params.append(name, String(value));
    // The chip that was taken away takes the focus with it.
    if (topics.contains(document.activeElement)) topic.focus();
    onchange(readFilters(params), isReplaced);
  }

  /** Leaves alone what is being typed. @param {Filters} filters */
  function fill({ when, event_type, attendance_mode, tag, search: words }) {
    /** @type {HTMLInputElement} */ (node.querySelector(`[value=${when}]`)).checked = true;
    kind.value = event_type ?? "";
    mode.value = attendance_mode ?? "";
    topic.value = "";
    topics.replaceChildren(...tag.map(chip));
    if (search.value.trim() === words) return;
    search.value = words;
    isTyping = false;
  }
  return { node, fill };
}

/** @param {typeof WHEN[number]} value */
const segment = (value) => h("label", h("input", { type: "radio", name: "when", value }), h("span", t[value]));

/** A topic that is asked for, until it is switched off. @param {string} value */
const chip = (value) =>
  h("label.chip", h("input", { type: "checkbox", name: "tag", value, checked: true }), value, icon("close"));

/** @param {string} name @param {string} title @param {string} any @param {Record<string, string>} options */
const select = (name, title, any, options) =>
  h("select", { id: name, name, title }, Object.entries({ "": any, ...options }).map(([value, text]) => h("option", { value }, text)));

/** Of the newest events; the list works without. @param {HTMLElement} field */
async function loadTopics(field) {
  const answer = await api.get("/api/v2/events/", { query: { locale, limit: 100, fields: "_,tags" } }).catch(() => null);
  const topics = [...new Set(answer?.items.flatMap((each) => each.tags))].sort((a, b) => a.localeCompare(b, locale));
  field.append(...topics.map((value) => h("option", { value }, value)));
}
