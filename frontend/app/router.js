/** Links, history, focus and scrolling within the site. */
import { skeleton } from "./components/skeleton.js";

const SKELETON_AFTER_MS = 150;
const REMEMBER_AFTER_MS = 100;

export const main = document.getElementById("content");

/** @type {Load} */
let load;
/** @type {(url: URL) => void} */
let arrived;
/** @type {{ path: string, query: string, view: View } | undefined} */
let current;
let loading = new AbortController();
let remembering = 0;

/** @type {Router} */
export const { announce, go, reload, startRouter } = {
  startRouter(loader, onarrive) {
    load = loader;
    arrived = onarrive;
    history.scrollRestoration = "manual";
    document.addEventListener("click", follow);
    addEventListener("scroll", remember, { passive: true });
    addEventListener("popstate", () => {
      clearTimeout(remembering);
      navigate({ isTraverse: true });
    });
    navigate({ isTraverse: history.state !== null, isFirst: true });
  },

  go(address, isReplacing) {
    clearTimeout(remembering);
    if (!isReplacing) {
      history.replaceState({ y: scrollY }, "");
      history.pushState({}, "", address);
    } else history.replaceState({}, "", address);
    return navigate();
  },

  reload: () => navigate({ isTraverse: true }),

  announce(text) {
    document.getElementById("announcer").textContent = text;
  },
};

/** @param {MouseEvent} event */
function follow(event) {
  const { defaultPrevented, button, metaKey, ctrlKey, shiftKey, altKey, target } = event;
  if (defaultPrevented || button || metaKey || ctrlKey || shiftKey || altKey) return;
  const link = target instanceof Element && target.closest("a");
  if (!link || !link.href || link.target || link.hasAttribute("download")) return;
  const { origin, pathname, search, hash, href } = new URL(link.href);
  if (origin !== location.origin || /\.\w+$/.test(pathname)) return;
  if (hash && pathname === location.pathname && search === location.search) return;
  event.preventDefault();
  go(href, href === location.href);
}

function remember() {
  clearTimeout(remembering);
  const keep = () => history.replaceState({ ...history.state, y: scrollY }, "");
  remembering = setTimeout(keep, REMEMBER_AFTER_MS);
}

async function navigate(how = /** @type {Navigation} */ ({})) {
  const url = new URL(location.href);
  const { isTraverse, isFirst } = how;
  const isSamePath = current?.path === url.pathname;
  // The browser itself goes to a place within what is shown.
  if (isTraverse && url.hash && isSamePath && current?.query === url.search) return;
  loading.abort();
  loading = new AbortController();
  const { signal } = loading;
  if (current && isSamePath && current.view.update) {
    current.query = url.search;
    arrived(url);
    await current.view.update(url, Boolean(isTraverse));
    if (!signal.aborted && isTraverse) scrollTo(0, history.state?.y ?? 0);
    return;
  }
  const waiting = setTimeout(() => {
    main.replaceChildren(skeleton());
    main.ariaBusy = "true";
    if (!isTraverse) scrollTo(0, 0);
  }, SKELETON_AFTER_MS);
  const view = await load(url, signal);
  clearTimeout(waiting);
  if (signal.aborted || !view) return;
  const isCalm = isFirst || document.hidden || matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (isCalm || !document.startViewTransition) return show(view, how);
  const transition = document.startViewTransition(() => show(view, how));
  // It is shown all the same when the next navigation comes first.
  transition.ready.catch(() => {});
  await transition.updateCallbackDone;
}

/** @param {View} view @param {Navigation} how */
function show(view, { isTraverse, isFirst }) {
  // The loader may have led elsewhere: a redirect, or another form of the same path.
  const url = new URL(location.href);
  current = { path: url.pathname, query: url.search, view };
  main.replaceChildren(view.node);
  main.ariaBusy = null;
  arrived(url);
  if (isTraverse || !isFirst) scrollTo(0, (isTraverse && history.state?.y) || 0);
  if (!isTraverse && url.hash) document.getElementById(url.hash.slice(1))?.scrollIntoView();
  if (isFirst) return;
  announce(document.title);
  main.querySelector("h1")?.focus({ preventScroll: true });
}
