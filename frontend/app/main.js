/** What to show at an address. */
import { api } from "./api.js";
import { showFrame, showPlace } from "./frame.js";
import { showHead } from "./head.js";
import { locale, speak } from "./language.js";
import { viewOf } from "./pages/index.js";
import { reload, startRouter } from "./router.js";
import { languageIn, siteAt, startOf } from "./site.js";

const MOST_REDIRECTS = 5;

/** @type {Site | null} */
let site = null;
/** @type {Page["meta"] | null} */
let place = null;

/** @type {Load} */
async function load(url, signal) {
  place = null;
  try {
    return await viewAt(url, signal);
  } catch (error) {
    if (signal.aborted) return null;
    if (error.status === undefined) console.error(error);
    return instead(error).catch(() => {
      // Without any network the browser has a page of its own, which waits for it.
      if (!navigator.onLine) location.reload();
      return null;
    });
  }
}

/** @param {URL} url @param {AbortSignal} signal @returns {Promise<View | null>} */
async function viewAt(url, signal, hops = 0) {
  const asked = resolve(url.pathname, signal);
  asked.catch(() => {});
  const frame = siteAt(url.pathname);
  frame.catch(() => {});
  await speak(locale ?? languageIn(url.pathname) ?? "en");
  site = await frame;
  await speak(site.locale);
  showFrame(site);
  const found = await asked;
  if (found.kind === "redirect") return follow(new URL(found.to), signal, hops);
  const { page } = found;
  if (page.meta.path !== url.pathname)
    history.replaceState(history.state, "", page.meta.path + url.search + url.hash);
  const view = await viewOf(page, site, url);
  if (signal.aborted) return null;
  place = page.meta;
  showHead(view.head, site);
  return view;
}

/** @param {string} path @param {AbortSignal} signal */
function resolve(path, signal) {
  try {
    path = decodeURI(path);
  } catch {
    // The API says what it is not.
  }
  return api.get("/api/v2/resolve/", { query: { path }, signal });
}

/** @param {URL} to @param {AbortSignal} signal @param {number} hops */
function follow(to, signal, hops) {
  if (to.origin !== location.origin) {
    if (/^https?:$/.test(to.protocol)) location.replace(to);
    return null;
  }
  if (hops >= MOST_REDIRECTS) return instead({ status: 404 });
  history.replaceState({}, "", to);
  return viewAt(to, signal, hops + 1);
}

/** @param {Partial<ApiError>} error */
async function instead(error) {
  const { failure, notFound } = await import("./components/states.js");
  // 400: no page can have such a path.
  const isMissing = error.status === 404 || error.status === 400;
  const node = isMissing ? notFound(site ? startOf(site) : "/") : failure(error, reload);
  const head = { title: [node.querySelector("h1")?.textContent, site?.name].filter(Boolean).join(" · "), isHidden: true };
  showHead(head, site);
  return { head, node };
}

// Without a token it is the address of a page like others.
if (/^\/preview\/?$/.test(location.pathname) && new URLSearchParams(location.search).has("token"))
  (await import("./pages/preview.js")).startPreview();
else if (/^\/newsletter\/(confirm|unsubscribe)$/.test(location.pathname)) import("./pages/newsletter.js");
else startRouter(load, (url) => site && showPlace(site, place, url));
