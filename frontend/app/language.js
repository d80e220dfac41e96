/** The words of the interface. @type {Words} */
export let t;
/** The page's language (BCP 47). @type {Locale} */
export let locale;

const LANGUAGES = ["en", "es"];

/** In the page's language, else in English. @template T @param {{ en: T, es: T }} words */
export const inLanguage = (words) => words[spoken(locale)];

/** @param {string} code */
const spoken = (code) => /** @type {Locale} */ (LANGUAGES.find((each) => code?.startsWith(each)) ?? "en");

/** Speak the page's language from now on. @param {string} code */
export async function speak(code) {
  if (code === locale) return;
  t = { ...(await import(`./text/${spoken(code)}.js`)).words };
  locale = /** @type {Locale} */ (code);
}

/** Learn what only some pages say. @param {"event" | "list"} subject */
export const learn = async (subject) =>
  Object.assign(t, (await import(`./text/${spoken(locale)}-${subject}.js`)).words);
