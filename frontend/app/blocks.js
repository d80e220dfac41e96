/** The blocks of a body, as events and standard pages have them. */
import { h, icon, richText } from "./dom.js";
import { inLanguage, locale } from "./language.js";
import { callToAction } from "./components/call-to-action.js";
import { picture } from "./components/picture.js";

const words = {
  en: {
    document: "Document",
    watch: (/** @type {string} */ provider) => `Opens ${provider} in a new tab`,
  },
  es: {
    document: "Documento",
    watch: (/** @type {string} */ provider) => `Abre ${provider} en otra pestaña`,
  },
};

const COLUMN = "(min-width: 48em) 44rem, 92vw";

/** @type {{ [K in Block["type"]]: (value: Extract<Block, { type: K }>["value"]) => Node }} */
const BLOCKS = {
  heading: ({ text, level }) => h(level === 2 ? "h2" : "h3", text),
  rich_text: richText,
  image: ({ image, caption }) => figure(image, caption, COLUMN),
  gallery: ({ heading, images }) =>
    h("section.gallery",
      heading && h("h2", heading),
      h("div.gallery-grid", images.map(({ image, caption }) => figure(image, caption, "(min-width: 48em) 20rem, 92vw")))),
  quote: ({ text, attribution }) =>
    h("figure.quote", h("blockquote", h("p", text)), attribution && h("figcaption", attribution)),
  code: ({ language, code }) =>
    h("figure.code",
      language !== "text" && h("figcaption", language),
      // What scrolls has to be reached by keyboard, too.
      h("pre", { tabindex: 0 }, h("code", code))),
  embed: ({ provider, url, title, thumbnail }) =>
    h("a.embed", { href: url, target: "_blank", rel: "noopener noreferrer" },
      h("span.embed-picture",
        thumbnail && picture(thumbnail, COLUMN, { decorative: true }),
        h("span.embed-play", icon("play"))),
      h("span.embed-text", h("strong", title), h("span.muted", inLanguage(words).watch(provider ?? new URL(url).hostname)))),
  document: ({ title, url, size }) =>
    h("a.document", { href: url },
      icon("file"),
      h("span", h("strong", title), h("span.muted", documentKind(url, size)))),
  call_to_action: callToAction,
};

/** The blocks in a column; types that are not known are passed over. @param {Block[]} body */
export const blocks = (body) =>
  h("div.blocks", body.map(({ type, value }) => type in BLOCKS && BLOCKS[type](/** @type {never} */ (value))));

/** @param {Image} image @param {string | null} caption @param {string} sizes */
const figure = (image, caption, sizes) =>
  h("figure.figure", picture(image, sizes), caption && h("figcaption", caption));

/** As `PDF, 2.4 MB`. @param {string} url @param {number | null} bytes */
function documentKind(url, bytes) {
  const ending = /\.(\w{1,5})$/.exec(new URL(url).pathname)?.[1].toUpperCase() ?? inLanguage(words).document;
  if (bytes === null) return ending;
  const [unit, value] = bytes < 1e6 ? ["kilobyte", bytes / 1e3] : ["megabyte", bytes / 1e6];
  const maximumFractionDigits = value < 10 ? 1 : 0;
  const size = new Intl.NumberFormat(locale, { style: "unit", unit: String(unit), maximumFractionDigits });
  return `${ending}, ${size.format(Number(value))}`;
}
