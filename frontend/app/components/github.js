/** Projects and contributions, with the moment as of which they are. */
import { h, icon } from "../dom.js";
import { inLanguage, locale } from "../language.js";
import { picture } from "./picture.js";

const words = {
  en: {
    stars: (/** @type {number} */ n) => (n === 1 ? "1 star" : `${count(n)} stars`),
    state: { open: "Open", closed: "Closed", merged: "Merged" },
    asOf: (/** @type {string} */ moment) => `From GitHub, as of ${moment}`,
    stale: "older than usual, because nothing newer could be fetched since",
  },
  es: {
    stars: (/** @type {number} */ n) => (n === 1 ? "1 estrella" : `${count(n)} estrellas`),
    state: { open: "Abierto", closed: "Cerrado", merged: "Integrado" },
    asOf: (/** @type {string} */ moment) => `De GitHub, al ${moment}`,
    stale: "más antiguo de lo normal, porque desde entonces no se pudo actualizar",
  },
};

const SIZES = "(min-width: 60em) 24rem, 92vw";

/** Cards in a grid. @param {Fetched & { items: Project[] }} section */
export const projects = (section) => [h("div.grid", section.items.map(projectCard)), asOf(section)];

/** One row for each. @param {Fetched & { items: Contribution[] }} section */
export const contributions = (section) => [h("ul.rows", section.items.map(contributionRow)), asOf(section)];

/** @param {Project} project */
function projectCard({ name, summary, html_url: href, language, stars, cover }) {
  return h("article.card",
    cover && h("div.card-media", picture(cover, SIZES, { decorative: true })),
    h("div.card-body",
      h("h3.card-title", h("a", { href, rel: "noopener" }, name)),
      summary && h("p.card-summary", summary),
      h("ul.facts",
        language && h("li", icon("code"), language),
        stars > 0 && h("li", icon("star"), inLanguage(words).stars(stars)))));
}

/** @param {Contribution} contribution */
function contributionRow({ title, html_url: href, repository, number, state, created_at }) {
  return h("li.row",
    h("span", { class: `label label-${state}` }, inLanguage(words).state[state]),
    h("a", { href, rel: "noopener" }, title),
    h("span.muted", `${repository} #${number}, ${moment(created_at, { dateStyle: "medium" })}`));
}

/** How old what is shown may be: GitHub is not asked while the page is read. @param {Fetched} section */
const asOf = ({ fetched_at, stale }) =>
  fetched_at &&
  h("p.muted.as-of",
    h("time", { datetime: fetched_at },
      inLanguage(words).asOf(moment(fetched_at, { dateStyle: "long", timeStyle: "short" }))),
    stale && ` (${inLanguage(words).stale})`);

/** @param {string} instant @param {Intl.DateTimeFormatOptions} options */
const moment = (instant, options) => new Intl.DateTimeFormat(locale, options).format(new Date(instant));

/** @param {number} n */
const count = (n) => new Intl.NumberFormat(locale).format(n);
