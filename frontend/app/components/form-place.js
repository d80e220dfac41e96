import { API_URL } from "../api.js";
import { h } from "../dom.js";
import { inLanguage, locale } from "../language.js";
import { style } from "../style.js";

const BEFOREHAND = "600px";
const PAGES = { contact: "/forms/contact/", newsletter: "/forms/subscribe/" };
const words = { en: "To the form", es: "Ir al formulario" };

/** The same form as a page of the CMS, which needs no script. @param {keyof typeof PAGES} kind */
export const plainForm = (kind) =>
  `${API_URL}${PAGES[kind]}?${new URLSearchParams({ locale, next: location.pathname })}`;

/**
 * Where a form will stand, as high as it will be. The form itself is loaded when the reader comes
 * near: few fill it in, and nobody as the first thing.
 * @param {keyof typeof PAGES} kind
 * @param {Site} site
 */
export function formPlace(kind, site) {
  const place = h("div", { class: `form-place form-place-${kind}` });
  const observer = new IntersectionObserver(async ([{ isIntersecting }]) => {
    if (!isIntersecting) return;
    observer.disconnect();
    try {
      const [{ form }] = await Promise.all([import("./form.js"), style("fields"), style("forms")]);
      place.replaceChildren(form(kind, site));
    } catch {
      place.replaceChildren(h("a.button", { href: plainForm(kind) }, inLanguage(words)));
    }
  }, { rootMargin: BEFOREHAND });
  observer.observe(place);
  return place;
}
