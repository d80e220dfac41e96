import { blocks } from "../blocks.js";
import { h, icon } from "../dom.js";
import { days, hours, isLong, isOver, sessionTimes, visitorsTime, zone } from "../format.js";
import { headOf } from "../head.js";
import { locale, t } from "../language.js";
import { breadcrumb } from "../components/breadcrumb.js";
import { labels } from "../components/labels.js";
import { picture } from "../components/picture.js";
import { portrait } from "../components/portrait.js";

const COVER = "(min-width: 75em) 75rem, 92vw";

/** @type {Show<EventDetail>} */
export const view = async (event, site) => {
  return {
    head: headOf(event, site),
    node: h("article.event.wrap",
      h("header.event-head",
        breadcrumb(event.meta.parent, site),
        labels(event),
        h("h1", { tabindex: -1 }, event.title),
        event.summary && h("p.lead", event.summary)),
      banner(event),
      event.cover && h("div.event-cover", picture(event.cover, COVER, { eager: true, decorative: true })),
      h("div.event-columns",
        aside(event, site),
        h("div.event-main", blocks(event.body), programme(event), speakers(event.speakers)))),
  };
};

/** What a visitor must know before all else. @param {EventDetail} event */
function banner({ event_status: status, ...event }) {
  const isPast = isOver(event);
  if (status === "scheduled") return isPast && h("p.banner", icon("clock"), t.over);
  const text = isPast && status === "moved_online" ? t.over : t.statusText[status];
  return h("p", { class: `banner banner-${status}` },
    icon(status === "moved_online" ? "globe" : "warning"),
    h("span", h("strong", `${t.status[status]}.`), " ", text));
}

/** When, where and how to take part. @param {EventDetail} event @param {Site} site */
function aside(event, site) {
  const { organizer, tags, venue, price, registration_url: registration, online_url: link } = event;
  const isOpen = event.event_status !== "cancelled" && !isOver(event);
  const local = visitorsTime(event);
  return h("aside.event-aside", { "aria-label": t.date },
    h("dl.details",
      detail("calendar", t.date,
        h("time", { datetime: event.starts_at }, days(event, true)),
        event.all_day ? muted(t.allDay) : [hours(event), muted(zone(event)), local && muted(t.yourTime(local))]),
      detail("pin", t.place,
        venue?.name && h("strong", venue.name),
        venue?.address,
        [venue?.city, venue?.country].filter(Boolean).join(", "),
        venue && venue.latitude !== null && h("a", { href: mapOf(venue), rel: "noopener noreferrer" }, t.map)),
      detail("globe", t.online,
        isOpen && link ? named(t.join, link) : event.attendance_mode !== "offline" && t.mode[event.attendance_mode]),
      detail("ticket", t.price, price ? amount(price) : event.is_free && t.free),
      detail("people", t.capacity, event.capacity),
      detail("people", t.organizer, organizer ? named(organizer.name ?? organizer.url, organizer.url) : site.name)),
    h("p.buttons",
      isOpen && registration && h("a.button", { href: registration, rel: "noopener" }, t.register, icon("arrow")),
      h("a.button.button-quiet", { href: event.calendar_url, download: "" }, icon("calendar"), t.addToCalendar)),
    tags.length > 0 && h("div.topics",
      h("h2", t.topics),
      h("ul.tags", tags.map((tag) => h("li", h("a", { href: tagged(event, tag) }, tag))))));
}

/** Other events with this tag, past ones too. @param {EventDetail} event @param {string} tag */
const tagged = ({ meta }, tag) => `${meta.parent?.path ?? ""}?${new URLSearchParams({ when: "all", tag })}`;

/** @param {string} name @param {string} term @param {Child[]} lines */
const detail = (name, term, ...lines) =>
  lines.flat().some(Boolean) &&
  h("div", h("dt", icon(name), term), h("dd", lines.flat().map((each) => each && h("span", each))));

/** @param {string | null} text @param {string | null} href */
const named = (text, href) => (href ? h("a", { href, rel: "noopener" }, text) : text);

const muted = (text = "") => h("span.muted", text);

/** @param {NonNullable<EventDetail["venue"]>} venue */
const mapOf = ({ latitude: y, longitude: x }) =>
  `https://www.openstreetmap.org/?mlat=${y}&mlon=${x}#map=17/${y}/${x}`;

/** @param {NonNullable<EventDetail["price"]>} price */
const amount = ({ amount, currency }) =>
  new Intl.NumberFormat(locale, {
    style: "currency", currency, minimumFractionDigits: Number(amount) % 1 ? 2 : 0,
  }).format(Number(amount));

/** @param {EventDetail} event */
const programme = (event) =>
  event.sessions.length > 0 &&
  h("section.programme",
    h("h2", t.programme),
    h("ol", event.sessions.map((each) => session(each, event.timezone, isLong(event)))));

/** @param {Session} session @param {string} timezone @param {boolean} isInLong */
function session({ title, speakers: names, starts_at, ends_at, abstract, slides_url, recording_url }, timezone, isInLong) {
  const times = starts_at && sessionTimes({ starts_at, ends_at, timezone, all_day: false }, isInLong);
  return h("li.session",
    h("p.session-time", times && h("time", { datetime: starts_at }, times)),
    h("div",
      h("h3", title),
      names.length > 0 && h("p.muted", `${t.with} ${names.join(", ")}`),
      abstract && h("p", abstract),
      h("p.session-links",
        slides_url && h("a", { href: slides_url, rel: "noopener" }, icon("file"), t.slides),
        recording_url && h("a", { href: recording_url, rel: "noopener" }, icon("video"), t.recording))));
}

/** @param {Speaker[]} people */
const speakers = (people) =>
  people.length > 0 && h("section.speakers", h("h2", t.speakers), h("ul", people.map(speaker)));

/** @param {Speaker} speaker */
function speaker({ name, role, organisation, bio, url, photo }) {
  const position = [role, organisation].filter(Boolean).join(", ");
  return h("li.person",
    portrait(photo, name),
    h("div", h("h3", named(name, url)), position && h("p.muted", position), bio && h("p", bio)));
}
