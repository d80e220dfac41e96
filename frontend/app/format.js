import { locale, t } from "./language.js";

const DAY = /** @type {const} */ ({ weekday: "short", day: "numeric", month: "short", year: "numeric" });
const LONG_DAY = /** @type {const} */ ({ ...DAY, weekday: "long", month: "long" });
const TIME = /** @type {const} */ ({ hour: "numeric", minute: "2-digit" });
const MOMENT = /** @type {const} */ ({ dateStyle: "short", timeStyle: "short" });

/** Dates and times of events. @type {EventFormat} */
export const { dayOf, days, hours, isLong, isOver, monthOf, sessionTimes, visitorsTime, zone } = {
  isLong: (event) => !isSameDay(event, start(event), end(event)),

  days: (event, isInFull) =>
    formatter(isInFull ? LONG_DAY : DAY, event.timezone).formatRange(start(event), end(event)),

  hours(event) {
    const time = formatter(TIME, event.timezone);
    if (!event.ends_at) return time.format(start(event));
    if (!isLong(event)) return time.formatRange(start(event), end(event));
    return `${time.format(start(event))} – ${time.format(end(event))}`;
  },

  zone(event) {
    const offset = part(event, { timeZoneName: "shortOffset" }, "timeZoneName");
    const place = event.timezone.split("/").pop()?.replaceAll("_", " ") ?? "";
    return t.zone(place, offset.replace("GMT", "UTC").replace("-", "−"));
  },

  visitorsTime(event) {
    const own = formatter(MOMENT).format(start(event));
    if (event.all_day || own === formatter(MOMENT, event.timezone).format(start(event))) return null;
    return formatter({ ...DAY, year: undefined, ...TIME }).formatRange(start(event), end(event));
  },

  dayOf: (event) => ({
    day: part(event, { day: "numeric" }, "day"),
    month: part(event, { month: "short", day: "numeric" }, "month").replace(".", ""),
  }),

  monthOf: (event) => formatter({ month: "long", year: "numeric" }, event.timezone).format(start(event)),

  sessionTimes: (session, isLong) =>
    isLong ? `${formatter(DAY, session.timezone).format(start(session))}, ${hours(session)}` : hours(session),

  isOver(event) {
    const now = new Date();
    if (now < start(event)) return null;
    return event.all_day && !event.ends_at ? !isSameDay(event, now, start(event)) : now > end(event);
  },
};

const start = (/** @type {Times} */ { starts_at }) => new Date(starts_at);
const end = (/** @type {Times} */ { starts_at, ends_at }) => new Date(ends_at ?? starts_at);

/** @param {Intl.DateTimeFormatOptions} options @param {string} [timeZone] Else the visitor's. */
function formatter(options, timeZone) {
  try {
    return new Intl.DateTimeFormat(locale, { ...options, timeZone });
  } catch {
    // A zone that this browser does not know yet.
    return new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" });
  }
}

/** In the event's own zone. @param {Times} event @param {Date} a @param {Date} b */
function isSameDay({ timezone }, a, b) {
  const day = formatter({ dateStyle: "short" }, timezone);
  return day.format(a) === day.format(b);
}

/** @param {Times} event @param {Intl.DateTimeFormatOptions} options @param {string} type */
const part = (event, options, type) =>
  formatter(options, event.timezone).formatToParts(start(event)).find((each) => each.type === type)?.value ?? "";
