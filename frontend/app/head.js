/** What a page says about itself to tabs, search engines and link previews. */
import { h } from "./dom.js";

/** @param {Page} page @param {Site} site @returns {Head} */
export function headOf(page, { name, seo, locales }) {
  const { meta } = page;
  const isStart = meta.type === "home.HomePage";
  const own = meta.seo_title ?? (isStart ? seo.title : null) ?? page.title;
  const address = (/** @type {string} */ path) => new URL(path, meta.html_url).href;
  // What stands in for a translation is nobody's alternative; it belongs to its source, the first.
  const versions = [meta, ...meta.translations.filter((each) => each.is_translated)];
  const standard = versions.find(({ locale }) => locale === locales[0].code);
  const alternates = versions.map(({ locale, path }) => ({ locale, href: address(path) }));
  if (standard) alternates.push({ locale: "x-default", href: address(standard.path) });
  const isAlone = !meta.is_translated || versions.length < 2;
  return {
    title: isStart ? own : `${own} · ${name}`,
    description: meta.search_description ?? ("summary" in page ? page.summary : seo.description),
    image: meta.social_image ?? seo.image,
    canonical: address((meta.is_translated ? meta : meta.translations[0] ?? meta).path),
    alternates: isAlone ? [] : alternates,
    jsonLd: "json_ld" in page ? page.json_ld : null,
  };
}

/** In the place of the last one's. @param {Head} head @param {Site | null} site */
export function showHead({ title, description, image, canonical, alternates = [], jsonLd, isHidden }, site) {
  document.title = title;
  document.head.querySelectorAll("[data-page]").forEach((each) => each.remove());
  const metas = Object.entries({
    robots: isHidden && "noindex",
    description,
    "twitter:card": image && "summary_large_image",
    "og:title": title,
    "og:description": description,
    "og:type": jsonLd ? "article" : "website",
    "og:site_name": site?.name,
    "og:locale": site?.locale,
    "og:url": canonical,
    "og:image": image?.src,
    "og:image:alt": image?.alt,
  });
  const added = [
    ...metas.map(([key, content]) => content && h("meta", { [key.startsWith("og:") ? "property" : "name"]: key, content })),
    canonical && h("link", { rel: "canonical", href: canonical }),
    ...alternates.map(({ locale, href }) => h("link", { rel: "alternate", hreflang: locale, href })),
    jsonLd && h("script", { type: "application/ld+json" }, JSON.stringify(jsonLd)),
  ].filter((each) => each instanceof HTMLElement);
  for (const each of added) each.dataset.page = "";
  document.head.append(...added);
}
