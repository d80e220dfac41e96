/** The landing page and its sections. */
import { h, icon, richText } from "../dom.js";
import { headOf } from "../head.js";
import { t } from "../language.js";
import { callToAction } from "../components/call-to-action.js";
import { eventCard } from "../components/event-card.js";
import { formPlace } from "../components/form-place.js";
import { picture } from "../components/picture.js";
import { testimonialCard } from "../components/testimonial.js";

/** @typedef {{ site: Site, isFirst: boolean }} Context */

/** @type {{ [K in Section["type"]]: (value: Extract<Section, { type: K }>["value"], context: Context) => Child | Promise<Child> }} */
const SECTIONS = {
  hero,
  rich_text: (html) => h("section.section.wrap.narrow", richText(html)),
  statistics: ({ heading, items }) =>
    section(heading, h("dl.statistics", items.map(({ value, label }) => h("div", h("dt", label), h("dd", value))))),
  events: ({ heading, mode, items }) =>
    items.length > 0 &&
    section(heading, h("div.grid", items.map(eventCard)), mode === "upcoming" && listOf(items[0].meta.path)),
  testimonials: ({ heading, items }) =>
    items.length > 0 && section(heading, h("div.grid.grid-testimonials", items.map(testimonialCard)), null, "tinted"),
  projects: async (value) =>
    value.items.length > 0 && section(value.heading, (await github()).projects(value)),
  contributions: async (value) =>
    value.items.length > 0 && section(value.heading, (await github()).contributions(value)),
  call_to_action: (value) => h("div.section.wrap", callToAction(value)),
  contact_form: (value, { site }) => formSection(value, formPlace("contact", site)),
  newsletter_form: (value, { site }) => formSection(value, formPlace("newsletter", site), "tinted"),
};

const github = () => import("../components/github.js");

/**
 * The sections stand in the editors' order; types that are not known are passed over. The first
 * hero has the page's heading.
 * @type {Show<HomePage>}
 */
export const view = async (page, site) => {
  const first = page.sections.find(({ type }) => type === "hero");
  const shown = page.sections.map((each) => {
    const context = { site, isFirst: each === first };
    return each.type in SECTIONS && SECTIONS[each.type](/** @type {never} */ (each.value), context);
  });
  const heading = !first && h("h1.visually-hidden", { tabindex: -1 }, page.title);
  return { head: headOf(page, site), node: h("div.home", heading, await Promise.all(shown)) };
};

/** @param {Extract<Section, { type: "hero" }>["value"]} value @param {Context} context */
function hero({ heading, text, image, links }, { isFirst }) {
  const buttons = links.map(({ label, url: href }, index) =>
    index ? h("a.button.button-quiet", { href }, label) : h("a.button", { href }, label, icon("arrow")));
  return h(image ? "section.hero" : "section.hero.hero-plain",
    h("div.hero-text",
      isFirst ? h("h1", { tabindex: -1 }, heading) : h("h2", heading),
      text && h("p.lead", text),
      buttons.length > 0 && h("p.buttons", buttons)),
    image && h("div.hero-picture", picture(image, "(min-width: 56em) 54vw, 92vw", { eager: isFirst })));
}

/** @param {string | null} heading @param {Child} content @param {Child} [aside] @param {string} [kind] */
const section = (heading, content, aside, kind = "") =>
  h("section", { class: `section ${kind}` },
    h("div.wrap", h("div.section-head", heading && h("h2", heading), aside), content));

/** @param {{ heading: string, text: string | null }} value @param {Child} form @param {string} [kind] */
const formSection = ({ heading, text }, form, kind = "") =>
  h("section", { class: `section ${kind}` },
    h("div.wrap.form-section", h("div", h("h2", heading), text && h("p.lead", text)), form));

/** The list that an event stands in: its page is below the list's. @param {string} path */
const listOf = (path) => h("a.more", { href: path.replace(/[^/]+\/$/, "") }, t.toEvents, icon("arrow"));
