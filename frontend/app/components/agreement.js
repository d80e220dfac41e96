import { api } from "../api.js";
import { h } from "../dom.js";
import { locale } from "../language.js";

/**
 * The sentence that subscribers agree to, as it is kept with their consent. The mail that asks them
 * to confirm has it, too: without an answer the form goes without.
 * @param {string} lead Which words lead to it.
 */
export function agreement(lead) {
  const node = h("p.form-consent.muted");
  const query = locale ? { locale: /** @type {"en" | "es"} */ (locale) } : {};
  api.get("/api/subscribe", { query }).then(
    ({ wording }) => node.append(lead, " ", h("q", wording)),
    () => node.remove(),
  );
  return node;
}
