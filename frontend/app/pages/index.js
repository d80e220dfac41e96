/** Which module, style sheets and words show which type of page; loaded when one is asked for. */
import { learn } from "../language.js";
import { foreign } from "../original.js";
import { style } from "../style.js";

/** @type {Record<string, Template>} */
const TEMPLATES = {
  "home.HomePage": { module: () => import("./home.js"), styles: ["cards", "people", "sections", "home"] },
  "content.EventIndexPage": { module: () => import("./event-index.js"), styles: ["cards", "fields", "list"], words: "list" },
  "content.EventPage": { module: () => import("./event.js"), styles: ["people", "sections", "blocks", "event"], words: "event" },
  "content.StandardPage": { module: () => import("./standard.js"), styles: ["sections", "blocks"] },
};

/** A page of the CMS, ready to be shown at its address. @param {Page} page @param {Site} site @param {URL} url */
export async function viewOf(page, site, url) {
  const { module, styles, words } = TEMPLATES[page.meta.type] ?? TEMPLATES["content.StandardPage"];
  const [{ view }] = await Promise.all([module(), words && learn(words), ...styles.map(style)]);
  const shown = await view(page, site, url);
  const lang = foreign(page);
  if (!lang) return shown;
  const { inOriginal } = await import("../components/original.js");
  return { ...shown, node: inOriginal(lang, shown.node) };
}
