/** What cards and rows have in common. */
import { h, icon } from "../dom.js";
import { dayOf, days, hours, zone } from "../format.js";
import { t } from "../language.js";
import { labels } from "./labels.js";

/** A leaf of the calendar; what it says is also said in words. @param {EventItem} event */
export function dateBadge(event) {
  const { day, month } = dayOf(event);
  return h("p.date-badge", { "aria-hidden": "true" }, h("span.date-badge-month", month), h("span.date-badge-day", day));
}

/** The words of a card. @param {EventItem} event */
export const summary = (event) =>
  h("div.card-body",
    labels(event),
    h("h3.card-title", h("a", { href: event.meta.path }, event.title)),
    event.summary && h("p.card-summary", event.summary),
    h("ul.facts",
      h("li", icon("calendar"), days(event)),
      h("li", icon("clock"), event.all_day ? t.allDay : h("span", { title: zone(event) }, hours(event))),
      h("li", icon(event.venue ? "pin" : "globe"), placeName(event))));

/** @param {EventItem} event */
function placeName({ venue, attendance_mode: mode }) {
  const place = [venue?.name, venue?.city].filter(Boolean).join(", ");
  return place && mode === "mixed" ? `${place} + ${t.online.toLowerCase()}` : place || t.mode[mode];
}
