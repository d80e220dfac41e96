/**
 * Where the links in the newsletter's mails lead: to confirm, and to leave. A page without a router:
 * the links on it load the next one whole, and so forget the token.
 */
import { API_URL, api } from "../api.js";
import { agreement } from "../components/agreement.js";
import { h } from "../dom.js";
import { showFrame, showPlace } from "../frame.js";
import { showHead } from "../head.js";
import { inLanguage, locale, speak } from "../language.js";
import { main } from "../router.js";
import { siteIn, startOf } from "../site.js";
import { style } from "../style.js";
import { words } from "../text/newsletter.js";

const ROUTES = /** @type {const} */ ({ confirm: "/api/subscribe/confirm", unsubscribe: "/api/unsubscribe" });

const url = new URL(location.href);
const kind = url.pathname.endsWith("/confirm") ? "confirm" : "unsubscribe";
const token = url.searchParams.get("token") ?? "";

await start().catch(async (error) => {
  const { failure } = await import("../components/states.js");
  await speak(locale ?? "en");
  main.replaceChildren(failure(error, () => location.reload()));
});

async function start() {
  const site = await siteIn(url.searchParams.get("locale") ?? "").catch((error) => {
    // No language of this site.
    if (error.status === 400) return siteIn();
    throw error;
  });
  await Promise.all([speak(site.locale), style("states")]);
  showFrame(site);
  const { title } = inLanguage(words)[kind];
  showHead({ title: `${title} · ${site.name}`, isHidden: true }, site);
  showPlace(site, null, url);
  main.replaceChildren(view(site));
}

/** A button and what came of it. Nothing happens before the click: mail scanners follow links, too. @param {Site} site */
function view(site) {
  const all = inLanguage(words);
  const { title, text, action } = all[kind];
  const outcome = h("div", { role: "alert" });
  const button = h("button.button", { type: "button", onclick: act }, action);
  const page = `${API_URL}/newsletter/${kind}/${encodeURIComponent(token)}?locale=${locale}`;
  const node = h("div.notice.wrap",
    h("h1", { tabindex: -1 }, title),
    h("p.lead", text),
    kind === "confirm" && agreement(all.agreeing),
    outcome,
    button,
    kind === "unsubscribe" && h("p", h("a", { href: page }, all.otherLanguage)));

  async function act() {
    outcome.replaceChildren();
    button.disabled = true;
    try {
      const { status } = await api.post(ROUTES[kind], { body: { token, locale } });
      end(all[status === "confirmed" || status === "erased" ? status : "unsubscribed"]);
    } catch (error) {
      button.disabled = false;
      const { status } = /** @type {ApiError} */ (error);
      if (status === 400) end(all.invalid);
      else if (status === 410) end(all.expired);
      // The CMS has the same page, without scripts.
      else outcome.append(h("p", all.failed, " ", h("a", { href: page }, all.plainPage), "."));
    }
  }

  /** @param {{ title: string, text: string }} words */
  function end({ title, text }) {
    const heading = h("h1", { tabindex: -1 }, title);
    node.replaceChildren(heading, h("p.lead", text), h("a.button", { href: startOf(site) }, all.toStart));
    heading.focus();
  }
  return node;
}
