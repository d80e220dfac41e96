import { h, icon } from "../dom.js";
import { inLanguage } from "../language.js";
import { portrait } from "./portrait.js";

const words = {
  en: {
    rating: (/** @type {number} */ rating) => `Rated ${rating} out of 5`,
    source: "Source",
  },
  es: {
    rating: (/** @type {number} */ rating) => `Calificación: ${rating} de 5`,
    source: "Fuente",
  },
};

/** Somebody's words, with who said them. @param {Testimonial} testimonial */
export function testimonialCard(testimonial) {
  const { author_name: name, author_photo: photo, rating, source_url: source } = testimonial;
  const role = [testimonial.author_role, testimonial.author_organisation].filter(Boolean).join(", ");
  return h("figure.card.testimonial",
    rating && stars(rating),
    h("blockquote", testimonial.quote.split(/\n+/).map((line) => h("p", line))),
    h("figcaption.person",
      portrait(photo, name),
      h("span",
        h("strong", name),
        role && h("span.muted", role),
        source && h("a.muted", { href: source, rel: "noopener" }, inLanguage(words).source))));
}

/** @param {number} rating 1–5 */
function stars(rating) {
  const shown = [1, 2, 3, 4, 5].map((each) => {
    const star = icon("star");
    star.classList.toggle("is-full", each <= rating);
    return star;
  });
  return h("p.stars", { role: "img", "aria-label": inLanguage(words).rating(rating) }, shown);
}
