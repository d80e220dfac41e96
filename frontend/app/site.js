import { api } from "./api.js";

const FRESH_MS = 60_000;
/** @type {Map<string, { site: Site, until: number }>} */
const known = new Map();

/** The site's name, navigation and languages, once for each language. @type {Sites} */
export const { languageIn, siteAt, siteIn, startOf } = {
  languageIn: (path) => /^\/([a-z]{2}(-[a-z]+)?)(\/|$)/i.exec(path)?.[1],

  async siteAt(path) {
    const locales = known.values().next().value?.site.locales ?? [];
    const [standard] = locales;
    const there = locales.find((each) => each !== standard && path.startsWith(each.path)) ?? standard;
    if (there) return siteIn(there.code);
    try {
      return await siteIn(languageIn(path));
    } catch (error) {
      // No language, after all.
      if (error.status === 400) return siteIn();
      throw error;
    }
  },

  async siteIn(locale = "") {
    const { site: old, until = 0 } = known.get(locale) ?? {};
    if (old && until > Date.now()) return old;
    try {
      const query = { locale: /** @type {Locale} */ (locale) || undefined };
      const site = await api.get("/api/v2/site/", { query });
      known.set(site.locale, { site, until: Date.now() + FRESH_MS });
      return site;
    } catch (error) {
      // An old frame is better than none while the API is away.
      if (old) return old;
      throw error;
    }
  },

  startOf: (site) => site.locales.find(({ code }) => code === site.locale)?.path ?? "/",
};
