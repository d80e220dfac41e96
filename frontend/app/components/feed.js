/** Ways to keep the list of events in one's own calendar. */
import { API_URL } from "../api.js";
import { asParams } from "../event-query.js";
import { h, icon } from "../dom.js";
import { inLanguage, locale } from "../language.js";
import { style } from "../style.js";

const words = {
  en: {
    text: "New events then appear in your calendar by themselves.",
    open: "Open in calendar program",
    file: "Feed as a file (.ics)",
  },
  es: {
    text: "Los eventos nuevos aparecerán solos en su calendario.",
    open: "Abrir en el calendario",
    file: "Calendario como archivo (.ics)",
  },
};

await style("feed");

/** The calendar with the same filters. @param {Filters} filters */
export function feedLinks(filters) {
  const { text, open, file } = inLanguage(words);
  const params = asParams(filters);
  params.set("locale", locale);
  const href = `${API_URL}/api/events.ics?${params}`;
  return [
    h("p.muted", text),
    h("a", { href: href.replace(/^https?:/, "webcal:") }, icon("calendar"), open),
    h("a", { href, download: "" }, icon("file"), file),
  ];
}
