import { h } from "../dom.js";
import { isOver } from "../format.js";
import { t } from "../language.js";

/** Kind and state of an event in a word each. @param {EventItem} event */
export function labels(event) {
  const { event_status: status } = event;
  const isNow = status !== "cancelled" && status !== "postponed" && isOver(event) === false;
  return h("p.labels",
    h("span.label", t.type[event.event_type]),
    status !== "scheduled" && h("span", { class: `label label-${status}` }, t.status[status]),
    isNow && h("span.label.label-now", t.now));
}
