/** Header and footer. */
import { h, icon, richText } from "./dom.js";
import { locale, t } from "./language.js";
import { startOf } from "./site.js";
import { picture } from "./components/picture.js";

const header = document.getElementById("header");
/** @type {Record<string, string>} */
const PLATFORMS = { github: "GitHub", linkedin: "LinkedIn", youtube: "YouTube", whatsapp: "WhatsApp" };

let shown = "";

/** Show the frame of a site, unless it stands there already. @param {Site} site */
export function showFrame(site) {
  const next = JSON.stringify(site);
  if (next === shown) return;
  shown = next;
  document.documentElement.lang = site.locale;
  document.querySelector(".skip")?.replaceChildren(t.skip);
  header.replaceChildren(headerOf(site));
  document.getElementById("footer").replaceChildren(footerOf(site));
}

const headerOf = (/** @type {Site} */ site) =>
  h("div.wrap.header-row", {
      onclick: ({ target }) => target.closest("a") && close("button"),
      onfocusout: ({ relatedTarget: next }) => next && !header.contains(next) && close(".submenu-button"),
      onkeydown: ({ key }) => key === "Escape" && closeLast(),
    },
    h("a.brand", { href: startOf(site) },
      site.logo && picture(site.logo, "2.75rem", { eager: true, decorative: true }),
      h("span", site.name)),
    opener("menu", "menu", {}, icon("menu"), t.menu),
    h("div.menu", { id: "menu" },
      h("nav", { "aria-label": t.mainNavigation }, h("ul.nav", site.navigation.map(navigationItem))),
      // From the beginning, so that nothing moves when the page is there.
      h("div.languages", languages(site, null, new URL(location.href)))));

/** @param {NavigationItem} item @param {number} index */
function navigationItem({ title, url, children }, index) {
  const id = `submenu-${index}`;
  if (!children.length) return h("li", h("a", { href: url }, title));
  return h("li.has-submenu",
    h("a", { href: url }, title),
    opener("submenu", id, { "aria-label": t.more(title) }, icon("down")),
    h("ul.submenu", { id }, children.map((each) => h("li", h("a", { href: each.url }, each.title)))));
}

/** Shows what follows it. @param {string} kind @param {string} id @param {Attributes} attributes @param {Child[]} children */
const opener = (kind, id, attributes, ...children) =>
  h("button", {
    ...attributes, class: `${kind}-button`, type: "button", "aria-expanded": "false", "aria-controls": id,
    onclick({ currentTarget: button }) {
      const isOpen = button.ariaExpanded === "true";
      close(kind === "submenu" ? ".submenu-button" : "button");
      button.ariaExpanded = String(!isOpen);
    },
  }, children);

/** @param {string} buttons */
function close(buttons) {
  for (const each of header.querySelectorAll(buttons)) each.ariaExpanded = "false";
}

/** Back to the button of what was opened last. */
function closeLast() {
  const open = [.../** @type {NodeListOf<HTMLElement>} */ (header.querySelectorAll("[aria-expanded=true]"))].pop();
  if (!open) return;
  open.ariaExpanded = "false";
  open.focus();
}

/** @param {Site} site */
const footerOf = ({ name, tagline, footer: { text, links }, contact_email: email, social_links: social }) =>
  h("div.wrap.footer-columns",
    h("div",
      h("p.footer-name", name),
      tagline && h("p.footer-tagline", tagline),
      text && richText(text)),
    h("nav", { "aria-label": t.footerNavigation },
      h("ul", links.map(({ title, url }) => h("li", h("a", { href: url }, title))))),
    h("ul",
      email && h("li", h("a", { href: `mailto:${email}` }, email)),
      social.map((each) => h("li", h("a", { href: each.url, rel: "me noopener" }, platform(each), icon("external"))))));

/** @param {Site["social_links"][number]} profile */
const platform = ({ platform: name, url }) =>
  name === "other" ? new URL(url).hostname : PLATFORMS[name] ?? name[0].toUpperCase() + name.slice(1);

/**
 * Say in the header where we are, and where the other languages have the same.
 * @param {Site} site @param {Page["meta"] | null} meta Null: nothing that has translations. @param {URL} url
 */
export function showPlace(site, meta, url) {
  for (const link of header.querySelectorAll("a"))
    link.ariaCurrent = link.href === url.origin + url.pathname ? "page" : null;
  header.querySelector(".languages")?.replaceChildren(...languages(site, meta, url));
}

/** @param {Site} site @param {Page["meta"] | null} meta @param {URL} url */
function languages({ locales }, meta, { pathname, search }) {
  if (locales.length < 2) return [];
  const query = new URLSearchParams(search);
  // Topics have names of their own in each language, and lists other lengths.
  for (const name of ["tag", "page"]) query.delete(name);
  const suffix = query.size ? `?${query}` : "";
  const links = locales.map(({ code, name, path }) => {
    const there = meta?.translations.find((each) => each.locale === code)?.path;
    const href = code === locale ? pathname + search : there ? there + suffix : path;
    return h("li", h("a", { href, lang: code, hreflang: code, "aria-current": code === locale && "true" }, name));
  });
  return [h("nav", { "aria-label": t.languages }, h("ul", links))];
}
